# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from .aftersales_recovery_line_age import OWED_STATES


class ResPartner(models.Model):
    _inherit = "res.partner"

    aftersales_owed_count = fields.Integer(
        string="Recovery Lines Owed",
        compute="_compute_aftersales_owed_count",
        groups="aftersales_service.group_quality,aftersales_service.group_accountant",
    )

    def _compute_aftersales_owed_count(self):
        """Smart button: what the supplier owes for, of all his statements."""
        counts = dict(
            self.env["aftersales.recovery.line"]._read_group(
                [("partner_id", "in", self.ids), ("state", "in", OWED_STATES)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.aftersales_owed_count = counts.get(partner, 0)

    def action_view_aftersales_recovery(self):
        """From a supplier to every part he owes for."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_claims.aftersales_recovery_line_action"
            ),
            "domain": [("partner_id", "child_of", self.commercial_partner_id.ids)],
            # one supplier: not grouped
            "view_id": False,
            "views": [(False, kind) for kind in ("list", "form", "pivot", "graph")],
        }
