# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class StockMove(models.Model):
    """The good piece of an exchange in the books (R-CLM-09, R-CLM-15)."""

    _inherit = "stock.move"

    aftersales_exchange_id = fields.Many2one(
        "aftersales.exchange",
        string="Exchange",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        check_company=True,
    )

    # === CORE METHODS OVERRIDES ===#
    def _get_account_move_line_vals(self):
        """The piece is warranty cost like a claim's part: it uses the provision where
        the company's method says so; the ERP analyses it by partner and product."""
        vals_list = super()._get_account_move_line_vals()
        exchange = self.aftersales_exchange_id
        if not exchange:
            return vals_list
        counterpart, vals = vals_list
        vals["account_id"] = exchange.company_id._get_aftersales_warranty_account(
            fields.Date.context_today(self)
        ).id
        vals["partner_id"] = exchange.partner_id.commercial_partner_id.id
        # else the ERP's models could take the analysis back again
        counterpart["analytic_distribution"] = False
        return vals_list
