# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models

from .aftersales_recovery_line_age import OWED_STATES


class ResPartner(models.Model):
    _inherit = "res.partner"

    aftersales_owed_count = fields.Integer(
        string="Recovery Lines Owed",
        compute="_compute_aftersales_owed_count",
        groups="aftersales_service.group_quality,aftersales_service.group_accountant",
    )

    def _compute_aftersales_owed_count(self):
        """Smart button: what the supplier owes for, of all his statements; on a contact
        person that of his company."""
        counts = self._count_by_supplier(
            "aftersales.recovery.line", [("state", "in", OWED_STATES)]
        )
        for partner in self:
            partner.aftersales_owed_count = counts[partner.commercial_partner_id]

    def _count_by_supplier(self, model, domain):
        """Return how many records of ``model`` match ``domain`` for each company of
        ``self``, whichever of its contact persons they name."""
        counts = defaultdict(int)
        for partner, count in self.env[model]._read_group(
            [*domain, ("partner_id", "child_of", self.commercial_partner_id.ids)],
            ["partner_id"],
            ["__count"],
        ):
            counts[partner.commercial_partner_id] += count
        return counts

    @api.model
    def _name_aftersales_company(self, vals):
        """Return ``vals`` with the company of the contact person that ``partner_id``
        names: who owes is the company (R-CLM-12)."""
        if not vals.get("partner_id"):
            return vals
        partner = self.browse(vals["partner_id"])
        company = partner.commercial_partner_id
        if partner.is_carrier and not company.is_carrier:
            # the carrier is the branch, not the group it belongs to
            return vals
        return {**vals, "partner_id": company.id}

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
