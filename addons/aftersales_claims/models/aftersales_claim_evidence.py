# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesClaimEvidence(models.Model):
    """A piece of evidence of a claim, by type (R-CLM-01)."""

    _name = "aftersales.claim.evidence"
    _inherit = "aftersales.attachment.mixin"
    _description = "Claim Evidence"
    _order = "claim_id, date, id"
    _rec_name = "claim_id"
    _check_company_auto = True
    _attachment_fields = ("attachment_ids",)

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

    # === CRUD METHODS ===#
    def write(self, vals):
        """Papers are added at any time, taken away only from drafts (R-CLM-01)."""
        handed_in = self.filtered(lambda item: item.claim_id.state != "draft")
        if {"claim_id", "kind"} & set(vals):
            handed_in._check_stays()
        before = {item: item.attachment_ids for item in handed_in}
        res = super().write(vals)
        for item, files in before.items():
            if files - item.attachment_ids:
                item._check_stays()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handed_in(self):
        self.filtered(lambda item: item.claim_id.state != "draft")._check_stays()

    def _check_stays(self):
        """:raises UserError: evidence of a claim that was handed in"""
        if self and not self.env.su:
            raise UserError(
                self.env._(
                    "%(claims)s was handed in: its evidence stays; more can be added.",
                    claims=", ".join(self.claim_id.mapped("name")),
                )
            )
