# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_capa import CapaCommon


@tagged("post_install", "-at_install")
class TestBatchAlertCorrections(CapaCommon):
    """Requests, machines and batches that were typed wrong."""

    def test_corrected_request_leaves(self):
        """R-INT-11: a request whose serial number was wrong leaves the alert, whose
        figures follow; too few are left: nothing is deleted, the responsible person is
        told; it raises the alert of the batch it belongs to."""
        requests = self._create_batch_requests(3)
        others = self._create_batch_requests(2, batch="B2402")
        alert = self._find_alert()
        alert.user_id = self.users["quality"]
        alert.activity_ids.unlink()
        self._create_cost(requests[0], 260)
        self.assertEqual(
            (alert.request_count, alert.claim_count, alert.cost_amount), (3, 1, 260)
        )
        right = self._create_machine("B2402-right", production_batch="B2402")
        self.as_user(requests[0], "hotline").lot_id = right
        self.assertEqual(
            (alert.request_count, alert.claim_count, alert.cost_amount), (2, 0, 0)
        )
        self.assertEqual(alert.state, "raised")
        self.assertTrue(alert.is_below)
        self.assertIn(requests[0].name, alert.message_ids[0].body)
        self.assertEqual(alert.activity_ids.user_id, self.users["quality"])
        other = self._find_alert("B2402")
        self.assertEqual(other.request_ids, requests[0] | others)
        # one to-do is enough, and it is over when enough have come again
        requests[1].lot_id = False
        self.assertFalse(requests[1].batch_alert_id)
        self.assertEqual(len(alert.activity_ids), 1)
        for name, is_below in (("B2401-4", True), ("B2401-5", False)):
            lot = self._create_machine(name, production_batch="B2401")
            joined = self._create_request(lot_id=lot.id)
            self.assertEqual(joined.batch_alert_id, alert)
            self.assertEqual(alert.is_below, is_below)
        requests[2].action_cancel("Told twice")
        self.assertNotIn(requests[2], alert.request_ids)
        self.assertTrue(alert.is_below)

    def test_corrected_batch_of_a_machine(self):
        """R-INT-11: a machine whose production batch was wrong is not concerned by the
        alert any more, its requests leave and join where they belong."""
        requests = self._create_batch_requests(4)
        self._create_batch_requests(2, batch="B2403")
        alert = self._find_alert()
        moved = requests[0]
        self.assertIn(moved.lot_id, alert.line_ids.lot_id)
        moved.lot_id.production_batch = "B2403"
        self.assertEqual(alert.request_ids, requests - moved)
        self.assertFalse(alert.is_below)
        self.assertNotIn(moved.lot_id, alert.line_ids.lot_id)
        self.assertEqual(moved.batch_alert_id, self._find_alert("B2403"))
        # as it was, written otherwise
        count = len(alert.message_ids)
        requests[1].lot_id.production_batch = " b2401 "
        self.assertEqual(requests[1].batch_alert_id, alert)
        self.assertEqual(len(alert.message_ids), count)
        # an alert raised for the wrong batch
        self.as_user(alert, "quality").production_batch = "B2409"
        self.assertFalse(alert.request_ids)
        self.assertFalse(alert.line_ids)

    def test_one_batch_however_written(self):
        """R-INT-11: "c1", "C1", " C1" and the same in full width are one batch, where
        it is typed and where requests are counted, also what was typed before."""
        requests = self.env["aftersales.request"]
        for number, batch in enumerate(("c1", " C1", "Ｃ１ ")):
            lot = self._create_machine(f"C1-{number}", production_batch=batch)
            self.assertEqual(lot.production_batch, "C1")
            requests |= self._create_request(lot_id=lot.id)
        alert = self._find_alert("C1")
        self.assertEqual(alert.request_ids, requests)
        self.assertEqual(alert.line_ids.lot_id, requests.lot_id)
        with (
            self.assertRaisesRegex(IntegrityError, "batch_uniq"),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env["aftersales.batch.alert"].create(
                {
                    "product_id": alert.product_id.id,
                    "production_batch": "c1 ",
                    "company_id": self.company.id,
                }
            )
        # typed before it was put in order
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE aftersales_batch_alert SET production_batch = 'c1' WHERE id = %s",
            [alert.id],
        )
        lot = self._create_machine("C1-x", production_batch="C1")
        self.env.cr.execute(
            "UPDATE stock_lot SET production_batch = 'c1' WHERE id = %s", [lot.id]
        )
        self.env.invalidate_all()
        fourth = self._create_request(lot_id=lot.id)
        self.assertEqual(fourth.batch_alert_id, alert)
        self.env["aftersales.batch.alert"]._cron_detect()
        self.assertEqual(len(alert.search([("product_id", "=", lot.product_id.id)])), 1)

    def test_many_batches_are_counted_at_once(self):
        """R-INT-11: correcting many requests costs no query for each of them."""
        requests = self._create_many_requests(
            [f"m{number % 40}" for number in range(80)]
        )
        self.assertNoQueryGrowth(
            lambda records: (
                records._leave_batch_alert(),
                records._detect_batch_problem(),
            ),
            requests[:10],
            requests[10:],
        )

    def test_deleted_request_leaves(self):
        """R-INT-11: a request that is deleted leaves the alert, which says so."""
        requests = self._create_batch_requests(3)
        alert = self._find_alert()
        name = requests[0].name
        requests[0].unlink()
        self.assertTrue(alert.is_below)
        self.assertIn(name, alert.message_ids[0].body)
        self.assertEqual(alert.request_count, 2)
