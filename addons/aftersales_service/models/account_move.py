# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._date_invoiced_machines()
        return posted

    def _date_invoiced_machines(self):
        """Give the machines sold on customer invoices their invoice date, once: some
        warranties count from it (R-WAR-01)."""
        invoices = self.filtered(lambda move: move.move_type == "out_invoice")
        # sudo: whoever posts invoices has no rights on machine files
        lots = invoices.sudo().invoice_line_ids.sale_line_ids.move_ids.lot_ids
        for lot in lots.filtered(lambda lot: lot.is_machine and not lot.invoice_date):
            moves = invoices.sudo().filtered(
                lambda move, lot=lot: (
                    lot in move.invoice_line_ids.sale_line_ids.move_ids.lot_ids
                )
            )
            lot.invoice_date = moves[:1].invoice_date

    def _get_settled_amount(self):
        """Return what is paid of this invoice; negative for a refund."""
        self.ensure_one()
        sign = -1 if self.move_type == "out_refund" else 1
        return sign * (self.amount_total - self.amount_residual)

    def _invoice_paid_hook(self):
        res = super()._invoice_paid_hook()
        # sudo: the accountant reconciles, the spare-parts order releases itself
        sales = self.sudo().invoice_line_ids.sale_line_ids.order_id
        sales._release_paid_spare_parts()
        return res
