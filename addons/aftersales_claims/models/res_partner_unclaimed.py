# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What a supplier bears by decision and was not asked for yet: between the decision
    and the month's statement he owes for these parts as well (R-CLM-12)."""

    _inherit = "res.partner"

    aftersales_unclaimed_count = fields.Integer(
        string="Shares Not Claimed Yet",
        compute="_compute_aftersales_unclaimed_count",
        groups="aftersales_service.group_quality,aftersales_service.group_accountant",
    )

    def _compute_aftersales_unclaimed_count(self):
        counts = self._count_by_supplier(
            "aftersales.liability.share", self._get_aftersales_unclaimed_domain()
        )
        for partner in self:
            partner.aftersales_unclaimed_count = counts[partner.commercial_partner_id]

    def _get_aftersales_unclaimed_domain(self):
        return (
            Domain("party", "=", "supplier")
            & Domain("state", "in", ("draft", "posted"))
            & Domain("liability_id.state", "in", ("approved", "posted"))
            & Domain("recovery_line_ids", "not any", [("state", "!=", "cancelled")])
        )

    def action_view_aftersales_unclaimed(self):
        """From a supplier to the parts decided on and on no statement yet."""
        self.ensure_one()
        domain = self._get_aftersales_unclaimed_domain() & Domain(
            "partner_id", "child_of", self.commercial_partner_id.ids
        )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_claims.aftersales_liability_share_action"
            ),
            "view_mode": "list,pivot,graph",
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "domain": list(domain),
            "context": {},
        }
