# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models
from odoo.exceptions import UserError


class AftersalesBilledMixin(models.AbstractModel):
    """A document billed once: cancelled, deleted or reversed in the accounting, its
    bill, invoice or entry is drawn up again, and the former one is never posted
    (R-DSP-16, R-CLM-07, R-CLM-10, R-CLM-11, R-PEN-06, R-TOL-06)."""

    _name = "aftersales.billed.mixin"
    _inherit = "aftersales.state.mixin"
    _description = "Billed Once"

    #: types its bill may have
    _bill_types = ("in_invoice", "in_refund")
    #: field of the bill
    _bill_field = "bill_id"
    #: field that says whether it is billed, its value when it is and when it is not
    _billed_field = "state"
    _billed_states = ("billed", "confirmed")

    former_bill_ids = fields.Many2many(
        "account.move",
        string="Former Bills",
        readonly=True,
        copy=False,
        groups="aftersales_service.group_accountant",
        help="Taken out of the books before it was billed again or corrected; they are "
        "not posted any more.",
    )

    # === BUSINESS METHODS ===#
    def _is_bill_alive(self):
        """Whether what is owed is in the books, or drafted for them."""
        self.ensure_one()
        # sudo: who corrects a document need not read bills
        bill = self.sudo()[self._bill_field]
        return bool(bill) and bill.state != "cancel" and not bill._is_reversed()

    def _give_up_bill(self):
        """Let a bill that was cancelled or reversed never be posted again.

        :raises UserError: it is in the books, or drafted for them
        """
        for document in self:
            # sudo: see _is_bill_alive
            bill = document.sudo()[self._bill_field]
            if not bill:
                continue
            if document._is_bill_alive():
                raise UserError(
                    self.env._(
                        "%(name)s is billed with %(bill)s already.",
                        name=document.display_name,
                        bill=bill.display_name,
                    )
                )
            document._write_guarded(
                {
                    self._bill_field: False,
                    "former_bill_ids": [Command.link(bill.id)],
                }
            )

    def _taking_back(self):
        """Return ``self`` for a step that takes the bills out of the books itself: the
        documents do not follow them meanwhile."""
        return self.with_context(aftersales_taking_back=(self._name, *self.ids))

    def _follow_bill(self):
        """Be billed while the bill is in the books or drafted for them, and not while
        it is not."""
        billed, unbilled = self._billed_states
        model, *ids = self.env.context.get("aftersales_taking_back") or (None,)
        if model == self._name:
            self = self.filtered(lambda document: document.id not in ids)
        for document in self:
            alive = document._is_bill_alive()
            state = document[self._billed_field]
            bill = document[self._bill_field]
            # sudo: see _is_bill_alive
            corrected = bill and bill.sudo()._get_replacement()
            if state == billed and not alive and corrected:
                document._take_corrected_bill(corrected)
            elif state == billed and not alive:
                document._write_guarded({self._billed_field: unbilled})
                document._log_bill(document._get_bill_gone_text())
                document._stop_wage_plans()
                document._notify_bill_gone()
            elif state == unbilled and alive:
                document._be_billed(document._get_bill_back_text())

    def _be_billed(self, body):
        """The document is billed again without a step of its own."""
        self.ensure_one()
        self._write_guarded({self._billed_field: self._billed_states[0]})
        self._log_bill(body)
        self._resume_wage_plans()
        self._after_bill_back()

    def _take_corrected_bill(self, bill):
        """Be billed with ``bill``, drawn up in the accounting in the place of the one
        reversed there."""
        for document in self:
            if document._is_bill_alive():
                continue
            document._give_up_bill()
            document._write_guarded({self._bill_field: bill.id})
            document._be_billed(
                self.env._(
                    "Corrected in the accounting: billed with %(bill)s.",
                    bill=bill.display_name,
                )
            )

    def _log_bill(self, body):
        """Hook: where the document's log is."""
        self._message_log(body=body)

    def _get_bill_back_text(self):
        """Return what the log says of a document that is billed again by itself."""
        self.ensure_one()
        return self.env._(
            "%(bill)s is in the books again.", bill=self[self._bill_field].display_name
        )

    def _get_bill_gone_text(self):
        """Return what is said of a document whose bill left the books."""
        self.ensure_one()
        bill = self[self._bill_field]
        if not bill:
            return self.env._("The bill was deleted: to be billed again.")
        # a draft that was cancelled never got a number
        if not bill.display_name.strip():
            return self.env._("The drafted bill was cancelled: to be billed again.")
        return self.env._(
            "%(bill)s is in the books no more: to be billed again.",
            bill=bill.display_name,
        )

    def _notify_bill_gone(self):
        """Hook: tell whoever is responsible, in his own language."""

    def _get_bill_clerk(self, *users):
        """Return who bills again: the first of ``users`` who is there, else one of the
        accountants."""
        self.ensure_one()
        present = self.env["res.users"].union(*users).filtered("active")
        return (
            present[:1]
            or self.company_id._get_aftersales_stand_in("group_accountant")
            or self.env.user
        )

    def _after_bill_back(self):
        """Nobody has anything to do any more."""
        self.activity_unlink(["mail.mail_activity_data_todo"])
