# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Money that arrives in parts releases a spare-parts order as soon as it
        makes up the down payment (R-BIL-04)."""
        partials = super().create(vals_list)
        moves = (partials.debit_move_id | partials.credit_move_id).move_id
        # sudo: the accountant reconciles, the spare-parts order releases itself
        sales = moves.sudo().invoice_line_ids.sale_line_ids.order_id
        waiting = sales.filtered(lambda sale: sale.parts_release_state == "waiting")
        waiting._release_paid_spare_parts()
        return partials
