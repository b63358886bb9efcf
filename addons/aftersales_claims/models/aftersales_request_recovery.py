# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesRequest(models.Model):
    _inherit = "aftersales.request"

    part_return_ids = fields.One2many(
        "aftersales.part.return", "request_id", string="Old Parts"
    )
    part_return_count = fields.Integer(compute="_compute_part_return_count")

    def _compute_part_return_count(self):
        counts = dict(
            self.env["aftersales.part.return"]._read_group(
                [("request_id", "in", self.ids)], ["request_id"], ["__count"]
            )
        )
        for request in self:
            request.part_return_count = counts.get(request, 0)

    def action_view_part_returns(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_claims.aftersales_part_return_action"
            ),
            "domain": [("request_id", "=", self.id)],
            "context": {},
        }

    def _get_close_blockers(self):
        """Old parts still expected or not judged keep the case open (R-CLM-11)."""
        blockers = super()._get_close_blockers()
        # sudo: the case must know of every open old part, whoever closes it
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
