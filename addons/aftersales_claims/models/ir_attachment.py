# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError

#: documents -> path to their state, states in which their files may still go
FREE_STATES = {
    "aftersales.claim": ("state", ("draft",)),
    "aftersales.claim.evidence": ("claim_id.state", ("draft",)),
    "aftersales.claim.appeal": ("state", ("filed",)),
    "aftersales.carrier.claim": ("state", ("draft",)),
    "aftersales.part.return": ("state", ("expected", "received")),
    "aftersales.exchange": ("state", ("draft",)),
    "aftersales.quality.complaint": ("state", ("new",)),
    "aftersales.capa": ("state", ("draft", "in_progress", "implemented")),
    "aftersales.capa.action": ("done_on", (False,)),
}
#: what makes a file another file, or another document's
CONTENT_FIELDS = {
    "raw",
    "datas",
    "db_datas",
    "store_fname",
    "type",
    "url",
    "res_model",
    "res_id",
}
#: documents whose files are evidence of their claims -> field of the claim
ORIGINS = {"aftersales.request": "request_id", "aftersales.order": "order_id"}


class IrAttachment(models.Model):
    """Files that a decision rests on stay (R-CLM-01, R-CLM-11, R-CLM-16)."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if CONTENT_FIELDS & set(vals):
            self._check_evidence()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        self._check_evidence()

    def _check_evidence(self):
        """The system's own jobs and administrators are not asked; whoever else
        deletes is, also where the mail addon deletes in his name.

        :raises UserError: a file belongs to a document that was handed in
        """
        if self.env.uid == SUPERUSER_ID or self.env.user.has_group("base.group_system"):
            return
        # sudo: the states of the documents, whoever may read them
        files = self.sudo()
        files._check_evidence_of_origins()
        files = files.filtered(lambda file: file.res_model in FREE_STATES)
        files._check_evidence_of_verification()
        for model, own in files.grouped("res_model").items():
            path, free = FREE_STATES[model]
            # deleted with its document, which has its own guard
            documents = self.env[model].sudo().browse(own.mapped("res_id")).exists()
            held = documents.filtered(
                lambda document, path=path, free=free: (
                    document.mapped(path) and document.mapped(path)[0] not in free
                )
            )
            if held:
                self._raise_evidence(held)

    def _check_evidence_of_origins(self):
        """What the customer sent with his request, and what the technician took on his
        visit, is evidence of the claims that followed.

        :raises UserError: such a claim was handed in
        """
        for model, fname in ORIGINS.items():
            documents = self.filtered(
                lambda file, model=model: file.res_model == model and not file.res_field
            ).mapped("res_id")
            held = documents and self.env["aftersales.claim"].search(
                [(fname, "in", documents), ("state", "!=", "draft")]
            )
            if held:
                self._raise_evidence(held)

    def _check_evidence_of_verification(self):
        """What a verification rested on stays, also after the sheet was reopened.

        :raises UserError: a file is the earlier evidence of a measures sheet
        """
        own = self.filtered(lambda file: file.res_model == "aftersales.capa")
        held = own and self.env["aftersales.capa"].search(
            [("earlier_evidence_ids", "in", own.ids)]
        )
        if held:
            self._raise_evidence(held)

    def _raise_evidence(self, documents):
        """:raises UserError: files of ``documents`` stay"""
        raise UserError(
            self.env._(
                "%(documents)s was handed in: its files stay. An administrator "
                "removes what does not belong there.",
                documents=", ".join(documents.mapped("display_name")),
            )
        )
