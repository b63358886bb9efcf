# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestLiabilityPenalties(RecoveryCommon):
    """Penalties rest on the loss a decision divides (R-CLM-10, R-PEN-02)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("aftersales_service.penalty_rule_major_accident").write(
            {"legal_basis": "Contract, clause 12", "consequence": "wage"}
        )
        cls.technician.version_id.wage = 8000

    def _create_penalty(self):
        """A posted decision, 10 % of it the technician's, and his penalty."""
        liability = self._decide(
            self._create_spine_claim(),
            {"party": "employee", "employee_id": self.technician.id, "percent": 10},
            {"party": "company", "percent": 90},
        )
        penalty = self.env["aftersales.penalty"].search(
            [("res_model", "=", liability._name), ("res_id", "=", liability.id)]
        )
        self.assertEqual((penalty.loss_amount, penalty.amount), (807, 40.35))
        return liability, penalty

    def _lower(self, liability):
        """The travel costs are dropped, and the decision adjusted."""
        claim = liability.claim_id
        costs = claim.cost_ids.filtered(
            lambda cost: cost.state == "posted" and not cost.stock_move_id
        )
        for entry in costs.account_move_id:
            self._reverse_in_accounting(entry)
        drafts = claim.cost_ids.filtered(lambda cost: cost.state == "draft")
        travel = drafts.filtered(lambda cost: cost.kind == "travel")
        self.as_user(travel, "accountant").unlink()
        self.as_user(claim, "accountant").action_post_costs()
        self.as_user(liability, "accountant").action_adjust_costs()
        self.assertEqual(liability.share_ids[0].amount, 742)

    def _get_to_dos(self, penalty):
        kind = "aftersales_service.mail_activity_type_penalty_correction"
        return penalty.activity_ids.filtered(
            lambda it: it.activity_type_id == self.env.ref(kind)
        )

    def test_proposed(self):
        """R-CLM-10, R-PEN-02: nobody was told yet: loss, amount and the text of the
        evidence are those of the lower costs; what was written beside it stays."""
        liability, penalty = self._create_penalty()
        self.assertIn("8,070", penalty.evidence)
        penalty.evidence = f"Seen by the foreman.\n{penalty.evidence}"
        self._lower(liability)
        self.assertEqual((penalty.loss_amount, penalty.amount), (742, 37.1))
        self.assertFalse(penalty.has_correction)
        self.assertIn("Seen by the foreman.\n", penalty.evidence)
        self.assertIn("7,420", penalty.evidence)
        self.assertNotIn("8,070", penalty.evidence)
        # the text was written anew meanwhile
        penalty.evidence = "See the minutes."
        liability.share_ids._lower_penalties(
            {share: share._prepare_label() for share in liability.share_ids}
        )
        self.assertIn("See the minutes.\n", penalty.evidence)

    def test_told(self):
        """R-PEN-02, R-PEN-05: what the employee was told is not changed silently: the
        other amount is proposed to whoever told him; accepted, he is told again."""
        liability, penalty = self._create_penalty()
        self.as_user(penalty, "service_manager").action_notify()
        self._lower(liability)
        self.assertEqual((penalty.loss_amount, penalty.amount), (807, 40.35))
        self.assertEqual((penalty.proposed_loss, penalty.proposed_amount), (742, 37.1))
        self.assertTrue(penalty.has_correction)
        self.assertEqual(
            self._get_to_dos(penalty).user_id, self.users["service_manager"]
        )
        self.as_user(penalty, "service_manager").action_accept_correction()
        self.assertEqual((penalty.loss_amount, penalty.amount), (742, 37.1))
        self.assertFalse(penalty.has_correction or self._get_to_dos(penalty))
        self.assertIn("742", penalty.calculation)

    def _decide_otherwise(self, decision, *args):
        liability, penalty = self._create_penalty()
        self.as_user(penalty, "service_manager").action_notify()
        self._lower(liability)
        getattr(self.as_user(penalty, "service_manager"), decision)(*args)
        self.assertFalse(penalty.has_correction or self._get_to_dos(penalty))
        self.assertEqual(penalty.amount, 40.35)

    def test_kept(self):
        """R-PEN-05: the amount is kept: nothing is left to decide."""
        self._decide_otherwise("action_dismiss_correction")

    def test_waived(self):
        """R-PEN-05: nor is anything when the penalty is waived meanwhile."""
        self._decide_otherwise("action_waive", "Not his fault")

    def test_posted(self):
        """R-PEN-02, R-PEN-06: of a posted one the accountant decides: it is charged
        with the lower amount, what payroll deducted counts."""
        liability, penalty = self._create_penalty()
        self.as_user(penalty, "service_manager").action_notify()
        self.as_user(penalty, "technician").action_state_view("so be it", accept=True)
        self.as_user(penalty, "service_manager").action_finalize()
        self.as_user(penalty, "accountant").action_post()
        plan = penalty.deduction_id
        self.as_user(plan.line_ids, "accountant").action_done()
        self._lower(liability)
        self.assertEqual(self._get_to_dos(penalty).user_id, self.users["accountant"])
        self.as_user(penalty, "accountant").action_accept_correction()
        self.assertEqual((penalty.state, penalty.amount), ("posted", 37.1))
        self.assertEqual(penalty.move_id.amount_total, 37.1)
        refund = plan.line_ids.filtered(lambda line: line.kind == "refund")
        self.assertAlmostEqual(refund.amount, 3.25)
        charged = penalty.move_id.line_ids.filtered("account_id.reconcile")
        self.assertTrue(charged.reconciled or not charged)
