# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

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
        requests = self._create_many_requests(["B2499"] * 110)
        self.assertNoQueryGrowth(
            lambda records: records._detect_batch_problem(),
            requests[:10],
            requests[10:],
        )

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

    def test_somebody_looks_on_site(self):
        """R-INT-11: an alert whose responsible person is not there goes to one who may
        decide, not to the clerk who took the call; closed, it is nobody's to-do."""
        self.department.manager_id = False
        requests = self._create_batch_requests(2)
        lot = self._create_machine("B2401-x", production_batch="B2401")
        self.env["aftersales.request"].with_user(self.users["hotline"]).create(
            {"partner_id": self.customer.id, "lot_id": lot.id, "fault": "Cracked"}
        )
        alert = self._find_alert()
        user = alert.activity_ids.user_id
        self.assertNotEqual(user, self.users["hotline"])
        self.assertTrue(user.has_group("aftersales_service.group_manager"))
        for name in ("quality", "technician"):
            alert.user_id = self.users[name]
            self.assertEqual(alert.activity_ids.user_id, self.users[name])
        self.users["technician"].active = False
        alert.activity_ids.unlink()
        requests[0].lot_id = False
        self.assertTrue(all(todo.user_id.active for todo in alert.activity_ids))
        quality = self.as_user(alert, "quality")
        quality.finding = "Porous"
        quality.action_confirm()
        lines = self.as_user(alert.line_ids, "quality")
        lines.note = "Checked"
        lines.action_clear()
        quality.activity_schedule("mail.mail_activity_data_todo", summary="Look again")
        quality.action_close()
        self.assertFalse(alert.activity_ids)
