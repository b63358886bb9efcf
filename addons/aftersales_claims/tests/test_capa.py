# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestCapa(AftersalesCommon):
    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(
            "aftersales_service.group_quality_vp"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.symptom = cls.env.ref("aftersales_claims.symptom_overheating")
        cls.engineer = cls.users["employee"]

    def _attach(self, name="photo.png"):
        return self.env["ir.attachment"].create({"name": name, "raw": b"x"})

    def _create_sheet(self, **vals):
        return self.env["aftersales.quality.complaint"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.bearing.id,
                "symptom_id": self.symptom.id,
                "description": "Main bearing runs hot after two weeks",
                "engineer_id": self.engineer.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def _create_capa(self, **vals):
        today = fields.Date.today()
        return self.env["aftersales.capa"].create(
            {
                "product_id": self.bearing.id,
                "symptom_id": self.symptom.id,
                "problem": "Hot bearing",
                "containment": "Stock of the lot blocked",
                "cause": "Wrong grease",
                "company_id": self.company.id,
                "action_ids": [
                    Command.create(
                        {
                            "kind": kind,
                            "name": f"{kind} action",
                            "employee_id": self.employees["employee"].id,
                            "due_date": today + relativedelta(days=10),
                        }
                    )
                    for kind in ("corrective", "preventive")
                ],
                **vals,
            }
        )

    def _close(self, capa):
        capa.action_start()
        capa.action_ids.result = "done"
        capa.action_ids.action_done()
        capa.action_implement()
        capa.write(
            {
                "effect": "effective",
                "effect_evidence_ids": [Command.link(self._attach("test.pdf").id)],
                "standard_ref": "QS-ASM-014 Rev B",
            }
        )
        self.as_user(capa, "quality").action_verify()

    # === complaint sheet ===#
    def test_complaint_from_judgement_to_closing(self):
        """R-CLM-16: sample or photos, quality judges, engineering analyses, the vice
        president approves, service answers, quality closes after the measures."""
        sheet = self._create_sheet(sample_state="expected")
        quality = self.as_user(sheet, "quality")
        with self.assertRaises(UserError):
            quality.action_judge()
        sheet.photo_ids = self._attach()
        with self.assertRaises(UserError):
            quality.action_judge()
        sheet.judgement = "nonconforming"
        with self.assertRaises(UserError):
            self.as_user(sheet, "hotline").action_judge()
        quality.action_judge()
        self.assertEqual(sheet.state, "judged")
        self.assertEqual(sheet.activity_ids.user_id, self.engineer)
        engineer = sheet.with_user(self.engineer)
        with self.assertRaises(UserError):
            engineer.action_analyse()
        engineer.write({"cause": "Wrong grease", "measures": "Change grease"})
        engineer.action_analyse()
        quality.action_create_capa()
        capa = sheet.capa_ids
        self.assertEqual(len(capa), 1)
        self.assertEqual(capa.cause, "Wrong grease")
        with self.assertRaises(UserError):
            quality.action_approve()
        self.as_user(sheet, "quality_vp").action_approve()
        with self.assertRaises(UserError):
            self.as_user(sheet, "hotline").action_reply()
        self.as_user(sheet, "hotline").reply = "Bearing replaced, grease changed"
        self.as_user(sheet, "hotline").action_reply()
        with self.assertRaises(UserError):
            quality.action_close()
        capa.containment = "Blocked"
        capa.action_ids = [
            Command.create(
                {
                    "kind": kind,
                    "name": kind,
                    "employee_id": self.employees["employee"].id,
                    "due_date": fields.Date.today(),
                }
            )
            for kind in ("corrective", "preventive")
        ]
        self._close(capa)
        quality.action_close()
        self.assertEqual(sheet.state, "closed")

    def test_decided_is_settled(self):
        """R-CLM-16, R-INT-11: what was judged, analysed, answered, verified or found on
        site is not rewritten afterwards, whoever may write the sheet."""
        sheet = self._create_sheet(judgement="nonconforming", photo_ids=self._attach())
        quality = self.as_user(sheet, "quality")
        engineer = sheet.with_user(self.engineer)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            engineer.cause = "Before its time"
        quality.action_judge()
        for name, value in (
            ("judgement", "conforming"),
            ("description", "Nothing"),
            ("quantity", 5),
            ("partner_id", self.dealer.id),
        ):
            with self.subTest(field=name):
                with self.assertRaisesRegex(UserError, "stays as it is"):
                    quality.write({name: value})
        engineer.write({"cause": "Wrong grease", "measures": "Change grease"})
        engineer.action_analyse()
        for person in (engineer, quality, self.as_user(sheet, "quality_vp")):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                person.cause = "Bad luck"
        with self.assertRaises(AccessError):
            quality.name = "KS-1"
        capa = self._create_capa()
        owner = capa.with_user(self.engineer)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            owner.effect = "effective"
        self._close(capa)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.as_user(capa, "quality").effect = "not_effective"
        with self.assertRaisesRegex(UserError, "stays as it is"):
            owner.cause = "Bad luck"
        for document in (sheet, capa):
            with self.assertRaisesRegex(UserError, "stays on file"):
                self.as_user(document, "quality").unlink()
        with self.assertRaisesRegex(UserError, "its files stay"):
            self.as_user(sheet.photo_ids, "quality").unlink()
        measure = capa.action_ids[0]
        for attempt in (
            lambda: measure.with_user(self.engineer).write({"result": "Better"}),
            lambda: self.as_user(measure, "quality").unlink(),
            lambda: self.as_user(measure, "quality").copy(),
        ):
            with self.assertRaisesRegex(UserError, "stay as they are"):
                attempt()
        self._create_batch_requests(3)
        alert = self.as_user(self._find_alert(), "service_manager")
        for name in ("raised_at", "recognised_at"):
            with self.assertRaisesRegex(AccessError, "its buttons only"):
                alert.write({name: fields.Datetime.now()})
        alert.finding = "Grease of one lot"
        alert.action_confirm()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            alert.production_batch = "B2499"

    def test_complaint_not_justified(self):
        """R-CLM-16: judged conforming, it ends there, without measures."""
        sheet = self._create_sheet(sample_state="received", judgement="conforming")
        self.as_user(sheet, "quality").action_judge()
        self.assertEqual(sheet.state, "rejected")
        with self.assertRaises(UserError):
            sheet.action_create_capa()

    def test_complaint_from_request(self):
        """R-CLM-16: what the request knows is filled in."""
        request = self._create_request()
        sheet = self.env["aftersales.quality.complaint"].create(
            {
                "request_id": request.id,
                "symptom_id": self.symptom.id,
                "description": request.fault,
                "company_id": self.company.id,
            }
        )
        self.assertEqual(sheet.partner_id, self.customer)
        self.assertEqual(sheet.product_id, self.machine_product)
        self.assertEqual(sheet.lot_id, self.machine)

    # === measures ===#
    def test_capa_closes_on_evidence_only(self):
        """R-CLM-16: contained, caused, carried out, verified by evidence, made a
        standard; without any of them it does not go on."""
        capa = self._create_capa(containment=False)
        with self.assertRaises(UserError):
            capa.action_start()
        capa.containment = "Stock blocked"
        capa.action_start()
        with self.assertRaises(UserError):
            capa.action_implement()
        with self.assertRaises(UserError):
            capa.action_ids.action_done()
        capa.action_ids.result = "done"
        capa.action_ids.with_user(self.engineer).action_done()
        capa.action_implement()
        quality = self.as_user(capa, "quality")
        with self.assertRaises(UserError):
            quality.action_verify()
        capa.effect = "effective"
        with self.assertRaises(UserError):
            quality.action_verify()
        capa.effect_evidence_ids = self._attach("measurement.pdf")
        with self.assertRaises(UserError):
            quality.action_verify()
        capa.standard_ref = "QS-ASM-014 Rev B"
        with self.assertRaises(UserError):
            capa.with_user(self.engineer).action_verify()
        quality.action_verify()
        self.assertEqual(capa.state, "closed")
        self.assertEqual(capa.verified_by_id, self.users["quality"])

    def test_capa_not_effective_goes_on(self):
        """R-CLM-16: a measure without effect is not closed."""
        capa = self._create_capa()
        capa.action_start()
        capa.action_ids.write({"result": "done", "done_on": fields.Date.today()})
        capa.action_implement()
        capa.write(
            {
                "effect": "not_effective",
                "effect_evidence_ids": [Command.link(self._attach().id)],
            }
        )
        self.as_user(capa, "quality").action_verify()
        self.assertEqual(capa.state, "in_progress")

    def test_recurrence_reopens(self):
        """R-CLM-16: same part and symptom reopen the closed measure, whether they
        come by a complaint or by a new measures sheet; others do not."""
        capa = self._create_capa()
        self._close(capa)
        self.assertEqual(capa.state, "closed")
        other = self._create_sheet(
            symptom_id=self.env.ref("aftersales_claims.symptom_leak").id,
            sample_state="received",
            judgement="nonconforming",
        )
        self.as_user(other, "quality").action_judge()
        self.assertEqual(capa.state, "closed")
        sheet = self._create_sheet(sample_state="received", judgement="nonconforming")
        self.as_user(sheet, "quality").action_judge()
        self.assertEqual(capa.state, "in_progress")
        self.assertEqual(capa.recurrence_count, 1)
        self.assertIn(sheet, capa.complaint_ids)
        self.assertFalse(capa.effect)
        again = self._create_capa()
        self.assertEqual(again.recurrence_of_id, capa)
        self.assertEqual(capa.recurrence_count, 2)

    def test_overdue_measure_is_reminded_once(self):
        """R-CLM-16: the owner of an overdue measure is reminded, once."""
        capa = self._create_capa()
        capa.action_ids.due_date = fields.Date.today() - relativedelta(days=1)
        for _i in range(2):
            self.env["aftersales.capa"]._cron_remind()
        self.assertEqual(len(capa.activity_ids), 2)
        self.assertEqual(capa.activity_ids.user_id, self.engineer)

    def test_roles(self):
        """R-CLM-16: only those who work on a sheet, and quality, see it."""
        sheet = self._create_sheet()
        capa = self._create_capa()
        self.assertFalse(self.as_user(sheet, "technician").has_access("read"))
        self.assertTrue(self.as_user(sheet, "employee").has_access("write"))
        self.assertTrue(self.as_user(capa, "employee").has_access("read"))
        self.assertFalse(self.as_user(capa, "technician").has_access("read"))
        self.assertTrue(self.as_user(capa, "sales_vp").has_access("read"))
        with self.assertRaises(AccessError):
            self.as_user(capa, "sales_vp").write({"cause": "x"})
        with self.assertRaises(AccessError):
            self.as_user(capa, "sales_vp").action_start()
        with self.assertRaises(AccessError):
            self.as_user(capa, "quality").write({"state": "closed"})
        # who answers for one measure does not give up the whole sheet
        with self.assertRaisesRegex(UserError, "leader or by quality"):
            self.as_user(capa, "employee").action_cancel()
        self.assertEqual(capa.state, "draft")
        self.as_user(capa, "quality").action_cancel()
        self.assertEqual(capa.state, "cancelled")
        with self.assertRaises(AccessError):
            capa.with_user(self.portal_user).read(["name"])

    def test_prints(self):
        """R-CLM-16: complaint sheet and measures sheet print."""
        sheet, capa = self._create_sheet(), self._create_capa()
        for report, record in (
            ("aftersales_claims.report_quality_complaint", sheet),
            ("aftersales_claims.report_capa", capa),
        ):
            html = self.env["ir.actions.report"]._render_qweb_html(report, record.ids)
            self.assertIn(record.name, html[0].decode())

    # === batch alert ===#
    def _create_batch_requests(self, count, batch="B2401", **vals):
        requests = self.env["aftersales.request"]
        for index in range(count):
            lot = self._create_machine(f"{batch}-{index}", production_batch=batch)
            requests |= self._create_request(lot_id=lot.id, **vals)
        return requests

    def _find_alert(self, batch="B2401"):
        return self.env["aftersales.batch.alert"].search(
            [("production_batch", "=", batch), ("company_id", "=", self.company.id)]
        )

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
        """R-INT-11: two days are over: the responsible person is warned, once."""
        self._create_batch_requests(3)
        alert = self._find_alert()
        alert.sudo().raised_at = fields.Datetime.now() - relativedelta(days=3)
        self.assertTrue(alert.is_late)
        count = len(alert.activity_ids)
        for _i in range(2):
            self.env["aftersales.batch.alert"]._cron_detect()
        self.assertEqual(len(alert.activity_ids), count + 1)

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
