# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_capa import CapaCommon


@tagged("post_install", "-at_install")
class TestCapa(CapaCommon):
    """The measures sheet, and what it shares with the complaint sheet."""

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
        with self.assertRaisesRegex(UserError, f"{capa.name}: your role does not"):
            capa.with_user(self.engineer).action_verify()
        quality.action_verify()
        self.assertEqual(capa.state, "closed")
        self.assertEqual(capa.verified_by_id, self.users["quality"])

    def test_capa_not_effective_goes_on(self):
        """R-CLM-16: a measure without effect is not closed."""
        capa = self._create_capa()
        capa.action_start()
        capa.action_ids.result = "done"
        capa.action_ids.action_done()
        capa.action_implement()
        capa.write(
            {
                "effect": "not_effective",
                "effect_evidence_ids": [Command.link(self._attach().id)],
            }
        )
        capa.activity_ids.unlink()
        capa.sudo().due_date = fields.Date.today() - relativedelta(days=1)
        self.as_user(capa, "quality").action_verify()
        self.assertEqual(capa.state, "in_progress")
        # the leader goes on, and is told of it once
        self.env["aftersales.capa"]._cron_remind()
        self.assertEqual(len(capa.activity_ids), 1)
        self.assertEqual(capa.activity_ids.user_id, capa.user_id)

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
        self.as_user(again, "quality").unlink()
        self.assertEqual(capa.recurrence_count, 1)

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
        """R-CLM-16: complaint sheet and measures sheet print; measures are not cut in
        two at the end of a page, a sheet without serial number shows no stroke."""
        sheet, capa = self._create_sheet(), self._create_capa()
        for report, record in (
            ("aftersales_claims.report_quality_complaint", sheet),
            ("aftersales_claims.report_capa", capa),
        ):
            html = self.env["ir.actions.report"]._render_qweb_html(report, record.ids)
            self.assertIn(record.name, html[0].decode())
        page = etree.HTML(html[0])
        (measures,) = page.xpath("//table[contains(@class, 'o_as_lines')]/tbody")
        self.assertEqual(len(measures), len(capa.action_ids))
        complaint = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_claims.report_quality_complaint", sheet.ids
        )
        (cell,) = etree.HTML(complaint[0]).xpath(
            "//th[text()='Serial Number / Batch']/following-sibling::td[1]"
        )
        self.assertFalse("".join(cell.itertext()).strip())
