# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesClaim(models.Model):
    _inherit = "aftersales.claim"

    part_return_ids = fields.One2many(
        "aftersales.part.return", "claim_id", string="Old Parts"
    )
    part_return_count = fields.Integer(compute="_compute_part_return_count")

    def _compute_part_return_count(self):
        counts = dict(
            self.env["aftersales.part.return"]._read_group(
                [("claim_id", "in", self.ids)], ["claim_id"], ["__count"]
            )
        )
        for claim in self:
            claim.part_return_count = counts.get(claim, 0)

    def write(self, vals):
        res = super().write(vals)
        if vals.get("state") == "approved":
            self._create_part_returns()
        elif vals.get("state") in ("cancelled", "rejected"):
            self._call_off_part_returns()
        return res

    def action_view_part_returns(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_claims.aftersales_part_return_action"
            ),
            "domain": [("claim_id", "=", self.id)],
            "context": {},
        }

    def _supply(self):
        """The old parts asked for follow the quantity approved, as the goods do."""
        res = super()._supply()
        self.filtered(lambda claim: claim.state == "approved")._create_part_returns()
        return res

    def _create_part_returns(self):
        """Expect the old parts of approved lines: as many as are approved (R-CLM-11).

        Those a service order replaced are as many as it replaced, whatever the claim
        allows.

        :return: the aftersales.part.return records created
        """
        # sudo: the approver does not write old parts, the approval does
        lines = self.sudo().line_ids.filtered(
            lambda line: (
                line.product_id.component_class_id.return_old_part or line.old_lot_name
            )
        )
        vals_list = []
        for line in lines:
            vals_list += line._expect_old_parts()
        return self.env["aftersales.part.return"].sudo().create(vals_list).sudo(False)

    def _call_off_part_returns(self):
        """A claim that is given up asks nobody for the old parts its approval asked
        for; those a service order replaced are owed whatever becomes of it. Approved
        again, it expects them anew."""
        # sudo: whoever ends the claim need not write old parts
        parts = self.sudo().part_return_ids.filtered(
            lambda part: (
                part.state == "expected"
                and not part.order_part_id
                and not part.quantity_received
            )
        )
        if parts:
            parts.action_cancel()

    def _get_close_blockers(self):
        """Old parts not yet returned or judged keep the claim open (R-CLM-11)."""
        blockers = super()._get_close_blockers()
        # sudo: the claim must know of every open old part, whoever closes it
        waiting = self.sudo().part_return_ids.filtered(
            lambda part: part.state in ("expected", "received")
        )
        if waiting:
            blockers.append(
                self.env._(
                    "Old parts not yet returned or inspected: %(names)s",
                    names=", ".join(waiting.mapped("name")),
                )
            )
        return blockers
