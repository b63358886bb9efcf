# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..tools.text import is_blank


class AftersalesClaim(models.Model):
    """The files a claim rests on: its own, those of its request and of its order, and
    what is filed as evidence of a kind (R-CLM-01)."""

    _inherit = "aftersales.claim"

    evidence_file_ids = fields.Many2many(
        "ir.attachment",
        string="Evidence Files",
        compute="_compute_evidence_file_ids",
        compute_sudo=True,
        groups="base.group_user",
    )

    # === COMPUTE METHODS ===#
    def _compute_evidence_file_ids(self):
        for claim in self:
            claim.evidence_file_ids = claim._get_evidence_attachments()

    # === BUSINESS METHODS ===#
    def _get_evidence_domain(self):
        """Return the domain of files filed on the claim, its request or its order."""
        self.ensure_one()
        return fields.Domain.OR(
            [
                [("res_model", "=", record._name), ("res_id", "=", record.id)]
                for record in (self, self.request_id, self.order_id)
                if record
            ]
        )

    def _get_evidence_attachments(self):
        """Return the files filed on the claim, its request and its order."""
        return (
            self.env["ir.attachment"].search_fetch(
                self._get_evidence_domain(), ["name"]
            )
            | self.evidence_ids.attachment_ids
        )

    def _get_photos(self):
        """Return the files for the printed form: those filed as photos first, then
        what is filed as nothing in particular, such as the technician's photos."""
        filed = self.evidence_ids.filtered(lambda item: item.kind == "photo")
        others = self._get_evidence_attachments() - self.evidence_ids.attachment_ids
        return filed.attachment_ids | others

    def _has_evidence(self):
        """Whether the customer's letter, fax or e-mail is filed, or a damage report
        with photos (R-CLM-01): one that is filed brings its own, for one written into
        the claim the first file will do that is filed as nothing in particular."""
        # sudo: whether there is a file is no secret, whoever may open it
        claim = self.sudo()
        is_reported = not is_blank(self.damage)
        filed = claim.evidence_ids.filtered("attachment_ids")
        if is_reported:
            # files may have been added since they were looked at
            claim.invalidate_recordset(["evidence_file_ids"], flush=False)
            if claim.evidence_file_ids - filed.attachment_ids:
                return True
        kinds = {"letter", "fax", "email", "report"}
        if is_reported:
            kinds.add("photo")
        return not kinds.isdisjoint(filed.mapped("kind"))
