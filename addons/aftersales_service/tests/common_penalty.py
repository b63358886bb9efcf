# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields

from .common import AftersalesCommon


class PenaltyCommon(AftersalesCommon):
    """Penalties of 50 in the books, deducted from a wage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rule = cls.env.ref("aftersales_service.penalty_rule_late_arrival")
        rule.write({"legal_basis": "Contract, clause 12", "consequence": "wage"})
        cls.technician.version_id.wage = 8000
        cls.receivable = cls.company.aftersales_employee_receivable_account_id
        cls.receivable.reconcile = True

    def _post_penalty(self):
        """A penalty of 50, posted by the accountant."""
        source = self._create_request()
        penalty = self.env["aftersales.penalty"]._propose(
            [
                {
                    "rule_code": "late_arrival",
                    "employee_id": self.technician.id,
                    "res_model": source._name,
                    "res_id": source.id,
                    "event_date": fields.Date.today(),
                    "evidence": "seen by the system",
                }
            ]
        )
        self.as_user(penalty, "service_manager").action_notify()
        self.as_user(penalty, "technician").action_state_view("so be it", accept=True)
        self.as_user(penalty, "service_manager").action_finalize()
        self.as_user(penalty, "accountant").action_post()
        return penalty

    def _reverse(self, move):
        """The ERP's own *Reverse Entry*, by the accountant."""
        wizard = (
            self.as_user(self.env["account.move.reversal"], "accountant")
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": fields.Date.today()})
        )
        wizard.reverse_moves()
        return wizard.new_move_ids.with_env(self.env)

    def _get_balance(self):
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.receivable.id),
                ("parent_state", "=", "posted"),
                ("partner_id", "=", self.technician._get_aftersales_partner().id),
            ]
        )
        return sum(lines.mapped("balance"))
