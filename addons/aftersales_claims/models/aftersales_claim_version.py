# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_date

#: what a version keeps beside the lines, in the order it is read; versions of before
#: have not all of it
FACTS = (
    "kind",
    "kind_reason",
    "partner_id",
    "lot_id",
    "failure_date",
    "damage",
    "evidence_ids",
    "technology_analysis",
    "quality_analysis",
    "proposal",
    "proposal_comment",
    "estimated_cost",
)


class AftersalesClaimVersion(models.Model):
    """What a claim said when it was submitted, returned or decided (R-CLM-05)."""

    _name = "aftersales.claim.version"
    _description = "Claim Version"
    _order = "claim_id, id desc"
    _rec_name = "number"
    _rec_names_search = ["claim_id.name"]

    claim_id = fields.Many2one(
        "aftersales.claim", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True)
    number = fields.Integer(
        string="Version", compute="_compute_number", compute_sudo=True
    )
    event = fields.Selection(
        [
            ("submitted", "Submitted"),
            ("verified", "Verified"),
            ("returned", "Returned"),
            ("accepted", "Accepted by One Approver"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("appealed", "Appealed"),
            ("raised", "Amount Raised"),
            ("estimated", "Estimate Corrected"),
            ("filed", "Filed"),
            ("posted", "Costs Posted"),
            ("reversed", "Reversed"),
            ("done", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
    )
    user_id = fields.Many2one("res.users", required=True)
    on_behalf_of_id = fields.Many2one("res.users")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    via_link = fields.Boolean(
        string="By E-mail Link",
        help="Decided on the page of the approver's personal link.",
    )
    comment = fields.Text()
    currency_id = fields.Many2one(related="claim_id.currency_id")
    amount = fields.Monetary(groups="aftersales_service.group_costs")
    data = fields.Json(
        string="Content as Data",
        groups="aftersales_service.group_costs",
        help="What the claim said, in its own words; labels are added when it is read.",
    )
    content = fields.Html(
        compute="_compute_content", groups="aftersales_service.group_costs"
    )

    # === COMPUTE METHODS ===#
    @api.depends("claim_id.version_ids")
    def _compute_number(self):
        """Versions are never deleted, so their place in the row is their number."""
        numbers = {
            version.id: number
            for claim in self.claim_id
            for number, version in enumerate(claim.version_ids.sorted("id"), start=1)
        }
        for version in self:
            version.number = numbers.get(version.id, 0)

    @api.depends("data", "currency_id")
    @api.depends_context("lang")
    def _compute_content(self):
        """What was kept, with its labels in the reader's language."""
        Claim = self.env["aftersales.claim"]
        decisions = self._get_labels(self.env["aftersales.claim.line"], "decision")
        kinds, proposals = (
            self._get_labels(Claim, name) for name in ("kind", "proposal")
        )
        for version in self:
            data = version.data
            if not data:
                version.content = False
                continue
            values = {
                **data,
                "kind": kinds.get(data.get("kind")),
                "proposal": proposals.get(data.get("proposal")),
                "failure_date": format_date(self.env, data.get("failure_date")),
                "estimated_cost": data.get("estimated_cost")
                and version.currency_id.format(data["estimated_cost"]),
                "evidence_ids": ", ".join(data.get("evidence_ids", ())),
            }
            version.content = self.env["ir.qweb"]._render(
                "aftersales_claims.claim_version_content",
                {
                    "facts": [
                        (
                            Claim._fields[name]._description_string(self.env),
                            values[name],
                        )
                        for name in FACTS
                        if values.get(name)
                    ],
                    "claim": data,
                    "currency": version.currency_id,
                    "decisions": decisions,
                },
            )

    # === BUSINESS METHODS ===#
    def _has_same_parts(self, other):
        """Whether every part was decided as in the version ``other``; what was pending
        was approved with its claim."""
        return self._get_decided_parts() == other._get_decided_parts()

    def _get_decided_parts(self):
        self.ensure_one()
        return sorted(
            (
                line["part"],
                # versions of before have not all of it
                line.get("old_lot", ""),
                "approved" if line["decision"] == "pending" else line["decision"],
                line["approved_quantity"],
            )
            for line in (self.data or {}).get("lines", ())
        )

    @api.model
    def _get_labels(self, model, fname):
        return dict(model._fields[fname]._description_selection(self.env))
