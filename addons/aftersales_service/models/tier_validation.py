# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class TierValidation(models.AbstractModel):
    """What a document shows and does when it is decided by a mailed link."""

    _inherit = "tier.validation"

    def _get_approval_summary(self):
        """Hook: what the page of the link shows, with the reviewer's own rights.

        :return: dict of ``facts`` (list of (label, text)), ``header`` and ``lines``
            of a table (lists of texts), ``images`` and ``files`` (ir.attachment)
        """
        self.ensure_one()
        facts = []
        for fname in ("partner_id", "lot_id", "employee_id", "user_id"):
            field = self._fields.get(fname)
            if field and field.type == "many2one" and self[fname]:
                facts.append((self._get_field_label(fname), self[fname].display_name))
        attachments = self.env["ir.attachment"]
        return {
            "facts": facts,
            "header": [],
            "lines": [],
            "images": attachments,
            "files": attachments,
        }

    def _get_approval_fingerprint(self):
        """Hook: a text that changes when a decision would be about something else,
        so that a link sent before that can no longer be used."""
        self.ensure_one()
        return ""

    def _decide_review(self, review, decision, comment=None):
        """Decide as the current user on one of his reviews.

        :param decision: ``approve`` or ``reject``
        :param comment: required to reject
        :raises UserError: no comment, or what the document itself refuses
        """
        self.ensure_one()
        if decision == "reject" and not (comment or "").strip():
            raise UserError(self.env._("Give a comment with this decision."))
        if comment:
            review.comment = comment
        if decision == "approve":
            self._validate_tier(review)
        else:
            self._rejected_tier(review)
        self._update_counter({"review_deleted": True})

    def _get_field_label(self, fname):
        return self._fields[fname]._description_string(self.env)
