# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..tools.language import in_language_of


class AftersalesPenalty(models.Model):
    """A posted penalty follows its entry: taken out of the books in the accounting, it
    is final only, its deductions stop, and it is posted again or reversed (R-PEN-06).
    """

    _inherit = "aftersales.penalty"
    _bill_types = ("entry",)
    _bill_field = "move_id"
    _billed_states = ("posted", "final")

    # === BUSINESS METHODS ===#
    def _write_guarded(self, vals):
        self.check_access("write")
        # sudo: what follows the books is decided by nobody
        return self.sudo()._decide(vals)

    def _notify_bill_gone(self):
        clerk = self._get_bill_clerk(self.move_id.create_uid)
        told = in_language_of(self, clerk, company=self.company_id)
        told.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=clerk.id,
            summary=told.env._("A penalty is in the books no more: post it again"),
            note=told._get_bill_gone_text(),
        )

    def _give_up_bill(self):
        res = super()._give_up_bill()
        # sudo: the to-do may be somebody else's
        self.sudo().filtered("deduction_id")._after_bill_back()
        return res

    def _charge_wage(self, employee, reason, move, account):
        res = super()._charge_wage(employee, reason, move, account)
        live = self._get_wage_plans().filtered(lambda plan: plan.state != "stopped")
        if plan := live.sorted("id")[-1:]:
            self._write_guarded({"deduction_id": plan.id})
        return res

    def _get_wage_args(self):
        """Return what ``_charge_wage`` takes, as the penalty stands."""
        self.ensure_one()
        vals = self._prepare_deduction_vals()
        line = self.env["account.move.line"].browse(vals["receivable_line_id"])
        # sudo: the file of the employee is HR's
        employee = self.sudo().employee_id
        return employee, vals["reason"], self.move_id, line.account_id
