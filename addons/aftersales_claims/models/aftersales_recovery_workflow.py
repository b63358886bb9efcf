# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class AftersalesRecovery(models.Model):
    """The steps of a statement, from sending to credit (R-CLM-12)."""

    _inherit = "aftersales.recovery"

    # === ACTION METHODS ===#
    def action_send(self):
        """Send the statement; the answer and the collecting clock start.

        :raises UserError: not a draft, or nothing to claim
        """
        self._check_role("aftersales_service.group_quality")
        for statement in self:
            if statement.state != "draft" or not statement._get_live_lines():
                raise UserError(
                    self.env._(
                        "%(name)s was sent already, or has no lines.",
                        name=statement.name,
                    )
                )
        self.filtered(lambda item: not item.user_id).user_id = self.env.user
        for statement in self:
            company = statement.company_id
            today = company._get_aftersales_today()
            statement._write_guarded(
                {
                    "state": "sent",
                    "sent_at": fields.Datetime.now(),
                    "answer_deadline": today
                    + relativedelta(days=company.aftersales_answer_days),
                }
            )
            statement.message_subscribe(statement.partner_id.ids)
            statement.message_post(
                body=self.env._(
                    "Statement of the parts you are asked to take back and credit. "
                    "Please answer every line before %(date)s.",
                    date=format_date(self.env, statement.answer_deadline),
                ),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.line_ids.part_return_ids._notify_supplier()
        return True

    def action_answer(self):
        """Close the supplier's answer: every line is accepted or disputed."""
        for statement in self:
            if statement.state != "sent":
                raise UserError(
                    self.env._(
                        "%(name)s does not wait for an answer.", name=statement.name
                    )
                )
            if statement.line_ids.filtered(lambda line: line.state == "pending"):
                raise UserError(
                    self.env._("%(name)s: answer every line.", name=statement.name)
                )
        self._write_guarded(
            {
                "state": "answered",
                "answered_at": fields.Datetime.now(),
                "answered_by": self.env.user.name,
            }
        )
        for statement in self.filtered("amount_disputed"):
            statement._notify_arbiters()
        return True

    def action_credit(self):
        """Post the vendor credit notes of the accepted lines, offset payables.

        :raises UserError: lines not answered or disputed, or accounting refuses
        """
        self._check_role("aftersales_service.group_accountant")
        self.lock_for_update()
        for statement in self:
            if statement.state != "answered":
                raise UserError(
                    self.env._("%(name)s is not answered yet.", name=statement.name)
                )
            if statement.line_ids.filtered(lambda line: line.state == "disputed"):
                raise UserError(
                    self.env._(
                        "%(name)s has lines the arbiter has not decided.",
                        name=statement.name,
                    )
                )
        for statement in self:
            statement._post_refunds()
        self._write_guarded({"state": "credited", "credited_at": fields.Datetime.now()})
        return True

    def action_offset(self):
        """Set the posted credit notes off against the supplier's open bills."""
        self._check_role("aftersales_service.group_accountant")
        for statement in self:
            statement._offset_payables()
        return True

    def action_cancel(self):
        """Cancel statements not credited; quality or accounting only."""
        self._check_role(
            "aftersales_service.group_quality", "aftersales_service.group_accountant"
        )
        for statement in self:
            if "credited" in {statement.state, *statement.line_ids.mapped("state")}:
                raise UserError(
                    self.env._(
                        "%(name)s is credited; reverse the credit notes instead.",
                        name=statement.name,
                    )
                )
        self.line_ids.filtered(lambda line: line.state != "credited")._write_guarded(
            {"state": "cancelled"}
        )
        self._write_guarded({"state": "cancelled"})
        # sudo: quality cancels what the accounting reset; the next statement starts
        # from the share
        notes = self.sudo().line_ids.refund_move_id
        notes.filtered(lambda note: note.state == "draft").button_cancel()
        return True

    # === BUSINESS METHODS ===#
    def _check_role(self, *groups):
        if not self.env.su and not any(self.env.user.has_group(g) for g in groups):
            raise UserError(
                self.env._("Your role does not allow this step of the statement.")
            )

    def _notify_arbiters(self):
        """Tell the quality vice presidents that lines are disputed."""
        self.ensure_one()
        # sudo: members of a group are not everyone's to read
        group = self.env.ref("aftersales_service.group_quality_vp").sudo()
        for user in group.all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids
        ):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("Disputed recovery lines to decide"),
            )
