# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesToolCompensation(models.Model):
    """Signature and approval of the sheet."""

    _inherit = "aftersales.tool.compensation"

    # === ACTION METHODS ===#
    def action_confirm(self):
        """Freeze the signed sheets and ask for their approval (R-TOL-06).

        :raises UserError: unsigned, without price, or with impossible dates"""
        self._check_state({"draft"})
        for sheet in self:
            error = sheet._get_calculation_error() or sheet._get_price_error()
            error = error or (
                not sheet.signature
                and self.env._(
                    "%(person)s has not signed the sheet yet.",
                    person=sheet.employee_id.name,
                )
            )
            if error:
                raise UserError(error)
            days = sheet.company_id.aftersales_tool_payment_days
            # the date the signature stands for, before the sheet is frozen
            sheet._write_guarded(
                {
                    "state": "confirmed",
                    "signed_at": fields.Datetime.now(),
                    "signed_by": sheet.signed_by or sheet.employee_id.name,
                    "date_payable": sheet.date_payable
                    or fields.Date.add(fields.Date.context_today(self), days=days),
                }
            )
        for sheet in self:
            sheet.request_validation()
        return True

    def action_approve(self):
        """Record the approval; raises while a tier is open or for one's own sheet."""
        self._check_state({"confirmed"})
        if not self.env.su and self.employee_id & self.env.user.employee_ids:
            raise UserError(self.env._("Nobody approves his own compensation."))
        self._write_guarded({"state": "approved"})
        return True

    def action_cancel(self):
        """Give the sheet up before it is posted, e.g. the tool turned up again."""
        self._check_state({"draft", "confirmed", "approved"})
        if not self._is_clerk() and self.filtered(
            lambda sheet: (
                sheet.state != "draft" or sheet.reported_by_id != self.env.user
            )
        ):
            raise UserError(
                self.env._(
                    "Only what you reported yourself and did not sign yet can be "
                    "taken back; the rest is cancelled by the storekeeper, the "
                    "manager or finance."
                )
            )
        self._write_guarded({"state": "cancelled"})
        return True

    def action_draft(self):
        """Take a cancelled sheet up again."""
        self._check_state({"cancelled"})
        self._write_guarded({"state": "draft"})
        self._write_guarded({"signature": False, "signed_at": False})
        return True

    # === BUSINESS METHODS ===#
    def _check_state(self, allowed):
        for sheet in self:
            if sheet.state not in allowed:
                state = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(sheet)s is in state “%(state)s”, which does not allow this.",
                        sheet=sheet.name,
                        state=state[sheet.state],
                    )
                )

    def _validate_tier(self, tiers=False):
        """Approved by the last tier: the sheet is approved."""
        res = super()._validate_tier(tiers)
        if self.state == "confirmed" and self.validation_status == "validated":
            # not stored and without dependencies: still says what was so before
            self.invalidate_recordset(["need_validation"])
            self.action_approve()
        return res

    def _get_under_validation_exceptions(self):
        return super()._get_under_validation_exceptions() + [
            "date_payable",
            "payment_mode",
        ]
