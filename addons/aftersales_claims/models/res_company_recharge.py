# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ResCompany(models.Model):
    """Taxes on what customers are charged of a claim (R-CLM-10, R-CLM-11)."""

    _inherit = "res.company"

    aftersales_recharge_tax_ids = fields.Many2many(
        "account.tax",
        "aftersales_recharge_tax_rel",
        "company_id",
        "tax_id",
        string="Taxes on Re-Charged Costs",
        compute="_compute_aftersales_recharge_tax_ids",
        store=True,
        readonly=False,
        check_company=True,
        domain=[("type_tax_use", "=", "sale")],
        help="On invoices of a customer's share of a claim and of old parts he kept: "
        "the amount charged is the one without tax. The company's default sales tax "
        "unless you choose others; empty charges no tax.",
    )

    # === COMPUTE METHODS ===#
    @api.depends()
    def _compute_aftersales_recharge_tax_ids(self):
        """Only where nobody can have chosen yet; see ``write``."""
        for company in self:
            company.aftersales_recharge_tax_ids = company.account_sale_tax_id

    # === CRUD METHODS ===#
    def write(self, vals):
        """The taxes follow the default sales tax until somebody chooses others."""
        following = self.browse()
        if "account_sale_tax_id" in vals and "aftersales_recharge_tax_ids" not in vals:
            following = self.filtered(
                lambda company: (
                    company.aftersales_recharge_tax_ids == company.account_sale_tax_id
                )
            )
        res = super().write(vals)
        for company in following:
            company.aftersales_recharge_tax_ids = company.account_sale_tax_id
        return res

    # === BUSINESS METHODS ===#
    def _prepare_aftersales_recharge_vals(self, partner, amount, currency):
        """Return price and taxes of the invoice line that charges ``partner`` with
        ``amount`` before tax, as his fiscal position has them.

        :param currency: res.currency of ``amount`` and of the invoice
        """
        self.ensure_one()
        # sudo: whoever decides need not read the taxes
        company = self.sudo().with_company(self)
        position = company.env["account.fiscal.position"]._get_fiscal_position(partner)
        taxes = position.map_tax(company.aftersales_recharge_tax_ids)
        return {
            "price_unit": self._get_aftersales_price(taxes, amount, currency),
            "tax_ids": [fields.Command.set(taxes.ids)],
        }

    @api.model
    def _get_aftersales_price(self, taxes, amount, currency):
        """Return the price of a line of ``amount`` before ``taxes``, some of which may
        be included in the price."""
        details = taxes._get_tax_details(amount, 1.0, special_mode="total_excluded")
        included = sum(
            item["tax_amount"]
            for item in details["taxes_data"]
            if item["tax"].price_include
        )
        return currency.round(amount + included)
