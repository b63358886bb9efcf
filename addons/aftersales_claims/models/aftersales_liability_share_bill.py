# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, models

from odoo.addons.aftersales_service.tools.language import in_language_of


class AftersalesLiabilityShare(models.Model):
    """A share follows its invoice, credit note or entry: taken out of the books in the
    accounting, it is open and posted again (R-CLM-10)."""

    _inherit = "aftersales.liability.share"

    # === BUSINESS METHODS ===#
    def _is_bill_alive(self):
        """What is on a statement is credited by it, whatever became of the note."""
        # sudo: statements follow the books, whoever works on them
        lines = self.sudo().recovery_line_ids
        return (
            bool(lines.filtered(lambda line: line.state != "cancelled"))
            or super()._is_bill_alive()
        )

    def _follow_bill(self):
        # what is not decided yet has nothing to follow
        posted = self.filtered(lambda share: share.liability_id.state == "posted")
        return super(AftersalesLiabilityShare, posted)._follow_bill()

    def _log_bill(self, body):
        self.liability_id._message_log(body=f"{self._get_party_label()}: {body}")

    def _get_bill_back_text(self):
        # sudo: see _is_bill_alive
        lines = self.sudo().recovery_line_ids
        live = lines.filtered(lambda line: line.state != "cancelled")
        if live:
            return self.env._(
                "Claimed with %(statement)s.", statement=live.recovery_id.name
            )
        return super()._get_bill_back_text()

    def _notify_bill_gone(self):
        clerk = self._get_bill_clerk(
            self.account_move_id.create_uid, self.liability_id.user_id
        )
        told = in_language_of(self, clerk, company=self.company_id)
        told.liability_id.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=clerk.id,
            summary=told.env._("A share is in the books no more: post it again"),
            note=f"{told._get_party_label()}: {told._get_bill_gone_text()}",
        )

    def _after_bill_back(self):
        if not self.liability_id.has_open_share:
            self.liability_id.activity_unlink(["mail.mail_activity_data_todo"])

    def _post(self):
        res = super()._post()
        # sudo: the to-do may be somebody else's
        self.sudo().liability_id.activity_unlink(["mail.mail_activity_data_todo"])
        return res

    def _reverse(self, comment):
        own = self._taking_back()
        return super(AftersalesLiabilityShare, own)._reverse(comment)

    def _replace_bill(self, move):
        """Let ``move`` credit the shares; what it replaces is never posted."""
        for share in self:
            former = share.account_move_id - move
            share.write(
                {
                    "account_move_id": move.id,
                    "former_bill_ids": [Command.link(bill.id) for bill in former],
                }
            )

    def _get_account_moves(self):
        """Return the entries and invoices of the shares, reversed or given up too."""
        # sudo: which they are; the entries are read with own rights
        former = self.sudo().former_bill_ids.with_env(self.env)
        return self.account_move_id | self.reversal_move_id | former
