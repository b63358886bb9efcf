# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .common_recovery import RecoveryCommon

CHINESE = r"[\u4e00-\u9fff]{4}"


@tagged("post_install", "-at_install")
class TestTodoLanguage(RecoveryCommon):
    """To-dos are written in the language of whoever gets them (R-CLM-10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.accountant = cls.users["accountant"]
        cls.accountant.lang = "zh_CN"

    def _get_todos(self, record):
        return record.activity_ids.filtered(lambda it: it.user_id == self.accountant)

    def test_lower_costs(self):
        """R-CLM-10: costs that came down are told to the accountant in Chinese, though
        somebody else entered them in English."""
        liability = self._create_second_liability(percent=60)
        costs = liability.claim_id.cost_ids
        self._reverse_in_accounting(
            costs.filtered(lambda it: it.state == "posted").account_move_id
        )
        draft = liability.claim_id.cost_ids.filtered(lambda it: it.state == "draft")
        draft.amount = 70
        todo = self._get_todos(liability)
        self.assertRegex(todo.summary, CHINESE)

    def test_share_out_of_the_books(self):
        """R-CLM-10: so is a share whose entry left the books, summary and note."""
        liability = self._decide(
            self._create_spine_claim(),
            {"party": "employee", "employee_id": self.technician.id, "percent": 10},
            {"party": "company", "percent": 90},
        )
        entry = liability.share_ids[0].account_move_id
        reversal = entry._reverse_moves([{}], cancel=True)
        self.assertEqual(reversal.state, "posted")
        todo = self._get_todos(liability)
        self.assertRegex(todo.summary, CHINESE)
        self.assertRegex(todo.note, CHINESE)
        self.assertIn(entry.name, todo.note)
        # the log is of the one who did it
        self.assertIn("books no more", liability.message_ids[:1].body)

    def test_penalty_and_deduction(self):
        """R-PEN-06: and so are penalties and deductions."""
        self.env.ref("aftersales_service.penalty_rule_major_accident").write(
            {"legal_basis": "Contract, clause 12", "consequence": "wage"}
        )
        self.technician.version_id.wage = 8000
        liability = self._decide(
            self._create_spine_claim(),
            {"party": "employee", "employee_id": self.technician.id, "percent": 10},
            {"party": "company", "percent": 90},
        )
        penalty = self.env["aftersales.penalty"].search(
            [("res_model", "=", liability._name), ("res_id", "=", liability.id)]
        )
        self.as_user(penalty, "service_manager").action_notify()
        self.as_user(penalty, "technician").action_state_view("so be it", accept=True)
        self.as_user(penalty, "service_manager").action_finalize()
        self.as_user(penalty, "accountant").action_post()
        penalty.move_id._reverse_moves([{}], cancel=True)
        todo = self._get_todos(penalty)
        self.assertRegex(todo.summary, CHINESE)
        self.assertRegex(todo.note, CHINESE)
