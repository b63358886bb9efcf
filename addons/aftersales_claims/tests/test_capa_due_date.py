# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import format_date

from .common_capa import CapaCommon


@tagged("post_install", "-at_install")
class TestCapaDueDate(CapaCommon):
    """Dates given to those who answer for measures."""

    def test_due_date_is_not_the_owners(self):
        """R-CLM-16: the owner asks for another date, the leader too; quality or whoever
        set it moves it, with a reason in the log."""
        capa = self._create_led()
        measure = capa.action_ids[0]
        before = measure.due_date
        date = before + relativedelta(days=25)
        for record, role in ((measure, "employee"), (capa, "technician2")):
            with self.assertRaisesRegex(AccessError, "by quality or by whoever set it"):
                self.as_user(record, role).due_date = date
        with self.assertRaises(AccessError):
            self.as_user(measure, "employee").due_set_by_id = self.engineer
        # while it is planned no reason is needed
        self.as_user(measure, "quality").due_date = before - relativedelta(days=1)
        self.as_user(measure, "quality").due_date = before
        capa.action_start()
        with self.assertRaisesRegex(UserError, "Another Date"):
            self.as_user(measure, "quality").due_date = date
        for step in ("move_due", "ask_due"):
            with self.assertRaisesRegex(UserError, "Say why the date moves"):
                getattr(self.as_user(measure, "quality"), step)(date, " ")

        def open_dialog(record, role, reason):
            dialog = self.env["aftersales.due.change"].with_context(
                **self.as_user(record, role).action_move_due()["context"]
            )
            return self.as_user(dialog, role).create({"date": date, "reason": reason})

        dialog = open_dialog(measure, "employee", "Supplier is late")
        self.assertTrue(dialog.is_asking)
        self.assertEqual(dialog.date_now, format_date(self.env, before))
        dialog.action_apply()
        self.assertEqual(measure.due_date, before)
        todo = capa.activity_ids - capa.action_ids.todo_id
        self.assertEqual(todo.user_id, self.users["quality"])
        self.assertIn("Supplier is late", todo.note)
        self.assertIn(format_date(self.env, date), todo.summary)
        measure.sudo().reminded_on = before
        with self.assertRaisesRegex(UserError, "Say why"):
            open_dialog(measure, "quality", "  ").action_apply()
        dialog = open_dialog(capa.action_ids, "quality", "Supplier confirmed")
        self.assertFalse(dialog.is_asking)
        dialog.action_apply()
        self.assertEqual(set(capa.action_ids.mapped("due_date")), {date})
        self.assertFalse(measure.reminded_on)
        self.assertIn("Supplier confirmed", capa.message_ids[0].body)
        for day in (before, date):
            self.assertIn(format_date(self.env, day), capa.message_ids[0].body)
        open_dialog(capa, "technician2", "More tests").action_apply()
        self.assertNotEqual(capa.due_date, date)
        open_dialog(capa, "quality", "More tests").action_apply()
        self.assertEqual(capa.due_date, date)

    def test_day_of_the_company(self):
        """R-CLM-16, R-CLM-11: a measure and an old part are late by the day where the
        company works, not by the day in Greenwich."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        capa = self._create_capa()
        measure = capa.action_ids[0]
        part = self.env["aftersales.part.return"].create(
            {
                "product_id": self.seal.id,
                "quantity": 1,
                "holder_kind": "customer",
                "holder_partner_id": self.customer.id,
                "company_id": self.company.id,
            }
        )
        with freeze_time("2026-03-09 17:30:00"):
            # 10 March, half past one at night
            measure.sudo().due_date = "2026-03-09"
            part.sudo().due_date = "2026-03-09"
            self.assertTrue(measure.is_late)
            self.assertTrue(part.is_overdue)
            self.assertIn(part, part.search([("is_overdue", "=", True)]))
            self.env["aftersales.capa"]._cron_remind()
            self.assertEqual(str(measure.reminded_on), "2026-03-10")
            with self.enter_registry_test_mode():
                self.env.ref(
                    "aftersales_claims.cron_part_return_chase"
                ).method_direct_trigger()
            self.assertEqual(str(part.chased_on), "2026-03-10")
            measure.result = "done"
            measure.action_done()
            self.assertEqual(str(measure.done_on), "2026-03-10")
