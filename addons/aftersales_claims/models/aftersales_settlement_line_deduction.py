# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesSettlementLine(models.Model):
    """A line of a reversed claim, and the one that takes it back."""

    _inherit = "aftersales.settlement.line"

    claim_id = fields.Many2one(
        "aftersales.claim",
        compute="_compute_claim_id",
        store=True,
        index="btree_not_null",
        help="Claim the amount comes from.",
    )
    deducted_line_id = fields.Many2one(
        "aftersales.settlement.line",
        string="Takes Back",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Line of an earlier settlement that is taken back: its claim was reversed "
        "after it was billed.",
    )
    deduction_ids = fields.One2many(
        "aftersales.settlement.line", "deducted_line_id", string="Taken Back By"
    )

    _deducted_line_uniq = models.UniqueIndex(
        "(deducted_line_id) WHERE deducted_line_id IS NOT NULL AND is_live IS TRUE",
        "This line is taken back by a settlement already.",
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "claim_cost_id.claim_id",
        "part_return_id.claim_id",
        "deducted_line_id.claim_cost_id.claim_id",
    )
    def _compute_claim_id(self):
        for line in self:
            # sudo: which claim it is; it is read with own rights
            origin = line.sudo()
            line.claim_id = (
                origin.claim_cost_id.claim_id
                or origin.deducted_line_id.claim_cost_id.claim_id
                or origin.part_return_id.claim_id
            )

    # === BUSINESS METHODS ===#
    @api.model
    def _get_lines_to_take_back(self, domain):
        """Return the billed lines of reversed costs that match ``domain`` and that no
        settlement takes back yet; what the accounting took out of the books is not
        owed."""
        # sudo: the settlement's role is checked by its access rights
        lines = self.sudo().search(
            [
                *domain,
                ("is_live", "=", True),
                ("settlement_id.state", "=", "billed"),
                ("claim_cost_id.state", "=", "reversed"),
                ("deduction_ids", "not any", [("is_live", "=", True)]),
            ]
        )
        return lines.filtered(
            lambda line: (
                line.settlement_id.bill_id.state != "cancel"
                and not line.settlement_id.bill_id._is_reversed()
            )
        )

    def _prepare_take_back_vals(self):
        self.ensure_one()
        return {
            "kind": "deduction",
            "deducted_line_id": self.id,
            "name": self.env._(
                "Reversed, settled with %(settlement)s: %(line)s",
                settlement=self.settlement_id.name,
                line=self.name,
            ),
            "amount": -self.amount,
        }

    def _get_account(self):
        """What is taken back leaves the account it was billed to."""
        if self.deducted_line_id:
            # sudo: the kind of the cost, see _get_lines_to_take_back
            return self.sudo().deducted_line_id._get_account()
        return super()._get_account()

    def _take_back(self):
        """Put billed lines of reversed costs on the draft settlement that comes next
        for their station, if there is one already; the others wait for it."""
        for line in self:
            settlement = line.settlement_id
            following = settlement.search(
                [
                    ("company_id", "=", settlement.company_id.id),
                    ("partner_id", "=", settlement.partner_id.id),
                    ("state", "=", "draft"),
                    ("period_start", ">", settlement.period_start),
                ],
                order="period_start, id",
                limit=1,
            )
            if following:
                self.create(
                    {"settlement_id": following.id, **line._prepare_take_back_vals()}
                )
