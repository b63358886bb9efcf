# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesClaimEvidence(models.Model):
    """A piece of evidence of a claim, by type (R-CLM-01)."""

    _name = "aftersales.claim.evidence"
    _description = "Claim Evidence"
    _order = "claim_id, date, id"
    _check_company_auto = True

    claim_id = fields.Many2one(
        "aftersales.claim",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("letter", "Customer's Letter"),
            ("fax", "Customer's Fax"),
            ("email", "Customer's E-mail"),
            ("report", "Damage Report"),
            ("photo", "Photo"),
            ("transport", "Transport Record"),
            ("other", "Other"),
        ],
        required=True,
        default="photo",
    )
    name = fields.Char(string="Description")
    date = fields.Date(default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users", string="Handed In By", default=lambda self: self.env.user
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_claim_evidence_attachment_rel",
        "evidence_id",
        "attachment_id",
        string="Files",
        bypass_search_access=True,
    )
