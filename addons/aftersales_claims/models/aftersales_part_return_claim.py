# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesPartReturn(models.Model):
    """The old part of a claim line or of an exchange."""

    _inherit = "aftersales.part.return"

    claim_line_id = fields.Many2one(
        "aftersales.claim.line",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
    )
    claim_id = fields.Many2one(
        related="claim_line_id.claim_id", store=True, index="btree_not_null"
    )

    exchange_id = fields.Many2one(
        "aftersales.exchange",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
    )

    settlement_line_ids = fields.One2many(
        "aftersales.settlement.line", "part_return_id", string="Settlement Lines"
    )

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._link_claim_lines()
        return parts

    def _link_claim_lines(self):
        """Find the claim line of the part fitted, claimed before or after."""
        waiting = self.filtered(lambda p: p.order_part_id and not p.claim_line_id)
        # sudo: the storekeeper need not read claims to have the parts linked
        lines = (
            self.env["aftersales.claim.line"]
            .sudo()
            .search(
                [
                    ("order_part_id", "in", waiting.order_part_id.ids),
                    ("state", "not in", ("rejected", "cancelled")),
                ]
            )
        )
        by_part = {line.order_part_id: line for line in lines}
        for part in waiting.sudo():
            line = by_part.get(part.order_part_id)
            if line:
                part.write(
                    {"claim_line_id": line.id, "supplier_id": line.supplier_id.id}
                )

    def _expect_less(self, excess):
        """Ask for ``excess`` less than the tags of ``self`` say, the latest first; what
        has come back or lapsed stays."""
        waiting = self.filtered(
            lambda part: part.state == "expected" and not part.quantity_received
        )
        for part in waiting.sorted("id", reverse=True):
            uom = part.uom_id
            if uom.compare(excess, 0) <= 0:
                break
            left = max(uom.round(part.quantity - excess), 0.0)
            if part.tracking == "serial" and not uom.is_zero(left):
                # a piece is a piece, also where only half of one was approved
                continue
            excess -= part.quantity - left
            if uom.is_zero(left):
                part.action_cancel()
            else:
                part.quantity = left

    def _get_charge_amount(self):
        """The claim line's own cost, where there is one."""
        self.ensure_one()
        # sudo: costs are restricted, the charge is computed by the system
        line = self.sudo().claim_line_id
        if not line:
            return super()._get_charge_amount()
        return self.currency_id.round(
            (self.quantity - self.quantity_received) * line.unit_cost
        )

    def _after_lapse(self):
        """Not returned in time: the claim line is invalid (R-CLM-11)."""
        res = super()._after_lapse()
        # sudo: the lapse is the system's decision, not the user's
        lines = self.sudo().claim_line_id
        lines.is_invalid = True
        lines.filtered(
            lambda line: line.state in ("draft", "submitted", "to_approve")
        )._reject_lapsed(self.env._("The old part was not returned in time."))
        return res

    def _after_reinstate(self):
        res = super()._after_reinstate()
        # sudo: as in _after_lapse
        lines = self.sudo().claim_line_id.filtered(
            lambda line: "invalid" not in line.part_return_ids.mapped("state")
        )
        lines.filtered(
            lambda line: line.state in ("draft", "submitted", "to_approve")
        )._restore_lapsed()
        lines.is_invalid = False
        return res
