# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesClaim(models.Model):
    """What was settled with stations for a claim, and comes back when it is reversed
    (R-DSP-16, R-CLM-09)."""

    _inherit = "aftersales.claim"

    settlement_line_ids = fields.One2many(
        "aftersales.settlement.line", "claim_id", string="Settlement Lines"
    )
    settlement_count = fields.Integer(compute="_compute_settlement_count")
    station_deduction = fields.Monetary(
        string="To Be Deducted from Stations",
        compute="_compute_settlement_count",
        groups="aftersales_service.group_costs",
        help="Billed with a settlement before the claim was reversed, and taken back "
        "by the station's next settlement.",
    )

    @api.depends(
        "settlement_line_ids.is_live",
        "settlement_line_ids.claim_cost_id.state",
        "settlement_line_ids.settlement_id.state",
        "settlement_line_ids.settlement_id.bill_id.state",
    )
    def _compute_settlement_count(self):
        """Figures of one form."""
        for claim in self:
            # sudo: figures; who opens a claim need not see the settlements
            lines = claim.sudo().settlement_line_ids.filtered("is_live")
            claim.settlement_count = len(lines.settlement_id)
            open_lines = lines._get_lines_to_take_back([("id", "in", lines.ids)])
            open_lines |= lines.filtered(
                lambda line: line.settlement_id.state != "billed"
            ).deducted_line_id
            claim.station_deduction = sum(open_lines.mapped("amount"))

    # === ACTION METHODS ===#
    def action_view_settlements(self):
        return self._get_records_action(
            self.settlement_line_ids.settlement_id, self.env._("Station Settlements")
        )

    def action_reverse(self, comment=None, date=None):
        """What the stations were billed for the claim is taken back from them."""
        res = super().action_reverse(comment=comment, date=date)
        # sudo: settlements follow the claim, whoever reverses
        for claim in self.sudo():
            claim._take_back_settlements()
        return res

    # === BUSINESS METHODS ===#
    def _take_back_settlements(self):
        """Deduct what was billed for the claim with the station's next settlement;
        what nobody has seen yet leaves its draft, what waits for an answer is pointed
        out there."""
        self.ensure_one()
        lines = self.settlement_line_ids.filtered(
            lambda line: line.is_live and line.claim_cost_id.state == "reversed"
        )
        drafts = lines.filtered(lambda line: line.settlement_id.state == "draft")
        shown = lines.filtered(
            lambda line: line.settlement_id.state in ("sent", "disputed", "confirmed")
        )
        for settlement in shown.settlement_id:
            settlement._message_log(
                body=self.env._(
                    "%(claim)s was reversed, its work is still on this settlement: "
                    "correct it, or the next settlement deducts it again.",
                    claim=self.name,
                )
            )
        drafts.unlink()
        billed = lines.exists()._get_lines_to_take_back([("id", "in", lines.ids)])
        billed._take_back()
        if billed:
            self._message_log(
                body=self.env._(
                    "Billed with %(settlements)s and deducted with the next "
                    "settlement: %(amount)s.",
                    settlements=", ".join(billed.settlement_id.mapped("name")),
                    amount=self.currency_id.format(sum(billed.mapped("amount"))),
                )
            )
