# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestOrderFlow(AftersalesCommon):
    """Dispatch, visit, report and acceptance of a service order."""

    # === STATES ===#
    def test_way_of_an_order(self):
        """R-DSP-01, R-DSP-03: every step in its turn, stamped, by its role."""
        order = self._plan(self._create_order())
        self.as_user(order, "dispatcher").action_dispatch()
        self.assertEqual(order.state, "dispatched")
        mine = self.as_user(order, "technician")
        mine.action_accept()
        self._check(mine, "before")
        mine.action_depart(latitude=28.68, longitude=115.85)
        self.assertEqual(order.state, "travelling")
        self.assertAlmostEqual(order.departed_latitude, 28.68)
        mine.action_arrive(latitude=91, longitude=0)
        self.assertEqual(order.state, "on_site")
        self.assertFalse(order.arrived_latitude, "an impossible position is ignored")
        self._check(mine)
        mine.action_start_work()
        self._fill_report(mine)
        mine.action_submit_report()
        self.assertEqual(order.state, "reported")
        self.assertTrue(order.reported_at and order.finished_at)
        with self.assertRaises(AccessError):
            mine.action_done()
        self.as_user(order, "dispatcher").action_done()
        self.assertEqual(order.state, "done")

    def test_departure_worked_back(self):
        """R-DSP-03: departure is the appointment less the travel time."""
        order = self._plan(self._create_order())
        self.assertEqual(order.travel_hours, 7.0)
        self.assertEqual(
            order.departure_planned, order.planned_start - timedelta(hours=7)
        )
        order.travel_hours = 2
        self.assertEqual(
            order.departure_planned, order.planned_start - timedelta(hours=2)
        )
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            order.travel_hours = -1
            order.flush_recordset()

    def test_steps_out_of_turn(self):
        """A step out of its turn is refused and changes nothing; a repeated one does
        nothing."""
        order = self._create_order()
        with self.assertRaisesRegex(UserError, "appointment"):
            order.action_dispatch()
        self._plan(order)
        for action in ("action_accept", "action_depart", "action_arrive"):
            with self.assertRaises(UserError):
                getattr(order, action)()
        order.action_dispatch()
        stamp = order.dispatched_at
        order.action_dispatch()
        self.assertEqual(order.dispatched_at, stamp)
        order.action_accept()
        order.action_accept()
        self.assertEqual(order.state, "accepted")
        with self.assertRaises(UserError):
            order.action_submit_report()

    def test_stamps_in_order(self):
        """R-DSP-03: stamps neither lie in the future nor go backwards."""
        order = self._plan(self._create_order())
        order.action_dispatch()
        order.action_accept()
        self._check(order)
        now = fields.Datetime.now()
        with self.assertRaises(UserError):
            order.action_depart(at=now + timedelta(hours=1))
        order.action_depart(at=now - timedelta(hours=1))
        with self.assertRaises(ValidationError):
            order.action_arrive(at=now - timedelta(hours=2))
        order.action_arrive(at=now - timedelta(minutes=30))
        self.assertAlmostEqual(order.travel_duration, 0.5)

    def test_times_apart(self):
        """R-DSP-09, R-DSP-15: travel, waiting and work time apart, none twice."""
        order = self._plan(self._create_order())
        order.action_dispatch()
        order.action_accept()
        self._check(order)
        now = fields.Datetime.now()
        order.action_depart(at=now - timedelta(hours=6))
        order.action_arrive(at=now - timedelta(hours=4))
        self._check(order)
        order.action_start_work(at=now - timedelta(hours=3))
        self._fill_report(order).action_submit_report()
        self.assertAlmostEqual(order.travel_duration, 2, 2)
        self.assertAlmostEqual(order.waiting_duration, 1, 2)
        self.assertAlmostEqual(order.work_duration, 3, 2)

    def test_refusal_is_recorded(self):
        """R-DSP-01: a refusal goes back to the dispatcher and stays on record."""
        order = self._plan(self._create_order())
        order.action_dispatch()
        mine = self.as_user(order, "technician")
        self.assertEqual(
            mine.action_refuse()["res_model"], "aftersales.order.reason", "asks why"
        )
        wizard = (
            self.env["aftersales.order.reason"]
            .with_user(self.users["technician"])
            .create(
                {
                    "order_ids": [Command.set(order.ids)],
                    "operation": "refuse",
                    "reason": "Too far",
                }
            )
        )
        wizard.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.refusal_ids.employee_id, self.technician)
        self.assertEqual(order.refusal_ids.reason, "Too far")
        with self.assertRaises(AccessError):
            self.as_user(order.refusal_ids, "technician").unlink()

    def test_cancel(self):
        """A cancelled order frees its technician; a reported one stays."""
        order = self._plan(self._create_order())
        order.action_dispatch()
        order.action_cancel()
        self.assertEqual(order.state, "cancelled")
        order.action_draft()
        self.assertEqual(order.state, "draft")
        self._fill_report(self._bring_on_site(order)).action_submit_report()
        with self.assertRaises(UserError):
            order.action_cancel()
        with self.assertRaises(UserError):
            order.unlink()

    def test_request_not_approved(self):
        """R-INT-08: nobody is sent before the request is approved."""
        self.env["tier.definition"].create(
            {
                "model_id": self.env["ir.model"]._get_id("aftersales.request"),
                "definition_domain": "[('fault', '=', 'needs approval')]",
                "review_type": "individual",
                "reviewer_id": self.users["sales_vp"].id,
            }
        )
        request = self._create_request(fault="needs approval")
        order = self._plan(self._create_order(request))
        with self.assertRaisesRegex(UserError, "approved"):
            order.action_dispatch()
        self.assertEqual(order.state, "draft")

    # === CONFLICTS ===#
    def test_double_booking(self):
        """R-DSP-01: a double booking is flagged on both, and blocks dispatch."""
        first = self._plan(self._create_order())
        first.action_dispatch()
        second = self._plan(self._create_order())
        self.assertTrue(second.has_conflict)
        self.assertTrue(first.has_conflict)
        self.assertIn(first.name, second.conflict_text)
        with self.assertRaisesRegex(UserError, first.name):
            second.action_dispatch()
        self._plan(second, days=3)
        self.assertFalse(first.has_conflict)
        self.assertFalse(second.has_conflict)
        second.action_dispatch()
        with self.assertRaises(UserError):
            self._plan(second)

    def test_conflict_before_saving(self):
        """R-DSP-01: the conflict shows in the form before it is saved."""
        from odoo.tests import Form

        first = self._plan(self._create_order())
        form = Form(
            self.env["aftersales.order"].with_user(self.users["dispatcher"]),
            "aftersales_service.aftersales_order_view_form",
        )
        form.request_id = first.request_id
        form.technician_id = self.technician
        form.planned_start = first.planned_start
        # the lead technician joins the team in the form already
        self.assertIn(first.name, form.conflict_text or "")

    def test_absence(self):
        """R-DSP-01: who is on leave isn't sent."""
        order = self._plan(self._create_order())
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "private",
                "resource_id": self.technician.resource_id.id,
                "calendar_id": False,
                "company_id": self.company.id,
                "date_from": order.planned_start - timedelta(days=1),
                "date_to": order.planned_end + timedelta(days=1),
                "time_type": "leave",
            }
        )
        order.invalidate_recordset()
        self.assertTrue(order.has_conflict)
        self.assertIn("absent", order.conflict_text)
        self.assertNotIn("private", order.conflict_text)
        with self.assertRaises(UserError):
            self.as_user(order, "dispatcher").action_dispatch()

    def test_manager_override(self):
        """R-DSP-01: the manager may send in spite of a conflict, with a reason."""
        self._plan(self._create_order()).action_dispatch()
        order = self._plan(self._create_order())
        with self.assertRaises(AccessError):
            self.as_user(order, "dispatcher")._action_override("I say so")
        with self.assertRaises(AccessError):
            self.as_user(order, "technician").write({"override_reason": "x"})
        with self.assertRaisesRegex(AccessError, "in spite of"):
            self.as_user(order, "dispatcher").write({"override_reason": "x"})
        with self.assertRaisesRegex(AccessError, "in spite of"):
            self.as_user(order, "dispatcher").create(
                {"request_id": order.request_id.id, "override_reason": "x"}
            )
        self.as_user(order, "service_manager")._action_override("Machine down nearby")
        self.assertEqual(order.state, "dispatched")
        self.assertEqual(order.override_reason, "Machine down nearby")

    def test_qualification(self):
        """R-DSP-02, R-DSP-19: no grade, too low a grade, an ended certification or a
        missing certificate keep somebody from being sent alone."""
        order = self._plan(self._create_order())
        self.technician.technician_grade = False
        with self.assertRaisesRegex(UserError, "grade"):
            order.action_dispatch()
        # sudo: results are recorded by the buttons, one of the past is imported
        Qualification = self.env["aftersales.qualification"].sudo()
        today = fields.Date.today()
        line = Qualification.create(
            {
                "name": "Certification",
                "employee_id": self.technician.id,
                "company_id": self.company.id,
                "kind": "certification",
                "grade": "junior",
                "date": today - timedelta(days=400),
                "result": "passed",
            }
        )
        self.assertEqual(self.technician.technician_grade, "junior")
        with self.assertRaisesRegex(UserError, "ended"):
            order.action_dispatch()
        planned = Qualification._cron_propose_training()
        self.assertIn(self.technician, planned.employee_id)
        self.assertFalse(Qualification._cron_propose_training())
        line.valid_until = today + timedelta(days=100)
        order.required_grade = "senior"
        self.assertTrue(order.has_conflict)
        with self.assertRaisesRegex(UserError, "Senior"):
            order.action_dispatch()
        order.technician_ids = self.technician + self.technician2
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched", "a junior may come along")

    def test_required_skill(self):
        """R-DSP-02: a certificate the machine asks for must be held and valid."""
        skill_type = self.env["hr.skill.type"].create(
            {
                "name": "Certificates",
                "is_certification": True,
                "skill_ids": [Command.create({"name": "High voltage"})],
                "skill_level_ids": [
                    Command.create({"name": "Passed", "level_progress": 100})
                ],
            }
        )
        skill = skill_type.skill_ids
        self.machine_product.aftersales_required_skill_ids = skill
        order = self._plan(self._create_order())
        self.assertEqual(order.required_skill_ids, skill)
        with self.assertRaisesRegex(UserError, "lacks High voltage"):
            order.action_dispatch()
        today = fields.Date.today()
        held = self.env["hr.employee.skill"].create(
            {
                "employee_id": self.technician.id,
                "skill_type_id": skill_type.id,
                "skill_id": skill.id,
                "skill_level_id": skill_type.skill_level_ids.id,
                "valid_from": today - timedelta(days=300),
                "valid_to": today - timedelta(days=1),
            }
        )
        with self.assertRaisesRegex(UserError, "expired"):
            order.action_dispatch()
        held.valid_to = today + timedelta(days=300)
        order.action_dispatch()

    def test_suggestion(self):
        """R-DSP-01: free and qualified before busy or unqualified."""
        self._plan(self._create_order()).action_dispatch()
        order = self._create_order(
            technician_id=False, technician_ids=[Command.clear()]
        )
        other = self._plan(order).planned_start
        wizard = (
            self.env["aftersales.technician.suggestion"]
            .with_user(self.users["dispatcher"])
            .create({"order_id": order.id, "planned_start": other})
        )
        self.assertEqual(wizard.line_ids[0].employee_id.id, self.technician2.id)
        self.assertFalse(wizard.line_ids[-1].is_free)
        wizard.line_ids[0].action_choose()
        self.assertEqual(order.technician_id, self.technician2)
        self.assertEqual(order.technician_ids, self.technician2)

    def test_suggestion_dialog(self):
        """R-DSP-01: the dialog opens on lines that are saved, so that the client lets
        somebody be chosen; another time is looked at and taken."""
        order = self.as_user(
            self._create_order(technician_id=False, technician_ids=[Command.clear()]),
            "dispatcher",
        )
        action = order.action_suggest_technicians()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.order_id, order)
        self.assertTrue(wizard.line_ids.filtered("is_free"))
        busy = self._plan(self._create_order())
        busy.action_dispatch()
        wizard = wizard.with_user(self.users["dispatcher"])
        wizard.write(
            {"planned_start": busy.planned_start, "planned_end": busy.planned_end}
        )
        self.assertEqual(wizard.action_look_again()["res_id"], wizard.id)
        free = wizard.line_ids.filtered("is_free").employee_id.ids
        self.assertNotIn(busy.technician_id.id, free)
        wizard.line_ids[0].action_choose()
        self.assertEqual(order.planned_start, busy.planned_start)

    def test_suggestion_at_the_appointment(self):
        """R-DSP-01: the dialog opens on the appointment of the order it was opened
        from, wherever the user came from."""
        order = self.as_user(self._plan(self._create_order(), days=3), "dispatcher")
        elsewhere = self._plan(self._create_order(), days=5)
        action = order.with_context(active_id=elsewhere.id).action_suggest_technicians()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.planned_start, order.planned_start)
        self.assertEqual(wizard.planned_end, order.planned_end)

    def test_board_moves_to_another(self):
        """R-DSP-01: dragged onto another technician the order is his to accept; one on
        the road stays."""
        order = self._plan(self._create_order())
        order.action_dispatch()
        order.action_accept()
        board = self.as_user(order, "dispatcher")
        board.write({"technician_id": self.technician2.id})
        self.assertEqual(order.technician_ids, self.technician2)
        self.assertEqual(order.state, "dispatched")
        self.assertFalse(order.accepted_at)
        order.action_accept()
        self._check(order)
        order.action_depart()
        with self.assertRaises(UserError):
            board.write({"technician_id": self.technician.id})
        with self.assertRaises(UserError):
            board.write({"planned_start": order.planned_start + timedelta(days=1)})
        board.write({"planned_end": order.planned_end + timedelta(days=1)})

    def test_second_technician(self):
        """R-DSP-08: support asked for on site reaches the owner of the request; the
        second technician joins the same order."""
        order = self._bring_on_site(self._create_order())
        self.as_user(order, "technician").action_ask_support("Shaft is bent")
        self.assertEqual(order.activity_ids.user_id, order.request_id.user_id)
        board = self.as_user(order, "dispatcher")
        board._add_technician(self.technician2, "knows shafts")
        self.assertEqual(order.technician_ids, self.technician + self.technician2)
        self.assertEqual(order.technician_id, self.technician)
        self.assertTrue(self.as_user(order, "technician2").has_access("read"))

    # === CHECK LISTS ===#
    def test_checks_block(self):
        """R-DSP-04, R-DSP-06: required checks block departure, work and report."""
        order = self._plan(self._create_order())
        order.action_dispatch()
        order.action_accept()
        self.assertTrue(order.check_ids)
        mine = self.as_user(order, "technician")
        with self.assertRaisesRegex(UserError, "Toolbox"):
            mine.action_depart()
        with self.assertRaises(AccessError):
            mine.check_ids.unlink()
        # nor by saying that it is another one, or not required
        for vals in ({"required": False}, {"stage": "after"}, {"name": "Nothing"}):
            with self.assertRaisesRegex(AccessError, "dispatcher's to say"):
                mine.check_ids.write(vals)
        optional = order.check_ids.filtered(lambda check: not check.required)
        (mine.check_ids - optional).write({"done": True})
        mine.action_depart()
        mine.action_arrive()
        with self.assertRaisesRegex(UserError, "energy"):
            mine.action_start_work()
        self._fill_report(order)
        order.check_ids.filtered(lambda check: check.stage == "after").done = False
        with self.assertRaisesRegex(UserError, "nothing left behind"):
            mine.action_submit_report()
        self.assertEqual(order.state, "on_site")

    def test_arrival_inspection(self):
        """R-DSP-12: shortages against the packing list are reported."""
        machine = self._create_machine("PE600-2026-009", acceptance_date=False)
        self.env["stock.quant"]._update_available_quantity(
            self.machine_product, self.stock_location, 1, lot_id=machine
        )
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.customer.id,
                "location_id": self.stock_location.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.stock_location.id,
                            "location_dest_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                        }
                    )
                    for product, quantity in ((self.machine_product, 1), (self.seal, 4))
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        request = self._create_request(lot_id=machine.id)
        order = self._bring_on_site(
            self._create_order(request, kind="commissioning", lot_id=machine.id)
        )
        listed = order.check_ids.filtered("quantity_expected")
        self.assertEqual(
            {(c.product_id, c.quantity_expected) for c in listed},
            {(self.machine_product, 1.0), (self.seal, 4.0)},
        )
        self._fill_report(
            order, acceptance_result="accepted", technician_signature=self.SIGNATURE
        )
        listed.filtered(lambda c: c.product_id == self.seal).quantity_found = 3
        order.action_submit_report()
        self.assertIn("3/4", "".join(order.message_ids.mapped("body")))

    # === REPORT ===#
    def test_report_incomplete(self):
        """R-DSP-09: an incomplete report lists what is missing and isn't taken."""
        order = self._bring_on_site(self._create_order())
        self._check(order)
        order.outcome = "fixed"
        with self.assertRaises(UserError) as caught:
            order.action_submit_report()
        for text in ("Cause", "Solution", "signature", "Satisfaction"):
            self.assertIn(text, str(caught.exception))
        self.assertEqual(order.state, "on_site")
        self.assertIn("Cause", order.missing_text)

    def test_report_submitted_twice(self):
        """R-DSP-09: a second submission, with whatever key, changes nothing."""
        order = self._fill_report(self._bring_on_site(self._create_order()))
        mine = self.as_user(order, "technician")
        mine.action_submit_report(client_key="k1")
        stamp, messages = order.reported_at, len(order.message_ids)
        mine.action_submit_report(client_key="k1")
        mine.action_submit_report(client_key="k2")
        self.assertEqual(order.reported_at, stamp)
        self.assertEqual(order.report_key, "k1")
        self.assertEqual(len(order.message_ids), messages)

    def test_report_is_closed(self):
        """R-DSP-09: what was signed stays; a manager may reopen, signature void."""
        order = self._fill_report(self._bring_on_site(self._create_order()))
        order.action_submit_report()
        for role in ("technician", "dispatcher"):
            with self.assertRaises(UserError):
                self.as_user(order, role).write({"cause": "other"})
        with self.assertRaises(AccessError):
            self.as_user(order, "dispatcher").action_reopen_report()
        self.as_user(order, "service_manager").action_reopen_report()
        self.assertEqual(order.state, "on_site")
        self.assertFalse(order.customer_signature)

    def test_signature(self):
        """R-DSP-09: a signature is a picture, and there is none before the visit."""
        order = self._create_order()
        with self.assertRaises(ValidationError):
            order.customer_signature = self.SIGNATURE
        self._bring_on_site(order)
        with self.assertRaisesRegex(ValidationError, "image"):
            order.customer_signature = base64.b64encode(b"<script>1</script>")
        order.customer_signature = self.SIGNATURE
        self.assertTrue(order.signed_on)

    def test_consent_out_of_warranty(self):
        """R-DSP-07: chargeable work starts after price list and consent."""
        request = self._create_request(service_category="a")
        order = self._bring_on_site(self._create_order(request))
        self._check(order)
        with self.assertRaisesRegex(UserError, "price list"):
            order.action_start_work()
        order.price_list_shown = True
        with self.assertRaisesRegex(UserError, "consent"):
            order.action_start_work()
        order.write({"customer_consent": True, "consent_name": "Wang"})
        order.action_start_work()
        self.assertTrue(order.consent_on)
        self.assertTrue(order.work_started_at)

    def test_unfinished_work(self):
        """R-DSP-08: unfinished work goes to one linked order "to schedule"."""
        order = self._fill_report(
            self._bring_on_site(self._create_order()),
            outcome="partial",
            unfinished_work="Replace the flywheel",
        )
        order.action_submit_report()
        follow_on = order.follow_on_ids
        self.assertEqual(len(follow_on), 1)
        self.assertEqual(follow_on.state, "draft")
        self.assertEqual(follow_on.work_to_do, "Replace the flywheel")
        self.assertEqual(follow_on.request_id, order.request_id)
        self.assertFalse(follow_on.planned_start, "to schedule")
        self.assertNotEqual(order.request_id.state, "solved", "work is left")
        self.as_user(order, "service_manager").action_reopen_report()
        self._fill_report(order).action_submit_report()
        self.assertEqual(order.follow_on_ids, follow_on)

    def test_customer_absent(self):
        """The customer isn't there: a report without signature, a new appointment."""
        order = self._bring_on_site(self._create_order())
        order.outcome = "absent"
        with self.assertRaises(UserError):
            order.action_submit_report()
        order.unfinished_work = "Call before the next visit"
        order.action_submit_report()
        self.assertEqual(order.state, "reported")
        self.assertTrue(order.follow_on_ids)

    def test_remote_guidance(self):
        """R-DSP-09, R-INT-09: telephone service is reported too, without travel or
        signature."""
        order = self._plan(self._create_order(kind="remote"))
        self.assertEqual(order.travel_hours, 0)
        order.action_dispatch()
        order.action_accept()
        order.write({"outcome": "fixed", "solution": "Told to grease"})
        with self.assertRaises(UserError):
            order.action_submit_report()
        order.write({"fault_found": "Hot", "cause": "Dry", "test_result": "ok"})
        order.action_submit_report()
        self.assertEqual(order.state, "reported")

    def test_report_mailed_once(self):
        """R-DSP-09: the customer gets his copy by e-mail, once."""
        order = self._fill_report(self._bring_on_site(self._create_order()))
        order.contact_id = self.contact
        order.action_submit_report()
        self.assertEqual(order.report_mail_state, "to_send")
        Mail = self.env["mail.mail"]
        before = Mail.search_count([])
        with self.enter_registry_test_mode():
            self.env.ref("aftersales_service.cron_send_reports").method_direct_trigger()
        self.assertEqual(order.report_mail_state, "sent")
        mail = Mail.search([], order="id desc", limit=1)
        self.assertEqual(Mail.search_count([]), before + 1)
        self.assertIn(self.contact, mail.recipient_ids)
        self.assertTrue(mail.attachment_ids)

    # === ACCEPTANCE, TRAINING, LOG ===#
    def test_acceptance_starts_warranty(self):
        """R-DSP-12: acceptance signed by both sides sets the machine's date."""
        machine = self._create_machine("PE600-2026-010", acceptance_date=False)
        request = self._create_request(lot_id=machine.id)
        order = self._bring_on_site(
            self._create_order(request, kind="commissioning", lot_id=machine.id)
        )
        self._fill_report(order)
        with self.assertRaisesRegex(UserError, "Acceptance result"):
            order.action_submit_report()
        order.write(
            {
                "acceptance_result": "reservation",
                "technician_signature": self.SIGNATURE,
            }
        )
        with self.assertRaisesRegex(UserError, "Reservations"):
            order.action_submit_report()
        order.acceptance_note = "Paint scratched"
        self.as_user(order, "technician").action_submit_report()
        self.assertEqual(machine.acceptance_date, order.accepted_on)
        self.assertTrue(order.accepted_on)

    def test_acceptance_rejected(self):
        """R-DSP-12: a rejected machine isn't accepted."""
        machine = self._create_machine("PE600-2026-011", acceptance_date=False)
        request = self._create_request(lot_id=machine.id)
        order = self._fill_report(
            self._bring_on_site(
                self._create_order(request, kind="commissioning", lot_id=machine.id)
            ),
            acceptance_result="rejected",
            technician_signature=self.SIGNATURE,
        )
        order.action_submit_report()
        self.assertFalse(machine.acceptance_date)

    def test_training(self):
        """R-DSP-13: a training needs its content and its attendance sheet."""
        order = self._bring_on_site(self._create_order(kind="training"))
        self._fill_report(order)
        with self.assertRaisesRegex(UserError, "Attendance"):
            order.action_submit_report()
        order.write(
            {
                "training_content": "Daily maintenance",
                "attendee_ids": [
                    Command.create({"name": "Li Si", "signature": self.SIGNATURE})
                ],
            }
        )
        with self.assertRaises(ValidationError):
            order.attendee_ids.signature = base64.b64encode(b"no picture")
        order.action_submit_report()

    def test_service_log(self):
        """R-DSP-14: the log of a long job adds up to the times of the report."""
        order = self._bring_on_site(self._create_order())
        today = fields.Date.today()
        Log = self.env["aftersales.order.log"].with_user(self.users["technician"])
        Log.create(
            [
                {
                    "order_id": order.id,
                    "date": today - timedelta(days=day),
                    "name": "Assembly",
                    "work_hours": 8,
                    "waiting_hours": 1,
                }
                for day in (0, 1)
            ]
        )
        self.assertEqual(order.work_duration, 16)
        self.assertEqual(order.waiting_duration, 2)
        with self.assertRaises(ValidationError):
            Log.create({"order_id": order.id, "name": "x", "work_hours": 25})
        with self.assertRaises(ValidationError):
            Log.create(
                {
                    "order_id": order.id,
                    "name": "x",
                    "date": today + timedelta(days=2),
                }
            )
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            Log.create({"order_id": order.id, "name": "x", "work_hours": -1})

    def test_expenses_match_the_trip(self):
        """R-DSP-10, R-DSP-15: receipts whose place or date doesn't match the trip are
        flagged and need a manager's reason; nobody approves his own."""
        self.customer.city = "Yichun"
        self.technician.aftersales_base_id = self.env["res.partner"].create(
            {"name": "Base", "city": "Nanchang"}
        )
        order = self._bring_on_site(self._create_order())
        receipt = (
            self.env["ir.attachment"]
            .with_user(self.users["technician"])
            .create({"name": "r.jpg", "raw": b"1"})
        )
        Expense = self.env["aftersales.order.expense"].with_user(
            self.users["technician"]
        )
        good, place, date, overtime = Expense.create(
            [
                {
                    "order_id": order.id,
                    "kind": kind,
                    "amount": 120,
                    "hours": hours,
                    "place": town,
                    "date": fields.Date.today() + timedelta(days=days),
                    "receipt_ids": [Command.link(receipt.id)],
                }
                for kind, town, days, hours in (
                    ("lodging", "Yichun", 0, 0),
                    ("lodging", "Sanya", 0, 0),
                    ("travel", "Nanchang", -60, 0),
                    ("overtime", False, 0, 3),
                )
            ]
        )
        self.assertFalse(good.issue)
        self.assertIn("Sanya", place.issue)
        self.assertIn("date", date.issue)
        self.assertFalse(overtime.issue)
        with self.assertRaises(AccessError):
            good.action_approve()
        with self.assertRaises(AccessError):
            good.write({"state": "approved"})
        manager = self.users["service_manager"]
        good.with_user(manager).action_approve()
        with self.assertRaisesRegex(UserError, "reason"):
            place.with_user(manager).action_approve()
        place.with_user(manager).reason = "Detour ordered"
        place.with_user(manager).action_approve()
        date.with_user(manager).action_refuse()
        self.assertEqual(
            (good + place + date).mapped("state"), ["approved", "approved", "refused"]
        )
        with self.assertRaises(UserError):
            good.amount = 500

    def test_closed_month(self):
        """R-DSP-10: an expense dated in a closed month is refused, nothing stays."""
        order = self._bring_on_site(self._create_order())
        today = fields.Date.today()
        Expense = self.env["aftersales.order.expense"].with_user(
            self.users["technician"]
        )
        vals = {"order_id": order.id, "kind": "lodging", "amount": 120, "date": today}
        kept = Expense.create(vals)
        self.company.sudo().fiscalyear_lock_date = today - timedelta(days=1)
        for day in (today - timedelta(days=1), today - timedelta(days=40)):
            with self.assertRaisesRegex(ValidationError, "closed"):
                with self.env.cr.savepoint():
                    Expense.create({**vals, "date": day})
            with self.assertRaisesRegex(ValidationError, "closed"):
                with self.env.cr.savepoint():
                    kept.date = day
        self.assertEqual(order.expense_ids, kept)
        self.assertEqual(kept.date, today)

    # === RIGHTS ===#
    def test_technician_rights(self):
        """R-DSP-01: a technician neither plans nor sets states by hand, and sees his
        own orders and their lines only."""
        order = self._plan(self._create_order())
        mine = self.as_user(order, "technician")
        for vals in (
            {"planned_start": fields.Datetime.now()},
            {"technician_id": self.technician2.id},
            {"state": "done"},
            {"reported_at": fields.Datetime.now()},
        ):
            with self.assertRaises(AccessError):
                mine.write(vals)
        with self.assertRaises(AccessError):
            mine.action_dispatch()
        order.action_dispatch()
        other = self.as_user(order, "technician2")
        with self.assertRaises(AccessError):
            other.action_accept()
        self.assertFalse(
            self.env["aftersales.order.check"]
            .with_user(self.users["technician2"])
            .search([("order_id", "=", order.id)])
        )
        with self.assertRaises(AccessError):
            self.as_user(order.check_ids[0], "technician2").done = True
        with self.assertRaises(AccessError):
            self.env["aftersales.order"].with_user(self.users["employee"]).search([])
        with self.assertRaises(AccessError):
            self.env["aftersales.order"].with_user(self.portal_user).search([])

    def test_machine_sold_on(self):
        """An order names the machine's owner, not who sold it."""
        buyer = self.env["res.partner"].create({"name": "New Quarry"})
        self.machine.customer_id = buyer
        request = self._create_request()
        with self.assertRaisesRegex(ValidationError, "New Quarry"):
            self._create_order(request)

    # === SPEED ===#
    def test_queries(self):
        """Lists, board and creation cost no more queries for more orders."""
        request = self._create_request()
        start = fields.Datetime.now()

        def values(count):
            return [
                {
                    "request_id": request.id,
                    "technician_id": self.technician.id,
                    "planned_start": start + timedelta(days=n),
                    "planned_end": start + timedelta(days=n, hours=4),
                }
                for n in range(count)
            ]

        Order = self.env["aftersales.order"]
        self.assertNoQueryGrowth(Order.create, values(10), values(100), slack=6)
        few = Order.create(values(10))
        many = Order.create(values(100))
        board = self.env["aftersales.order"].with_user(self.users["dispatcher"])
        fnames = [
            "name",
            "request_id",
            "partner_id",
            "region_id",
            "lot_id",
            "technician_id",
            "planned_start",
            "state",
            "priority",
            "has_conflict",
            "parts_state",
            "is_late",
        ]
        self.assertNoQueryGrowth(
            lambda orders: board.search_read([("id", "in", orders.ids)], fnames),
            few,
            many,
        )
        self.assertNoQueryGrowth(
            lambda orders: orders.mapped("conflict_text"), few, many
        )
