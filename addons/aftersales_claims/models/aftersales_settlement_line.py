# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesSettlementLine(models.Model):
    """One amount owed to a station, or by it."""

    _name = "aftersales.settlement.line"
    _description = "Station Settlement Line"
    _inherit = ["aftersales.state.mixin"]
    _order = "settlement_id, kind, id"
    _check_company_auto = True
    _guarded_fields = ("is_live",)

    settlement_id = fields.Many2one(
        "aftersales.settlement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="settlement_id.company_id", store=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    partner_id = fields.Many2one(
        related="settlement_id.partner_id", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("cost", "Claim Work"),
            ("fee", "Swap Fee"),
            ("deduction", "Deduction"),
            ("other", "Other"),
        ],
        default="other",
        required=True,
    )
    name = fields.Char(string="Description", required=True)
    claim_cost_id = fields.Many2one(
        "aftersales.claim.cost", readonly=True, check_company=True
    )
    order_id = fields.Many2one(
        "aftersales.order", string="Service Order", readonly=True, check_company=True
    )
    part_return_id = fields.Many2one(
        "aftersales.part.return", string="Old Part", readonly=True, check_company=True
    )
    amount = fields.Monetary(required=True)
    is_live = fields.Boolean(default=True, readonly=True)

    # each thing is settled once
    _claim_cost_uniq = models.UniqueIndex(
        "(claim_cost_id) WHERE claim_cost_id IS NOT NULL AND is_live IS TRUE",
        "This cost is on a settlement already.",
    )
    _order_uniq = models.UniqueIndex(
        "(order_id) WHERE order_id IS NOT NULL AND is_live IS TRUE",
        "The fee of this order is on a settlement already.",
    )
    _part_return_uniq = models.UniqueIndex(
        "(part_return_id) WHERE part_return_id IS NOT NULL AND is_live IS TRUE",
        "This old part is on a settlement already.",
    )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        if not self.env.su:
            self._check_draft()
        res = super().write(vals)
        if "settlement_id" in vals:
            self._check_draft()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        self._check_draft()

    def _check_draft(self):
        """What the station was shown and agreed to is corrected after reopening it
        only (R-DSP-16)."""
        settled = self.settlement_id.filtered(lambda item: item.state != "draft")
        if settled:
            raise UserError(
                self.env._(
                    "%(names)s was shown to the station: reopen it to change lines.",
                    names=", ".join(settled.mapped("name")),
                )
            )

    def action_view_claim(self):
        """Open the claim the line comes from."""
        return self.claim_id._get_records_action(self.claim_id, self.env._("Claim"))

    def _get_account(self):
        """Return the account of the bill line: the one the claim cost waits on, so
        that nothing is expensed twice, else the settlement account."""
        self.ensure_one()
        company = self.company_id
        if self.claim_cost_id:
            # sudo: whoever bills need not read the costs
            return self.claim_cost_id.sudo()._get_counterpart_account()
        return company._get_aftersales_account("aftersales_settlement_account_id")
