# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_capa import CapaCommon


@tagged("post_install", "-at_install")
class TestQualityComplaint(CapaCommon):
    """The complaint sheet, from what the customer says to closing."""

    def test_complaint_from_judgement_to_closing(self):
        """R-CLM-16: sample or photos, quality judges, engineering analyses, the vice
        president approves, service answers, quality closes after the measures."""
        sheet = self._create_sheet(sample_state="expected")
        quality = self.as_user(sheet, "quality")
        with self.assertRaisesRegex(UserError, "attach photos or receive a sample"):
            quality.action_judge()
        sheet.photo_ids = self._attach()
        with self.assertRaisesRegex(UserError, "record the judgement"):
            quality.action_judge()
        sheet.judgement = "nonconforming"
        with self.assertRaisesRegex(UserError, f"{sheet.name}: your role does not"):
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

    def test_complaint_not_justified(self):
        """R-CLM-16: judged conforming, it ends there, without measures."""
        sheet = self._create_sheet(sample_state="received", judgement="conforming")
        self.as_user(sheet, "quality").action_judge()
        self.assertEqual(sheet.state, "rejected")
        with self.assertRaises(UserError):
            sheet.action_create_capa()
        # the customer is told all the same
        hotline = self.as_user(sheet, "hotline")
        with self.assertRaisesRegex(UserError, "write the reply first"):
            hotline.action_reply()
        hotline.reply = "Measured, and within the tolerance"
        hotline.action_reply()
        self.assertEqual(sheet.state, "rejected")
        self.assertTrue(sheet.replied_at)
        with self.assertRaisesRegex(UserError, "the answer stays"):
            hotline.reply = "Something else"
        with self.assertRaisesRegex(UserError, "the answer stays"):
            hotline.action_reply()

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

    def test_complaint_fields_of_each_role(self):
        """R-CLM-16: quality judges, the engineer analyses, service answers; nobody
        fills in what is another's, moves the date he was given or takes away a photo
        or a measures sheet the decision rests on."""
        sheet = self._create_sheet(
            user_id=self.users["hotline"].id, photo_ids=self._attach(role="quality")
        )
        sheet.sudo().due_set_by_id = self.users["hotline"]
        engineer = self.as_user(sheet, "employee")
        hotline = self.as_user(sheet, "hotline")
        quality = self.as_user(sheet, "quality")
        for person in (engineer, hotline):
            with self.assertRaisesRegex(AccessError, "Quality judges"):
                person.judgement = "conforming"
        with self.assertRaisesRegex(AccessError, "Quality judges"):
            self.as_user(sheet, "hotline").create(
                {
                    "partner_id": self.customer.id,
                    "product_id": self.seal.id,
                    "symptom_id": self.symptom.id,
                    "description": "x",
                    "judgement": "conforming",
                    "company_id": self.company.id,
                }
            )
        for vals in (
            {"user_id": self.engineer.id},
            {"description": "Nothing"},
            {"engineer_id": self.users["quality"].id},
            {"partner_id": self.dealer.id},
        ):
            with self.assertRaisesRegex(AccessError, "recorded by service"):
                engineer.write(vals)
        with self.assertRaisesRegex(UserError, "none is taken away"):
            with self.env.cr.savepoint():
                engineer.photo_ids = [Command.clear()]
        hotline.description = "Main bearing runs hot after three weeks"
        with self.assertRaisesRegex(AccessError, "by whoever set it"):
            engineer.due_date = sheet.due_date + relativedelta(days=9)
        hotline.due_date = sheet.due_date + relativedelta(days=1)
        quality.judgement = "nonconforming"
        quality.action_judge()
        with self.assertRaisesRegex(AccessError, "engineer's to find"):
            hotline.cause = "Customer is wrong"
        with self.assertRaisesRegex(AccessError, "service answers"):
            engineer.reply = "It was nothing"
        with self.assertRaisesRegex(UserError, "Another Date"):
            quality.due_date = sheet.due_date + relativedelta(days=9)
        with self.assertRaisesRegex(UserError, "none is taken away"):
            with self.env.cr.savepoint():
                quality.photo_ids = [Command.clear()]
        hotline.photo_ids = [Command.link(self._attach(role="hotline").id)]
        sheet.invalidate_recordset(["photo_ids"])
        self.assertEqual(len(sheet.photo_ids), 2)
        engineer.write(
            {"cause": "Wrong grease", "measures": "Change grease\n\n Mark the cans "}
        )
        engineer.action_analyse()
        capa = quality.action_create_capa()["res_id"]
        # what the engineer proposed is not typed again
        proposed = self.env["aftersales.capa"].browse(capa).action_ids
        self.assertEqual(
            proposed.sorted("id").mapped("name"), ["Change grease", "Mark the cans"]
        )
        self.assertEqual(proposed.employee_id, self.employees["employee"])
        self.assertEqual(proposed.mapped("kind"), ["corrective", "corrective"])
        self.assertEqual(quality.action_create_capa()["res_id"], capa)
        for person in (hotline, quality):
            with self.assertRaises(AccessError):
                person.capa_ids = [Command.clear()]
        self.as_user(sheet, "quality_vp").action_approve()
        hotline.reply = "Bearing replaced"
        with self.assertRaisesRegex(AccessError, "service answers"):
            engineer.action_reply()
        hotline.action_reply()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            quality.due_date = sheet.due_date + relativedelta(days=9)
        # the same again from another customer: nothing of this one is decided
        again = quality.copy()
        self.assertEqual(again.state, "new")
        for name in ("judgement", "cause", "reply", "photo_ids", "capa_ids"):
            self.assertFalse(again[name], name)
        twin = self.as_user(self.env["aftersales.capa"].browse(capa), "quality").copy()
        self.assertFalse(twin.complaint_ids)
        self.assertEqual(twin.state, "draft")
