# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_capa import CapaCommon

REMINDER = "mail.mail_activity_data_todo"


@tagged("post_install", "-at_install")
class TestQualityComplaintSteps(CapaCommon):
    """Who has the complaint sheet next, and the ways back."""

    def _judge(self, judgement="nonconforming", **vals):
        vals.setdefault("user_id", self.users["hotline"].id)
        sheet = self._create_sheet(sample_state="received", judgement=judgement, **vals)
        self.as_user(sheet, "quality").action_judge()
        return sheet

    def _analyse(self, sheet):
        engineer = self.as_user(sheet, "employee")
        engineer.write({"cause": "Wrong grease", "measures": "Change grease"})
        engineer.action_analyse()

    def test_analysis_goes_back(self):
        """R-CLM-16: what the quality vice president does not approve goes back to the
        engineer with the reason; what he approved by mistake goes back as well, until
        the customer is told."""
        sheet = self._judge()
        self._analyse(sheet)
        vice_president = self.as_user(sheet, "quality_vp")
        with self.assertRaisesRegex(UserError, "Say why"):
            vice_president.action_return(" ")
        with self.assertRaisesRegex(UserError, "role does not allow"):
            self.as_user(sheet, "hotline").action_return("x")
        dialog = (
            self.env["aftersales.decision"]
            .with_user(self.users["quality_vp"])
            .with_context(active_model=sheet._name, active_ids=sheet.ids)
            .create({"action": "action_return", "comment": "Which grease?"})
        )
        dialog.action_apply()
        self.assertEqual(sheet.state, "judged")
        self.assertIn("Which grease?", sheet.message_ids[0].body)
        self.assertEqual(sheet.activity_ids.user_id, self.engineer)
        self._analyse(sheet)
        vice_president.action_approve()
        with self.assertRaisesRegex(UserError, "role does not allow"):
            self.as_user(sheet, "quality").action_return("x")
        vice_president.action_return("Once more")
        self.assertEqual(sheet.state, "analysed")
        self.assertFalse(sheet.approved_by_id)
        self.assertFalse(sheet.activity_ids)
        vice_president.action_approve()
        self.as_user(sheet, "hotline").reply = "Grease changed"
        self.as_user(sheet, "hotline").action_reply()
        with self.assertRaisesRegex(UserError, "not possible now"):
            vice_president.action_return("Too late")

    def test_steps_shown(self):
        """R-CLM-16: a step of a complaint or measures sheet is shown to whoever may
        take it, not to everybody who reads the sheet or works on it."""
        sheet = self._create_sheet(user_id=self.users["technician"].id)
        capa = self._create_led("technician2")
        quality = {"quality", "quality_vp"}
        for record, buttons, fname, takers, others in (
            (
                capa,
                ("action_start", "action_implement", "action_resume"),
                "may_lead",
                quality | {"technician2"},
                {"employee", "sales_vp"},
            ),
            (
                sheet,
                ("action_analyse",),
                "may_analyse",
                quality | {"employee"},
                {"hotline", "technician", "sales_vp"},
            ),
            (
                sheet,
                ("action_reply",),
                "may_reply",
                quality | {"hotline", "technician"},
                {"employee", "sales_vp"},
            ),
        ):
            form = etree.fromstring(record.get_view(view_type="form")["arch"])
            for button in buttons:
                node = form.find(f".//header/button[@name='{button}']")
                self.assertIn(f"not {fname}", node.get("invisible"))
            for role in sorted(takers | others):
                with self.subTest(field=fname, role=role):
                    own = self.as_user(record, role)
                    self.assertEqual(own[fname], role in takers)

    def test_judgement_goes_back(self):
        """R-CLM-16: a wrong judgement is taken back by quality, also after the customer
        was told; what he was told is in the log, the recurrence counts once."""
        capa = self._create_capa()
        self._close(capa)
        sheet = self._judge("misuse")
        hotline = self.as_user(sheet, "hotline")
        hotline.reply = "Run without oil"
        hotline.action_reply()
        quality = self.as_user(sheet, "quality")
        quality.action_return("His photos show oil")
        self.assertEqual(sheet.state, "new")
        self.assertFalse(sheet.judged_by_id)
        self.assertFalse(sheet.replied_at)
        self.assertIn("Run without oil", "".join(sheet.message_ids.mapped("body")))
        hotline.reply = False
        quality.judgement = "nonconforming"
        for _time in range(2):
            quality.action_judge()
            self.assertEqual(capa.state, "in_progress")
            self.assertEqual(capa.recurrence_count, 1)
            self.assertEqual(sheet.activity_ids.user_id, self.engineer)
            quality.action_return("Again")
            self.assertFalse(sheet.activity_ids)
        with self.assertRaisesRegex(UserError, "stays on file"):
            quality.unlink()

    def test_own_measures_are_no_recurrence(self):
        """R-CLM-16: measures that were begun for a complaint before it was judged are
        not what did not hold."""
        sheet = self._create_sheet(sample_state="received", judgement="nonconforming")
        capa = self._create_capa(complaint_ids=sheet.ids)
        self.as_user(sheet, "quality").action_judge()
        self.assertFalse(capa.recurrence_count)

    def test_another_engineer(self):
        """R-CLM-16: quality gives the analysis to another engineer, who has it among
        his to-dos instead; nobody who has left is asked."""
        gone = self.users["technician"]
        sheet = self._create_sheet(
            sample_state="received", judgement="nonconforming", engineer_id=gone.id
        )
        quality = self.as_user(sheet, "quality")
        gone.active = False
        with self.assertRaisesRegex(UserError, "name the engineer"):
            quality.action_judge()
        quality.engineer_id = self.engineer
        quality.action_judge()
        quality.engineer_id = self.users["technician2"]
        self.assertEqual(sheet.activity_ids.user_id, self.users["technician2"])
        for engineer in (gone, self.env["res.users"]):
            with self.assertRaisesRegex(UserError, "name the engineer"):
                with self.env.cr.savepoint():
                    quality.engineer_id = engineer
        with self.assertRaisesRegex(AccessError, "recorded by service"):
            self.as_user(sheet, "technician2").engineer_id = self.engineer
        self.as_user(sheet, "technician2").write({"cause": "x", "measures": "y"})
        self.as_user(sheet, "technician2").action_analyse()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            quality.engineer_id = self.engineer

    def test_todos_follow_the_sheet(self):
        """R-CLM-16: the engineer, then whoever recorded the complaint has it among his
        to-dos, for the date it is due; what else is on the sheet stays."""
        sheet = self._judge()
        other = sheet.activity_schedule(
            REMINDER, user_id=self.users["quality"].id, summary="Another date?"
        )
        date = sheet.due_date + relativedelta(days=5)
        self.as_user(sheet, "quality").move_due(date, "Sample is late")
        todo = sheet.activity_ids - other
        self.assertEqual(todo.date_deadline, date)
        self._analyse(sheet)
        self.assertEqual(sheet.activity_ids, other)
        self.as_user(sheet, "quality_vp").action_approve()
        todo = sheet.activity_ids - other
        self.assertEqual(todo.user_id, self.users["hotline"])
        self.assertEqual(todo.date_deadline, date)
        self.as_user(sheet, "hotline").reply = "Grease changed"
        self.as_user(sheet, "hotline").action_reply()
        self.assertFalse(sheet.activity_ids)
        recorder = self.users["technician"]
        rejected = self._create_sheet(
            sample_state="received", judgement="misuse", user_id=recorder.id
        )
        recorder.active = False
        self.as_user(rejected, "quality").action_judge()
        answerer = rejected.activity_ids.user_id
        self.assertTrue(answerer.active)
        self.assertTrue(answerer.has_group("aftersales_service.group_hotline"))

    def test_cancelled_measures_are_begun_anew(self):
        """R-CLM-16: a complaint whose measures sheet was cancelled gets another one."""
        sheet = self._judge()
        quality = self.as_user(sheet, "quality")
        self.assertFalse(sheet.has_live_capa)
        first = quality.action_create_capa()["res_id"]
        self.assertTrue(sheet.has_live_capa)
        quality.capa_ids.action_cancel()
        self.assertFalse(self.as_user(sheet, "hotline").has_live_capa)
        second = quality.action_create_capa()["res_id"]
        self.assertNotEqual(second, first)
        self.assertEqual(quality.action_create_capa()["res_id"], second)
        self.assertEqual(sheet.capa_count, 2)

    def test_sheets_of_a_request(self):
        """R-CLM-16: from a request its complaint sheets open, not a second one."""
        request = self.as_user(self._create_request(), "hotline")
        self.assertEqual(request.complaint_sheet_count, 0)
        sheet = self._create_sheet(request_id=request.id)
        request.invalidate_recordset(["complaint_sheet_count"])
        self.assertEqual(request.complaint_sheet_count, 1)
        action = request.action_view_complaint_sheets()
        self.assertEqual(sheet.search(action["domain"]), sheet)
        self.assertEqual(action["context"]["default_request_id"], request.id)

    def test_open_until_answered(self):
        """R-CLM-16, R-CLM-17: a complaint that is not justified is open until the
        customer is told, in the list as in the month's summary; answered in time it is
        not late among those to close."""
        sheet = self._judge("conforming")
        card = self.env.ref("aftersales_claims.start_card_complaints_judge")
        self.assertIn("replied_at", card.late_domain)
        notice = self.env["aftersales.claim.xlsx"].create(
            {
                "kind": "complaint_month",
                "date_from": sheet.date,
                "date_to": sheet.date,
                "company_id": self.company.id,
            }
        )
        (row,) = notice._get_complaint_month_table()[1]
        self.assertEqual(row[2:], ["1", "0", "1"])
        self.as_user(sheet, "hotline").reply = "Within the tolerance"
        self.as_user(sheet, "hotline").action_reply()
        (row,) = notice._get_complaint_month_table()[1]
        self.assertEqual(row[2:], ["1", "0", "0"])
