# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_liability import LiabilityCommon


@tagged("post_install", "-at_install")
class TestCarrierClaim(LiabilityCommon):
    """Damage and loss in transport, claimed from the carrier (R-CLM-07, R-CLM-10)."""

    def test_missing_carrier_account(self):
        """R-CLM-10: the error names the setting, nothing is posted."""
        carrier = self.env["res.partner"].create({"name": "C", "is_carrier": True})
        claim = self._posted_claim()
        liability = self._decide(
            claim,
            [
                self._supplier(50),
                {"party": "carrier", "partner_id": carrier.id, "percent": 50},
            ],
        )
        self.company.aftersales_carrier_account_id = False
        with (
            self.assertRaisesRegex(UserError, "Carrier Receivable Account"),
            self.env.cr.savepoint(),
        ):
            self.as_user(liability, "accountant").action_post()
        self.env.invalidate_all()
        self.assertEqual(liability.state, "approved")
        self.assertFalse(liability.share_ids.account_move_id)

    def test_carrier_claim(self):
        """R-CLM-07: notified within the limit with evidence, posted once, reversed."""
        carrier = self.env["res.partner"].create({"name": "C", "is_carrier": True})
        claim = self._posted_claim(1000)
        CarrierClaim = self.as_user(
            self.env["aftersales.carrier.claim"], "service_manager"
        )
        damage = CarrierClaim.create(
            {
                "carrier_id": carrier.id,
                "claim_id": claim.id,
                "amount": 400,
                "received_date": fields.Date.context_today(claim)
                - relativedelta(days=9),
            }
        )
        # on somebody's list before the carrier's time is over
        reminder = damage.activity_ids
        self.assertEqual(reminder.user_id, self.users["service_manager"])
        self.assertEqual(reminder.date_deadline, damage.notice_deadline)
        self.assertEqual(
            damage.notice_deadline, damage.received_date + relativedelta(days=3)
        )
        damage.received_date -= relativedelta(days=1)
        self.assertEqual(damage.activity_ids, reminder)
        self.assertEqual(reminder.date_deadline, damage.notice_deadline)
        with self.assertRaisesRegex(UserError, "tracking number"):
            damage.action_notify()
        damage.tracking_number = "SF1001"
        damage.action_notify()
        self.assertTrue(damage.is_late)
        self.assertFalse(damage.activity_ids)
        with self.assertRaises(AccessError):
            damage.action_accept()
        accountant = self.as_user(damage, "accountant")
        with self.assertRaisesRegex(UserError, "Enter the amount"):
            accountant.action_accept()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            accountant.amount_accepted = 500
            self.env.flush_all()
        before = self._balance()
        accountant.amount_accepted = 300
        accountant.action_accept()
        account = self.company.aftersales_carrier_account_id
        self.assertEqual(self._balance(account), 300)
        self.assertEqual(self._balance(self.warranty_expense_account), 700)
        with self.assertRaises(UserError):
            accountant.action_accept()
        liability = self._decide(
            claim,
            [{"party": "carrier", "partner_id": carrier.id, "percent": 100}],
            approve=False,
        )
        with self.assertRaisesRegex(UserError, "accepted a carrier claim"):
            self.as_user(liability, "quality_vp").action_submit()
        with self.assertRaises(AccessError):
            damage.state = "draft"
        accountant.action_reverse()
        self.assertEqual(self._balance(), before)
        # accepted between approval and posting: he is not charged twice either
        self.as_user(liability, "quality_vp").action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        again = damage.copy({"claim_id": claim.id, "tracking_number": "SF1001"})
        again.action_notify()
        accepting = self.as_user(again, "accountant")
        accepting.amount_accepted = 300
        accepting.action_accept()
        with self.assertRaisesRegex(UserError, "accepted a carrier claim"):
            self.as_user(liability, "accountant").action_post()
        self.assertEqual(liability.state, "approved")
        # in time it is not late; a carrier who refuses pays nothing
        refused = damage.copy(
            {
                "claim_id": claim.id,
                "tracking_number": "SF1002",
                "received_date": fields.Date.context_today(claim),
            }
        )
        with self.assertRaisesRegex(UserError, "is Draft"):
            refused.action_refuse()
        refused.action_notify()
        self.assertFalse(refused.is_late)
        before = self._balance()
        refused.action_refuse()
        self.assertEqual((refused.state, self._balance()), ("refused", before))
        with self.assertRaisesRegex(UserError, "is Refused"):
            self.as_user(refused, "accountant").action_accept()

    def test_locked_period_of_a_carrier_claim(self):
        """R-CLM-07: in a locked period the ERP's own error; what the carrier accepts
        is neither booked nor lost."""
        carrier = self.env["res.partner"].create({"name": "C", "is_carrier": True})
        claim = self._posted_claim(1000)
        damage = self.as_user(
            self.env["aftersales.carrier.claim"], "service_manager"
        ).create(
            {
                "carrier_id": carrier.id,
                "claim_id": claim.id,
                "amount": 400,
                "tracking_number": "SF1001",
            }
        )
        damage.action_notify()
        accepting = self.as_user(damage, "accountant")
        accepting.amount_accepted = 300
        before = self._balance()
        for state, step in (
            ("notified", accepting.action_accept),
            ("accepted", accepting.action_reverse),
        ):
            self.env.flush_all()
            self.company.fiscalyear_lock_date = fields.Date.context_today(accepting)
            with (
                self.subTest(state=state),
                self.assertRaisesRegex(UserError, "prior to and inclusive of"),
                self.env.cr.savepoint(),
            ):
                step()
            self.env.invalidate_all()
            self.assertEqual((damage.state, damage.amount_accepted), (state, 300))
            self.assertEqual(self._balance(), before)
            self.company.fiscalyear_lock_date = False
            step()
            before = self._balance()
