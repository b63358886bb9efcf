# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date, mute_logger

from .common_capa import CapaCommon


@tagged("post_install", "-at_install")
class TestBatchAlert(CapaCommon):
    """Several machines of one production batch fail."""

    def test_batch_alert_is_raised_once(self):
        """R-INT-11: the third request on one batch in 30 days raises one alert; the
        fourth joins it; recognition is due in two days."""
        self._create_batch_requests(2)
        self.assertFalse(self._find_alert())
        lot = self._create_machine("B2401-x", production_batch="B2401")
        third = self._create_request(lot_id=lot.id)
        alert = self._find_alert()
        self.assertEqual(alert.request_count, 3)
        self.assertEqual(third.batch_alert_id, alert)
        self.assertEqual((alert.deadline - alert.raised_at).days, 2)
        fourth = self._create_request(lot_id=lot.id)
        self.env["aftersales.batch.alert"]._cron_detect()
        self.assertEqual(self._find_alert(), alert)
        self.assertEqual(fourth.batch_alert_id, alert)

    def test_one_machine_is_no_batch(self):
        """R-INT-11: one machine that fails again and again is a repeat repair; the
        alert counts the machines of the batch."""
        request = self._create_batch_requests(1)
        for _number in range(3):
            self._create_request(lot_id=request.lot_id.id)
        self.assertFalse(self._find_alert())
        self._create_batch_requests(1, batch="B2401b").lot_id.production_batch = "B2401"
        self.assertFalse(self._find_alert())
        lot = self._create_machine("B2401-third", production_batch="B2401")
        self._create_request(lot_id=lot.id)
        self.assertTrue(self._find_alert())

    def test_batch_alert_window(self):
        """R-INT-11: old, cancelled and periodic-visit requests do not count."""
        old = fields.Datetime.now() - relativedelta(days=40)
        requests = self._create_batch_requests(2, batch="B2402", reported_at=old)
        self._create_batch_requests(2, batch="B2402b")
        requests.lot_id.production_batch = "B2402b"
        self._create_request(
            lot_id=requests.lot_id[:1].id,
            kind_id=self.env.ref("aftersales_service.kind_visit").id,
        )
        self.env["aftersales.batch.alert"]._cron_detect()
        self.assertFalse(self._find_alert("B2402b"))

    def test_batch_confirmed_taken_back(self):
        """R-INT-11: confirmed on site, every machine and piece of stock of the batch
        is listed, taken back by transfer, the freight is the company's cost."""
        requests = self._create_batch_requests(3)
        alert = self._find_alert()
        self.assertEqual(alert.line_ids.lot_id, requests.lot_id)
        self.assertEqual(alert.line_ids.partner_id, self.customer)
        self.machine_product.with_company(self.company).standard_price = 90000
        stocked = self._create_stock(self.machine_product, 1, "B2401-stock")
        stocked.production_batch = "B2401"
        quality = self.as_user(alert, "quality")
        with self.assertRaises(UserError):
            quality.action_confirm()
        with self.assertRaises(UserError):
            self.as_user(alert, "hotline").action_confirm()
        quality.finding = "Castings of one heat are porous"
        quality.action_confirm()
        self.assertEqual(len(alert.line_ids), 4)
        line = alert.line_ids.filtered(lambda line: line.lot_id == stocked)
        self.assertEqual(line.location_id, self.stock_location)
        with self.assertRaises(UserError):
            quality.action_close()
        product = self.machine_product.with_company(self.company)
        value, entries = product.total_value, self.env["account.move"].search_count([])
        self.assertTrue(value)
        self.assertEqual(product.qty_available, 1)
        self.as_user(alert.line_ids, "quality").action_take_back()
        self.assertEqual(set(alert.line_ids.mapped("state")), {"taken_back"})
        self.assertEqual(set(alert.line_ids.picking_id.mapped("state")), {"done"})
        # what was sold has no value, what is ours keeps it; neither is for sale
        company = self.company
        for location, lots in (
            (company.aftersales_quarantine_location_id, requests.lot_id),
            (company.aftersales_blocked_location_id, stocked),
        ):
            quants = self.env["stock.quant"].search(
                [
                    ("location_id", "=", location.id),
                    ("product_id", "=", product.id),
                ]
            )
            self.assertEqual(quants.lot_id, lots)
            self.assertEqual(sum(quants.mapped("quantity")), len(lots))
        self.env.flush_all()
        product.invalidate_recordset()
        self.assertEqual((product.qty_available, product.free_qty), (0, 0))
        self.assertEqual(product.total_value, value)
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        with self.assertRaises(UserError):
            alert.line_ids[:1].action_take_back()
        # the cost so far: what the requests' claims cost, and the freight
        claim = self.env["aftersales.claim"].create(
            {
                "partner_id": self.customer.id,
                "request_id": requests[0].id,
                "lot_id": requests[0].lot_id.id,
                "company_id": self.company.id,
            }
        )
        self.env["aftersales.claim.cost"].create(
            {"claim_id": claim.id, "kind": "travel", "amount": 260}
        )
        alert.freight_amount = 3200
        alert.invalidate_recordset(["cost_amount"])
        self.assertEqual(alert.cost_amount, 3460)
        # and opens from there
        self.assertEqual(quality.claim_count, 1)
        self.assertEqual(quality.action_view_claims()["res_id"], claim.id)
        costs = self.env["aftersales.claim.cost"].search(
            quality.action_view_costs()["domain"]
        )
        self.assertEqual(sum(costs.mapped("amount")), 260)
        self.assertFalse(alert.with_user(self.engineer).claim_count)
        capa = self._create_capa(batch_alert_id=alert.id)
        measures = self.env["aftersales.capa"].search(
            quality.action_view_capas()["domain"]
        )
        self.assertEqual(measures, capa)
        quality.action_close()
        self.assertEqual(alert.state, "closed")

    def test_batch_of_a_lot_is_taken_back_whole(self):
        """R-INT-11: a lot of many pieces in several places is taken back with all its
        pieces, also those moved since it was listed."""
        seal = self.env["product.product"].create(
            {
                "name": "Seal ring",
                "is_storable": True,
                "tracking": "lot",
                "standard_price": 4,
            }
        )
        lot = self._create_stock(seal, 7, "L-31")
        lot.production_batch = "L31"
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock_location.id}
        )
        Quant = self.env["stock.quant"]
        Quant._update_available_quantity(seal, shelf, 5, lot_id=lot)
        alert = self.env["aftersales.batch.alert"].create(
            {
                "product_id": seal.id,
                "production_batch": "L31",
                "company_id": self.company.id,
                "finding": "Wrong rubber",
            }
        )
        self.as_user(alert, "quality").action_confirm()
        self.assertEqual(alert.line_ids.quantity, 12)
        Quant._update_available_quantity(seal, shelf, -2, lot_id=lot)
        Quant._update_available_quantity(seal, self.stock_location, 3, lot_id=lot)
        # a company set up before there was such a place gets it now
        self.company.aftersales_blocked_location_id = False
        self.as_user(alert.line_ids, "quality").action_take_back()
        blocked = self.company.aftersales_blocked_location_id
        for location, quantity in (
            (blocked, 13),
            (self.stock_location, 0),
            (shelf, 0),
        ):
            self.assertEqual(
                Quant._get_available_quantity(seal, location, lot_id=lot, strict=True),
                quantity,
            )
        self.assertEqual(len(alert.line_ids.picking_id), 1)

    def test_batch_is_raised_again(self):
        """R-INT-11: a batch that was no problem, or was taken back, and of which as
        many machines fail again is raised anew, once, with its days to look; fewer
        join the alert as it is."""
        self._create_batch_requests(3)
        alert = self._find_alert()
        quality = self.as_user(alert, "quality")
        quality.finding = "Three different faults"
        quality.action_reject()
        past = fields.Datetime.now() - relativedelta(days=5)
        for state in ("rejected", "closed"):
            with self.subTest(state=state):
                alert.sudo().write({"recognised_at": past, "raised_at": past})
                alert.request_ids.reported_at = past - relativedelta(hours=1)
                if state == "closed":
                    alert.sudo().closed_at = past + relativedelta(days=1)
                alert.activity_ids.unlink()
                for number in range(3):
                    self.assertEqual(alert.state, state)
                    lot = self._create_machine(
                        f"{state}-{number}", production_batch="B2401"
                    )
                    request = self._create_request(lot_id=lot.id)
                    self.assertEqual(request.batch_alert_id, alert)
                self.assertEqual(alert.state, "raised")
                self.assertEqual((alert.deadline - alert.raised_at).days, 2)
                self.assertFalse(alert.is_late)
                self.assertFalse(alert.recognised_at)
                self.assertEqual(len(alert.activity_ids), 1)
                self.assertIn(lot, alert.line_ids.lot_id)
                self.assertIn("Raised again", alert.message_ids.mapped("body")[0])
                self.env["aftersales.batch.alert"]._cron_detect()
                self.assertEqual(len(alert.activity_ids), 1)
                self.assertEqual(alert.finding, "Three different faults")
                quality.action_confirm()
                lines = self.as_user(alert.line_ids, "quality")
                lines.filtered(lambda line: line.state == "open").note = "Checked"
                lines.filtered(lambda line: line.state == "open").action_clear()
                quality.action_close()
                self.assertTrue(alert.closed_at)

    def test_batch_late_recognition_warns_once(self):
        """R-INT-11: two days are over: the responsible person is warned, once, and has
        it among the to-dos once, also after ticking it off too early."""
        self._create_batch_requests(3)
        alert = self._find_alert()
        alert.sudo().raised_at = fields.Datetime.now() - relativedelta(days=3)
        self.assertTrue(alert.is_late)
        responsible = (alert.user_id or self.env.user).partner_id
        for _i in range(2):
            self.env["aftersales.batch.alert"]._cron_detect()
        notices = alert.message_ids.filtered(
            lambda message: "was to be recognised" in (message.body or "")
        )
        self.assertEqual(notices.partner_ids, responsible)
        day = self.company._get_aftersales_date(alert.deadline)
        self.assertIn(format_date(self.env, day), notices.body)
        self.assertEqual(len(notices), 1)
        self.assertEqual(len(alert.activity_ids), 1)
        alert.activity_ids.action_done()
        alert.sudo()._write_guarded({"warned": False})
        self.env["aftersales.batch.alert"]._cron_detect()
        self.assertEqual(len(alert.activity_ids), 1)

    def test_batch_detection_is_set_based(self):
        """R-INT-11: a hundred requests cost no more queries than ten."""
        lots = self.env["stock.lot"].create(
            [
                {
                    "name": f"Q{index}",
                    "product_id": self.machine_product.id,
                    "company_id": self.company.id,
                    "production_batch": "B2499",
                }
                for index in range(110)
            ]
        )
        self.company.aftersales_batch_count = 1000
        requests = self.env["aftersales.request"].create(
            [
                {
                    "lot_id": lot.id,
                    "fault": "x",
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                }
                for lot in lots
            ]
        )
        self.assertNoQueryGrowth(
            lambda records: records._detect_batch_problem(),
            requests[:10],
            requests[10:],
        )

    # === corrections ===#
    def test_corrected_request_leaves(self):
        """R-INT-11: a request whose serial number was wrong leaves the alert, whose
        figures follow; too few are left: nothing is deleted, the responsible person is
        told; it raises the alert of the batch it belongs to."""
        requests = self._create_batch_requests(3)
        others = self._create_batch_requests(2, batch="B2402")
        alert = self._find_alert()
        alert.user_id = self.users["quality"]
        alert.activity_ids.unlink()
        claim = self.env["aftersales.claim"].create(
            {
                "partner_id": self.customer.id,
                "request_id": requests[0].id,
                "lot_id": requests[0].lot_id.id,
                "company_id": self.company.id,
            }
        )
        self.env["aftersales.claim.cost"].create(
            {"claim_id": claim.id, "kind": "travel", "amount": 260}
        )
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
        lots = self.env["stock.lot"].create(
            [
                {
                    "name": f"M{index}",
                    "product_id": self.machine_product.id,
                    "company_id": self.company.id,
                    "production_batch": f"m{index % 40}",
                }
                for index in range(80)
            ]
        )
        self.company.aftersales_batch_count = 1000
        requests = self.env["aftersales.request"].create(
            [
                {
                    "lot_id": lot.id,
                    "fault": "x",
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                }
                for lot in lots
            ]
        )
        self.assertNoQueryGrowth(
            lambda records: (
                records._leave_batch_alert(),
                records._detect_batch_problem(),
            ),
            requests[:10],
            requests[10:],
        )

    def test_what_is_concerned_is_nobodys_to_write(self):
        """R-INT-11: what an alert lists follows from its batch: nobody lists a machine
        of another batch, sends it elsewhere, or deletes a line; settled is settled."""
        requests = self._create_batch_requests(3)
        alert = self._find_alert()
        stranger = self._create_machine("STRANGER")
        line = alert.line_ids[0]
        for role in ("quality", "service_manager"):
            lines = self.as_user(line, role)
            for vals in (
                {"lot_id": stranger.id},
                {"location_id": self.stock_location.id},
                {"partner_id": self.dealer.id},
                {"state": "cleared"},
            ):
                with self.subTest(role=role, vals=vals):
                    with self.assertRaises(AccessError):
                        lines.write(vals)
            with self.assertRaises(AccessError):
                lines.create({"alert_id": alert.id, "lot_id": stranger.id})
            with self.assertRaises(AccessError):
                lines.unlink()
        quality = self.as_user(line, "quality")
        quality.note = "Another heat"
        with self.assertRaisesRegex(UserError, "not confirmed"):
            quality.action_clear()
        for role in ("hotline", "quality", "service_manager"):
            with self.assertRaisesRegex(AccessError, "joins the alert"):
                self.as_user(requests[0], role).batch_alert_id = False
        with self.assertRaises(AccessError):
            self.as_user(alert, "quality").request_ids = [Command.clear()]
        alert.finding = "Porous"
        self.as_user(alert, "quality").action_confirm()
        quality.action_clear()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            quality.note = "Nothing"
        self.assertEqual(alert.line_ids.lot_id, requests.lot_id)

    def test_other_company_sees_nothing(self):
        """R-INT-11, R-CLM-16: alerts, sheets and measures of a company are not read by
        the same role of another one, and nothing of theirs is joined."""
        self._create_batch_requests(3)
        alert, capa = self._find_alert(), self._create_capa()
        sheet = self._create_sheet()
        other = self.env["res.company"].create({"name": "Other Works"})
        user = new_test_user(
            self.env,
            login="as_other_quality",
            groups="aftersales_service.group_quality_vp,"
            "aftersales_service.group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        symptom = self.env["aftersales.capa.symptom"].create(
            {"name": "Ours", "company_id": self.company.id}
        )
        for record in (
            alert,
            alert.line_ids[0],
            capa,
            capa.action_ids[0],
            sheet,
            symptom,
        ):
            with self.subTest(model=record._name):
                theirs = record.with_user(user)
                self.assertFalse(theirs.search([("id", "=", record.id)]))
                with self.assertRaises(AccessError):
                    theirs.read(["display_name"])
                with self.assertRaises(AccessError):
                    theirs.write({"company_id": other.id})
        product = self.env["product.product"].create({"name": "Shared"})
        vals = {
            "product_id": product.id,
            "symptom_id": symptom.id,
            "problem": "x",
            "company_id": other.id,
        }
        with self.assertRaises(UserError):
            self.env["aftersales.capa"].sudo().create(vals)
