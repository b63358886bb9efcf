# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_capa import CapaCommon


@tagged("post_install", "-at_install")
class TestCapaTodo(CapaCommon):
    """Whoever answers for measures is told, in time and once."""

    def _create_measure(self, capa, **vals):
        return self.env["aftersales.capa.action"].create(
            {
                "capa_id": capa.id,
                "kind": "containment",
                "name": "Sort the stock",
                "employee_id": self.technician.id,
                "due_date": fields.Date.today() + relativedelta(days=3),
                **vals,
            }
        )

    def test_measures_on_the_phone(self):
        """R-CLM-16: on the phone his measures are cards, and a form takes the result
        with its evidence; the leader plans them there."""
        action = self.env.ref("aftersales_claims.aftersales_capa_action_action")
        self.assertEqual(action.view_mode, "list,kanban,form")
        capa = self._create_led()
        self.as_user(capa, "technician2").action_start()
        measure = self.as_user(capa.action_ids[0], "employee")
        with Form(measure) as form:
            form.result = "Grease changed"
        measure.action_done()
        self.assertTrue(measure.done_on)
        with self.assertRaisesRegex(AssertionError, "readonly"), Form(measure) as form:
            form.name = "Something else"

    def test_owner_has_his_measures(self):
        """R-CLM-16: started, each measure is among the to-dos of its owner for its
        date, also one that is added, given to somebody else, moved or taken up again;
        done, deleted or cancelled it is there no more."""
        capa = self._create_led()
        first, second = capa.action_ids
        self.assertFalse(capa.activity_ids)
        self.as_user(capa, "technician2").action_start()
        self.assertEqual(capa.activity_ids, (first | second).todo_id)
        self.assertEqual(capa.activity_ids.user_id, self.users["employee"])
        self.assertEqual(first.todo_id.date_deadline, first.due_date)
        self.as_user(first, "quality").move_due(
            first.due_date + relativedelta(days=5), "Supplier is late"
        )
        self.assertEqual(first.todo_id.date_deadline, first.due_date)
        added = self._create_measure(capa)
        self.assertEqual(added.todo_id.user_id, self.users["technician"])
        self.as_user(added, "technician2").employee_id = self.employees["employee"]
        self.assertEqual(added.todo_id.user_id, self.users["employee"])
        self.assertEqual(len(capa.activity_ids), 3)
        owner = self.as_user(first, "employee")
        owner.result = "Grease changed"
        owner.action_done()
        self.assertFalse(first.todo_id)
        first.sudo().reminded_on = fields.Date.today()
        self.as_user(first, "technician2").action_undo()
        self.assertEqual(first.todo_id.user_id, self.users["employee"])
        self.assertFalse(first.reminded_on)
        self.as_user(added, "technician2").unlink()
        self.assertEqual(len(capa.activity_ids), 2)
        second.todo_id.with_user(self.users["employee"]).action_done()
        self.as_user(capa, "quality").action_cancel()
        self.assertFalse(capa.activity_ids)

    def test_overdue_is_no_second_todo(self):
        """R-CLM-16: an overdue measure says so on the to-do its owner has; its leader
        is told of a sheet that is late, once for each date."""
        capa = self._create_led(due_date=fields.Date.today() - relativedelta(days=1))
        capa.date = capa.due_date
        capa.action_start()
        capa.action_ids.sudo().due_date = fields.Date.today() - relativedelta(days=1)
        for _time in range(2):
            self.env["aftersales.capa"]._cron_remind()
            todos = capa.action_ids.todo_id
            self.assertEqual(len(todos), 2)
            for summary in todos.mapped("summary"):
                self.assertIn("Overdue", summary)
            self.assertEqual(
                (capa.activity_ids - todos).user_id, self.users["technician2"]
            )
            self.assertEqual(len(capa.activity_ids), 3)
        self.as_user(capa, "quality").move_due(
            fields.Date.today() + relativedelta(days=9), "More tests"
        )
        self.assertFalse(capa.reminded_on)

    def test_work_begun_without_todos(self):
        """R-CLM-16: measures at work from the time before they were to-dos are their
        owners' with the next nightly run, not only when they are overdue; one that
        was ticked off is not given again."""
        capa = self._create_led()
        capa.action_start()
        planned = self._create_led(
            symptom_id=self.env.ref("aftersales_claims.symptom_leak").id
        )
        first, second = capa.action_ids
        first.todo_id.unlink()
        second.todo_id.with_user(self.users["employee"]).action_done()
        self.assertFalse(first.todo_id)
        for _time in range(2):
            self.env["aftersales.capa"]._cron_remind()
            self.assertEqual(capa.activity_ids, first.todo_id)
            self.assertEqual(first.todo_id.user_id, self.users["employee"])
            self.assertEqual(first.todo_id.date_deadline, first.due_date)
            self.assertNotIn("Overdue", first.todo_id.summary)
        self.assertFalse(planned.activity_ids)

    def test_another_owner_is_reminded(self):
        """R-CLM-16: a measure that was overdue already is another owner's to-do, also
        while it is only planned."""
        capa = self._create_led()
        measure = capa.action_ids[0]
        measure.sudo().due_date = fields.Date.today() - relativedelta(days=1)
        self.env["aftersales.capa"]._cron_remind()
        self.assertEqual(measure.todo_id.user_id, self.users["employee"])
        self.as_user(measure, "quality").employee_id = self.technician
        self.env["aftersales.capa"]._cron_remind()
        self.assertEqual(measure.todo_id.user_id, self.users["technician"])
        self.assertIn("Overdue", measure.todo_id.summary)

    def test_nothing_is_left_to_do(self):
        """R-CLM-16: closed or cancelled, a sheet is among nobody's to-dos: not the
        leader's, who was told that it is late or back, nor who was asked for a date."""
        yesterday = fields.Date.today() - relativedelta(days=1)
        closed = self._create_capa(due_date=yesterday, date=yesterday)
        cancelled = self._create_led(due_date=yesterday, date=yesterday)
        cancelled.action_start()
        self.env["aftersales.capa"]._cron_remind()
        self.as_user(cancelled.action_ids[0], "employee").ask_due(
            fields.Date.today() + relativedelta(days=20), "Supplier is late"
        )
        self.assertTrue(closed.activity_ids)
        self._close(closed)
        self.assertFalse(closed.activity_ids)
        self.assertEqual(len(cancelled.activity_ids), 4)
        self.as_user(cancelled, "technician2").action_cancel()
        self.assertFalse(cancelled.activity_ids)

    def test_another_leader(self):
        """R-CLM-16: another leader has what the former one was to do; measures of his
        own stay the former's."""
        capa = self._create_led()
        capa.action_start()
        measure = self._create_measure(
            capa, employee_id=self.employees["technician2"].id
        )
        capa._tell_leader()
        (todo,) = capa.activity_ids - capa.action_ids.todo_id
        self.as_user(capa, "quality").user_id = self.users["technician"]
        self.assertEqual(todo.user_id, self.users["technician"])
        self.assertEqual(measure.todo_id.user_id, self.users["technician2"])
        self.assertEqual(len(capa.activity_ids), 4)

    def test_who_has_left_is_not_asked(self):
        """R-CLM-16: to-dos of an owner, a leader or a setter of dates who has left go
        to somebody who is there and may decide."""
        capa = self._create_led()
        self.users["employee"].active = False
        capa.action_start()
        self.assertEqual(capa.activity_ids.user_id, self.users["technician2"])
        measure = capa.action_ids[0]
        self.users["quality"].active = False
        self.as_user(measure, "technician2").ask_due(
            measure.due_date + relativedelta(days=5), "Supplier is late"
        )
        asked = (capa.activity_ids - capa.action_ids.todo_id).user_id
        self.assertTrue(asked.has_group("aftersales_service.group_quality"))
        self.assertTrue(asked.active)
        self.users["technician2"].active = False
        added = self._create_measure(capa, employee_id=self.employees["employee"].id)
        self.assertTrue(added.todo_id.user_id.active)
        closed = self._create_capa(user_id=self.users["technician2"].id)
        self._close(closed)
        closed.activity_ids.unlink()
        self.as_user(closed, "quality_vp").action_reopen()
        self.assertTrue(closed.activity_ids.user_id.active)

    def test_head_of_the_department(self):
        """R-CLM-16: the head of the responsible department sees the sheet and its
        measures; what the leader decides is not his, nor other departments' sheets."""
        department = self.env["hr.department"].create(
            {
                "name": "Assembly",
                "manager_id": self.employees["dispatcher"].id,
                "company_id": self.company.id,
            }
        )
        capa = self._create_led(department_id=department.id)
        other = self._create_led(
            symptom_id=self.env.ref("aftersales_claims.symptom_leak").id
        )
        head = self.as_user(capa, "dispatcher")
        self.assertEqual(head.search([("id", "in", (capa | other).ids)]), capa)
        measures = self.as_user(capa.action_ids, "dispatcher")
        self.assertEqual(measures.mapped("name"), capa.action_ids.mapped("name"))
        head.cause = "The grease gun was filled twice"
        with self.assertRaisesRegex(AccessError, "leader or by quality"):
            head.team_ids = [Command.clear()]
        with self.assertRaisesRegex(AccessError, "leader or by quality"):
            head.action_start()
