# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestRequest(AftersalesCommon):
    """Intake, states, approval, hand-over, merge and split."""

    def _assessed(self, **vals):
        request = self._create_request(**{"level": "2", **vals})
        self.as_user(request, "hotline").action_assess()
        return request

    def _in_progress(self, **vals):
        request = self._assessed(**{"needs_visit": False, "level": "1", **vals})
        self.as_user(request, "hotline").action_submit()
        self.assertEqual(request.state, "in_progress")
        return request

    # === INTAKE ===#
    def test_serial_fills_the_form(self):
        """R-INT-02: typing the serial fills customer, contact, phone, site,
        product, contract and dates."""
        with Form(self.env["aftersales.request"].with_user(self.users["hotline"])) as f:
            f.serial_number = "pe600-2024-001"
            self.assertEqual(f.lot_id, self.machine)
            self.assertEqual(f.partner_id, self.customer)
            self.assertEqual(f.contact_id, self.contact)
            self.assertEqual(f.phone, "138 0000 1111")
            self.assertEqual(f.site_id, self.customer)
            self.assertEqual(f.product_id, self.machine_product)
            self.assertEqual(f.contract_ref, "HK-2024-018")
            self.assertEqual(f.acceptance_date, self.machine.acceptance_date)
            self.assertEqual(f.distance, 420)
            f.fault = "Main bearing hot"
        request = f.record
        self.assertEqual(request.user_id, self.users["hotline"])
        self.assertTrue(request.name.startswith("SR"))

    def test_kinds_and_warranty(self):
        """R-INT-04, R-INT-06: the eight kinds; warranty and category from the
        serial number."""
        codes = self.env["aftersales.request.kind"].search([]).mapped("code")
        self.assertEqual(len(set(codes)), 8)
        request = self._create_request()
        self.assertEqual(request.warranty_state, "in")
        self.assertTrue(request.warranty_end)
        self.assertEqual(request.service_category, "c")

    def test_tier_by_cost(self):
        """R-INT-08: the tier can depend on kind, cost and level."""
        self.env["tier.definition"].create(
            {
                "name": "Expensive",
                "model_id": self.env["ir.model"]._get_id("aftersales.request"),
                "company_id": self.company.id,
                "review_type": "group",
                "reviewer_group_id": self.env.ref(
                    "aftersales_service.group_general_manager"
                ).id,
                "definition_domain": "[('estimated_cost', '>', 5000)]",
            }
        )
        cheap = self._assessed(level="1", estimated_cost=4000)
        self.assertFalse(cheap.need_validation)
        dear = self._assessed(level="1", estimated_cost=6000)
        self.as_user(dear, "hotline").action_submit()
        self.assertEqual(dear.state, "to_approve")
        self.as_user(dear, "general_manager").validate_tier()
        self.assertEqual(dear.state, "in_progress")

    def test_visit_after_guidance_is_approved(self):
        """R-INT-08: a visit that turns out to be needed when the work has begun, after
        guidance in vain, is approved before anybody is dispatched."""
        request = self._assessed(level="1", needs_visit=False)
        self.as_user(request, "dispatcher").action_submit()
        self.assertEqual(request.state, "in_progress")
        self.assertFalse(request.lacks_approval)
        with self.assertRaisesRegex(UserError, "this is possible only while"):
            self.as_user(request, "dispatcher").action_submit()
        request.needs_visit = True
        self.assertTrue(request.lacks_approval)
        order = self._create_order(request)
        order.write(
            {
                "planned_start": fields.Datetime.now() + timedelta(days=1),
                "planned_end": fields.Datetime.now() + timedelta(days=1, hours=4),
            }
        )
        with self.assertRaisesRegex(UserError, "submit it first"):
            order.action_dispatch()
        # the step that is possible now is named
        self.as_user(request, "dispatcher").action_wait("Customer looks for papers")
        with self.assertRaisesRegex(UserError, "resume it first, then submit it"):
            order.action_dispatch()
        self.as_user(request, "dispatcher").action_resume()
        self.as_user(request, "dispatcher").action_submit()
        self.assertEqual(request.state, "to_approve")
        self.assertFalse(request.lacks_approval)
        with self.assertRaisesRegex(UserError, "not approved"):
            order.action_dispatch()
        for role in ("service_manager", "sales_vp"):
            self.as_user(request, role).validate_tier()
        self.assertEqual(request.state, "in_progress")
        self.assertFalse(request.lacks_approval)
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")

    def test_serial_by_code_in_batch(self):
        """R-INT-02: the same when created by code or import."""
        requests = self.env["aftersales.request"].create(
            [{"serial_number": "PE600-2024-001"}, {"serial_number": "NOPE"}]
        )
        self.assertEqual(requests[0].partner_id, self.customer)
        self.assertEqual(requests[0].lot_id, self.machine)
        self.assertFalse(requests[1].lot_id)
        self.assertIn("NOPE", requests[1].intake_warning)

    def test_serial_of_another_customer_and_company(self):
        """R-INT-02: another customer's serial warns, another company's is refused."""
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        request = self._create_request(partner_id=other.id)
        self.assertEqual(request.partner_id, other)
        self.assertIn(self.customer.name, request.intake_warning)
        request.action_take_machine_customer()
        self.assertEqual(request.partner_id, self.customer)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        lot = self.env["stock.lot"].create(
            {
                "name": "X-1",
                "product_id": self.machine_product.id,
                "company_id": company.id,
            }
        )
        with self.assertRaises(UserError):
            self._create_request(lot_id=lot.id)

    def test_open_request_of_the_machine_is_shown_before_saving(self):
        """R-INT-02: a second open request on the same serial shows in the form."""
        first = self._create_request()
        with Form(self.env["aftersales.request"]) as form:
            form.serial_number = self.machine.name
            self.assertIn(first.name, form.intake_warning)

    def test_repeat_repair(self):
        """R-INT-10: same machine and fault inside the window is a repeat repair."""
        first = self._create_request(
            reported_at=fields.Datetime.now() - timedelta(days=20)
        )
        second = self._create_request()
        self.assertTrue(second.is_repeat)
        self.assertEqual(second.repeat_of_id, first)
        self.company.aftersales_repeat_days = 10
        self.assertFalse(
            self._create_request(
                reported_at=fields.Datetime.now() - timedelta(days=1)
            ).is_repeat
        )

    def test_repeat_repair_of_another_component(self):
        """R-INT-10: another component of the same machine is no repeat."""
        bearing = self.env.ref("aftersales_service.component_class_bearing")
        wear = self.env.ref("aftersales_service.component_class_wear")
        self._create_request(component_class_id=bearing.id)
        self.assertFalse(self._create_request(component_class_id=wear.id).is_repeat)

    def test_category_changes_only_with_a_reason(self):
        """R-INT-05: the service category changes only with a reason."""
        request = self._create_request(service_category="c", category_reason="given")
        with self.assertRaises(ValidationError):
            request.service_category = "a"
        wizard = self.env["aftersales.request.reason"].create(
            {
                "operation": "category",
                "request_ids": request.ids,
                "service_category": "a",
                "reason": "Misuse proven by photos",
            }
        )
        wizard.action_apply()
        self.assertEqual(request.service_category, "a")
        self.assertEqual(request.category_reason, "Misuse proven by photos")

    def test_bad_figures_and_dates(self):
        """R-INT-02: dates in the wrong order and negative figures are refused."""
        now = fields.Datetime.now()
        with self.assertRaises(ValidationError):
            self._create_request(occurred_at=now + timedelta(hours=1), reported_at=now)
        with self.assertRaises(ValidationError):
            self._create_request(quantity=-1)

    # === STATES ===#
    def test_state_is_changed_by_actions_only(self):
        """R-INT-12: no client writes a state, not even with a forged context."""
        request = self._create_request()
        with self.assertRaises(UserError):
            request.with_context(aftersales_transition=True).state = "closed"
        for fname in ("answered_at", "solved_at"):
            with self.assertRaises(UserError):
                self.as_user(request, "hotline")[fname] = fields.Datetime.now()
        with self.assertRaises(UserError):
            self.env["aftersales.request"].with_user(self.users["hotline"]).create(
                {"fault": "x", "state": "closed"}
            )
        with self.assertRaises(ValidationError):
            self._in_progress().unlink()

    def test_the_whole_way(self):
        """R-INT-12: solved needs a result, closing keeps it, reopening the history."""
        request = self._in_progress()
        request = self.as_user(request, "hotline")
        with self.assertRaises(UserError):
            request.action_solve()
        request.solution = "Greased the bearing"
        request.action_solve()
        request.action_close()
        self.assertEqual(request.state, "closed")
        with self.assertRaises(UserError):
            request.action_solve()
        request.action_reopen(reason="Hot again")
        self.assertEqual(request.state, "in_progress")
        self.assertEqual(request.reopen_count, 1)
        self.assertIn("Hot again", "".join(request.message_ids.mapped("body")))

    def test_assess_needs_customer_fault_and_level(self):
        """R-INT-07: assessment needs customer, fault and problem level."""
        request = self._create_request(partner_id=False, lot_id=False, fault=False)
        with self.assertRaises(UserError) as error:
            request.action_assess()
        for word in ("customer", "fault", "level"):
            self.assertIn(word, str(error.exception))
        self.assertEqual(request.state, "new")

    def test_cancel_with_reason(self):
        """R-INT-12: cancelled only with a reason, and not while orders run."""
        request = self._create_request()
        action = request.action_cancel()
        self.assertEqual(action["res_model"], "aftersales.request.reason")
        self._create_order(request).sudo().state = "dispatched"
        with self.assertRaises(UserError):
            request.action_cancel(reason="Duplicate")
        request.order_ids.sudo().state = "draft"
        request.action_cancel(reason="Duplicate")
        self.assertEqual(request.cancel_reason, "Duplicate")

    def test_close_blocked_by_open_orders(self):
        """R-INT-12: closing names every open order."""
        request = self._in_progress()
        order = self._create_order(request)
        request.solution = "Done"
        request.action_solve()
        with self.assertRaises(UserError) as error:
            request.action_close()
        self.assertIn(order.name, str(error.exception))

    def test_states_follow_the_orders(self):
        """The request's state derives from its orders by the documented table."""
        request = self._in_progress()
        now = fields.Datetime.now()
        # sudo: stands for the orders' own actions
        first = self._create_order(request).sudo()
        second = self._create_order(request).sudo()
        first.write({"state": "dispatched", "dispatched_at": now})
        request._apply_order_states()
        self.assertEqual(request.state, "in_progress")
        first.write({"state": "done", "solution": "New bearing", "finished_at": now})
        request._apply_order_states()
        self.assertEqual(request.state, "in_progress", "one order is to schedule")
        second.state = "cancelled"
        request._apply_order_states()
        self.assertEqual(request.state, "solved")
        self.assertEqual(request.solution, "New bearing")
        self._create_order(request)
        request._apply_order_states()
        self.assertEqual(request.state, "in_progress", "a follow-on order reopens")

    # === APPROVAL ===#
    def test_visit_approved_by_manager_then_vice_president(self):
        """R-INT-07, R-INT-08: level 2 with a visit: manager, then vice president."""
        request = self._assessed()
        hotline = self.as_user(request, "hotline")
        with self.assertRaises(UserError):
            hotline.action_start()
        hotline.action_submit()
        self.assertEqual(request.state, "to_approve")
        self.assertEqual(len(request.review_ids), 2)
        self.assertTrue(request._get_dispatch_blockers())
        vice_president = self.as_user(request, "sales_vp")
        self.assertFalse(vice_president.can_review, "the manager comes first")
        self.as_user(request, "service_manager").validate_tier()
        request.invalidate_recordset()
        vice_president.validate_tier()
        self.assertEqual(request.state, "in_progress")
        self.assertTrue(request.approved_at)
        self.assertFalse(request._get_dispatch_blockers())

    def test_level_four_goes_to_technical_management(self):
        """R-INT-07: levels 3 and 4 are confirmed by technical management."""
        request = self._assessed(level="4", needs_visit=False)
        self.as_user(request, "hotline").action_submit()
        self.as_user(request, "service_manager").validate_tier()
        self.assertEqual(request.state, "to_approve")
        self.as_user(request, "quality_vp").validate_tier()
        self.assertEqual(request.state, "in_progress")

    def test_nobody_approves_his_own(self):
        """R-INT-08: the manager who submitted is no reviewer of his request."""
        request = self._assessed()
        manager = self.as_user(request, "service_manager")
        manager.action_submit()
        with self.assertRaises(UserError):
            manager.validate_tier()
        self.assertEqual(request.state, "to_approve")

    def test_locked_under_approval(self):
        """R-INT-08: what is approved can't change under way, the rest can."""
        request = self._assessed()
        request.action_submit()
        with self.assertRaises(ValidationError):
            request.level = "1"
        request.inspection = "Seen by video"

    def test_refused_approval(self):
        """R-INT-08: refused, the request goes back and may be submitted again."""
        request = self._assessed()
        self.as_user(request, "hotline").action_submit()
        self.as_user(request, "service_manager").reject_tier()
        self.assertEqual(request.validation_status, "rejected")
        with self.assertRaises(UserError):
            self.as_user(request, "hotline").action_start()
        self.as_user(request, "hotline").restart_validation()
        self.assertEqual(request.state, "assessed")

    # === OWNER, MANAGEMENT, CORRECTIONS ===#
    def test_handover_is_logged(self):
        """R-INT-03: every hand-over is logged, by wizard or not."""
        request = self._create_request(user_id=self.users["hotline"].id)
        wizard = self.env["aftersales.request.handover.wizard"]
        wizard = wizard.with_user(self.users["hotline"]).create(
            {
                "request_ids": request.ids,
                "user_id": self.users["dispatcher"].id,
                "reason": "End of shift",
            }
        )
        wizard.action_apply()
        log = request.handover_ids
        self.assertEqual(log.from_user_id, self.users["hotline"])
        self.assertEqual(log.to_user_id, self.users["dispatcher"])
        self.assertEqual(log.reason, "End of shift")
        with self.assertRaises(UserError):
            wizard.action_apply()
        request.user_id = self.users["service_manager"]
        self.assertEqual(len(request.handover_ids), 2)

    def test_public_attention_reaches_management(self):
        """R-INT-13: marked, a case reaches management at once."""
        self.department.manager_id = self.employees["service_manager"]
        request = self._create_request(public_attention=True)
        users = request.activity_ids.user_id
        for role in ("service_manager", "sales_vp", "general_manager"):
            self.assertIn(self.users[role], users)
        self.assertNotIn(self.users["quality"], users)

    def test_correction_keeps_the_change(self):
        """R-INT-13: wrong customer data is corrected and the change kept."""
        request = self._create_request()
        Correction = self.env["aftersales.request.correction"]
        line = Correction.with_user(self.users["hotline"]).create(
            {
                "request_id": request.id,
                "target": "contact",
                "field_name": "phone",
                "new_value": "139 9999 0000",
            }
        )
        self.assertEqual(line.old_value, "138 0000 1111")
        self.assertEqual(self.contact.phone, "139 9999 0000")
        self.assertEqual(request.phone, "139 9999 0000")
        with self.assertRaises(UserError):
            line.new_value = "1"
        with self.assertRaises(ValidationError):
            Correction.create(
                {
                    "request_id": request.id,
                    "target": "machine",
                    "field_name": "phone",
                    "new_value": "1",
                }
            )

    def test_correction_of_the_model(self):
        """R-INT-13: a wrong model is corrected on the machine and the request."""
        request = self._create_request()
        model = self.env["product.product"].create(
            {"name": "Jaw crusher PE-750", "is_machine": True, "tracking": "serial"}
        )
        self.env["aftersales.request.correction"].create(
            {
                "request_id": request.id,
                "target": "machine",
                "field_name": "product_id",
                "product_id": model.id,
            }
        )
        self.assertEqual(self.machine.product_id, model)
        self.assertEqual(request.product_id, model)

    def test_guidance_and_call_back(self):
        """R-INT-09: guidance is recorded, called back in 3 h, priority until then."""
        request = self._create_request()
        guidance = (
            self.env["aftersales.request.guidance"]
            .with_user(self.users["hotline"])
            .create({"request_id": request.id, "content": "Reset the overload relay"})
        )
        self.assertTrue(request.is_follow_priority)
        line = request.sla_status_ids.filtered(lambda s: s.metric == "callback")
        self.assertEqual(line.limit_minutes, 180)
        self.assertEqual(line.started_at, guidance.guided_at)
        self.assertIn("called back", "".join(request._get_close_blockers()))
        guidance.action_running()
        self.assertFalse(request.is_follow_priority)
        self.assertEqual(line.state, "reached")
        with self.assertRaises(UserError):
            guidance.action_running()

    # === MERGE AND SPLIT ===#
    def test_merge_loses_nothing(self):
        """R-INT-12: merged without losing a message, attachment or SLA line."""
        first, second = self._create_request(), self._create_request(fault="Noise")
        message = second.message_post(body="From the customer")
        attachment = self.env["ir.attachment"].create(
            {"name": "a.jpg", "res_model": second._name, "res_id": second.id}
        )
        self._create_order(second)
        lines = first.sla_status_ids | second.sla_status_ids
        messages = first.message_ids | second.message_ids
        wizard = (
            self.env["aftersales.request.merge"]
            .with_user(self.users["hotline"])
            .with_context(active_ids=(first | second).ids)
            .create({})
        )
        self.assertEqual(wizard.target_id, first)
        wizard.action_merge()
        self.assertEqual(second.state, "cancelled")
        self.assertEqual(second.merged_into_id, first)
        self.assertEqual(message.res_id, first.id)
        self.assertEqual(attachment.res_id, first.id)
        self.assertEqual(first.sla_status_ids, lines.exists())
        self.assertEqual(len(lines.exists()), len(lines))
        self.assertLessEqual(messages, first.message_ids)
        self.assertEqual(len(first.order_ids), 1)
        self.assertIn("Noise", first.fault)

    def test_merge_of_other_customers_is_refused(self):
        """R-INT-12: other customers' requests stay apart."""
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        first = self._create_request()
        second = self._create_request(partner_id=other.id, lot_id=False)
        wizard = self.env["aftersales.request.merge"].create(
            {"request_ids": (first | second).ids}
        )
        with self.assertRaises(UserError):
            wizard.action_merge()
        self.assertEqual(second.state, "new")

    def test_split_moves_messages(self):
        """R-INT-12: split off with its messages; the limits run since the report."""
        request = self._create_request()
        message = request.message_post(
            body="Also the conveyor", attachments=[("conveyor.jpg", b"123")]
        )
        wizard = (
            self.env["aftersales.request.split"]
            .with_context(active_id=request.id)
            .create({"fault": "Conveyor stops", "message_ids": message.ids})
        )
        new = self.env["aftersales.request"].browse(wizard.action_split()["res_id"])
        self.assertEqual(new.split_from_id, request)
        self.assertEqual(message.res_id, new.id)
        self.assertEqual(message.attachment_ids.res_id, new.id)
        self.assertEqual(new.reported_at, request.reported_at)
        self.assertTrue(new.sla_status_ids)

    # === DOCUMENTS ===#
    def test_request_form(self):
        """R-INT-02: the request form carries what was recorded, in the user's
        language."""
        request = self._create_request(site_conditions="Dust, 1200 m above the sea")
        report = self.env["ir.actions.report"].with_user(self.users["hotline"])
        html, _type = report._render_qweb_html(
            "aftersales_service.report_aftersales_request", request.ids
        )
        text = html.decode()
        for value in (request.name, self.machine.name, "1200 m", "HK-2024-018"):
            self.assertIn(value, text)

    # === ACCESS ===#
    def test_roles(self):
        """Hotline and dispatcher work on the department's requests, a technician
        on his own, a viewer reads, others see nothing."""
        request = self._create_request()
        for role in ("hotline", "dispatcher", "service_manager"):
            self.assertTrue(self.as_user(request, role).has_access("write"), role)
        for role in ("sales_vp", "quality", "accountant"):
            record = self.as_user(request, role)
            self.assertTrue(record.has_access("read"), role)
            self.assertFalse(record.has_access("write"), role)
            self.assertTrue(record.sla_status_ids.has_access("read"), role)
        self.assertFalse(self.as_user(request, "technician").has_access("read"))
        self.assertFalse(self.as_user(request, "employee").has_access("read"))
        self._create_order(request)
        self.assertTrue(self.as_user(request, "technician").has_access("read"))
        with self.assertRaises(AccessError):
            self.as_user(request.sla_status_ids, "service_manager").write(
                {"failed": False}
            )
        with self.assertRaises(AccessError):
            self.env["aftersales.sla.policy"].with_user(self.users["hotline"]).create(
                {"name": "x", "metric": "answer", "hours": 1}
            )

    def test_hotline_of_another_department(self):
        """A department's hotline doesn't see another department's requests."""
        other = self.env["hr.department"].create(
            {"name": "North", "company_id": self.company.id}
        )
        request = self._create_request(department_id=other.id)
        self.assertFalse(self.as_user(request, "hotline").has_access("read"))
        self.assertTrue(self.as_user(request, "sales_vp").has_access("read"))
