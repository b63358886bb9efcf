# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from email.message import EmailMessage
from email.policy import SMTP

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon

#: a Wednesday, ten o'clock in Shanghai
MORNING = "2026-03-18 02:00:00"


@tagged("post_install", "-at_install")
class TestBadInput(AftersalesCommon):
    """Wrong figures, other people's machines, prices and clocks: a clear word, and
    nothing lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Huakuang South"})
        cls.other_company._create_aftersales_config()
        cls.other_department = cls.env["hr.department"].create(
            {"name": "Service South", "company_id": cls.other_company.id}
        )
        cls.other_company.aftersales_department_id = cls.other_department
        cls.env["product.product"].search([]).taxes_id = False

    @mute_logger("odoo.sql_db")
    def assertRefused(self, attempt):
        """Assert that ``attempt`` is refused, by the model or by the database."""
        try:
            with self.env.cr.savepoint():
                attempt()
                self.env.flush_all()
        except (UserError, IntegrityError):
            return
        self.fail("not refused")

    # === figures ===#
    def _any(self, model):
        record = self.env[model].search([], limit=1)
        self.assertTrue(record, model)
        return record

    def test_negative_figures(self):
        """R-INT-02, R-DSP-15: no negative hours, distances, quantities and amounts,
        whatever the record."""
        order = self._create_order()
        request = order.request_id
        part = {"lot_id": self.machine.id, "product_id": self.seal.id}
        contract = {
            "name": "C",
            "partner_id": self.customer.id,
            "company_id": self.company.id,
            "date_end": fields.Date.today(),
        }
        line = {"order_id": order.id, "name": "Work"}
        person = {"employee_id": self.technician.id}
        log = {**line, **person, "date": fields.Date.today()}
        certificate = {**person, "name": "Examination"}
        plan = {**person, "amount": 100, "reason": "Lost tool"}
        audit = {"title": "Yearly audit", "date_planned": fields.Date.today()}
        writes = [
            (request, {"quantity": -1}),
            (request, {"running_hours": -1}),
            (request, {"distance": -1}),
            (request, {"estimated_cost": -1}),
            (order, {"travel_hours": -1}),
            (order, {"charged_hours": -1}),
            (order, {"charged_distance": -1}),
            (order, {"machine_hours": -1}),
            (self._any("aftersales.penalty.rule"), {"amount_max": -1}),
            (self._any("aftersales.penalty.rule"), {"grace_minutes": -1}),
            (self._any("aftersales.penalty.rule"), {"report_hours": -1}),
            (self._any("aftersales.kpi.target"), {"value": -1}),
            (self._any("aftersales.review.criterion"), {"deduction": -1}),
            (self._any("aftersales.review.criterion"), {"target": -1}),
            (self.customer, {"service_distance": -1}),
            (self.customer, {"followup_interval": -1}),
        ]
        creates = [
            ("aftersales.order.part", {**line, "product_id": self.seal.id}, "quantity"),
            ("aftersales.order.check", line, "quantity_expected"),
            ("aftersales.order.log", log, "work_hours"),
            ("aftersales.machine.component", part, "quantity"),
            ("aftersales.machine.component", part, "warranty_months"),
            ("aftersales.machine.reading", {"lot_id": self.machine.id}, "hours"),
            ("aftersales.contract", contract, "visit_interval"),
            ("aftersales.contract", contract, "amount"),
            ("aftersales.station", {"partner_id": self.dealer.id}, "labour_rate"),
            ("aftersales.qualification", certificate, "score"),
            ("aftersales.deduction", plan, "wage"),
            ("aftersales.deduction", plan, "minimum_wage"),
            ("aftersales.audit", audit, "interval_months"),
        ]
        for record, vals in writes:
            with self.subTest(model=record._name, vals=vals):
                self.assertRefused(lambda record=record, vals=vals: record.write(vals))
        for model, vals, fname in creates:
            if "name" in vals and "name" not in self.env[model]._fields:
                vals = {k: v for k, v in vals.items() if k != "name"}
            with self.subTest(model=model, field=fname):
                Model = self.env[model]
                # nothing else is wrong with it
                savepoint = self.env.cr.savepoint()
                Model.create({**vals, fname: 1})
                savepoint.close(rollback=True)
                self.assertRefused(
                    lambda Model=Model, vals={**vals, fname: -1}: Model.create(vals)
                )

    def test_lot_of_another_product(self):
        """R-DSP-05, R-WAR-05: a serial number belongs to its product, on requests,
        parts and in the machine's history."""
        order = self._create_order()
        with self.assertRaisesRegex(ValidationError, "not a"):
            self._create_request(product_id=self.seal.id)
        for model, fname in (
            ("aftersales.order.part", "lot_id"),
            ("aftersales.machine.component", "part_lot_id"),
        ):
            vals = {"product_id": self.seal.id, fname: self.bearing_lot.id}
            if model == "aftersales.order.part":
                vals["order_id"] = order.id
            else:
                vals["lot_id"] = self.machine.id
            with self.subTest(model=model):
                with self.assertRaisesRegex(ValidationError, "is no"):
                    self.env[model].create(vals)

    def test_quantity_typed_on_the_phone(self):
        """R-DSP-05: what is no quantity is refused on the phone as well."""
        order = self._create_order()
        part = self.env["aftersales.order.part"].create(
            {"order_id": order.id, "product_id": self.seal.id}
        )
        for typed in ("nan", "inf", "-inf", "two", [1]):
            with self.subTest(typed=typed), self.assertRaisesRegex(UserError, "is no"):
                order.phone_part(part.id, {"used": typed})
        self.assertRefused(lambda: order.phone_part(part.id, {"used": -1}))
        self.assertEqual(part.quantity_used, 0)

    def test_times_out_of_order(self):
        """R-INT-02, R-INT-09, R-SLA-07: nothing is reported, guided or called in the
        future, no guidance comes before the report, and nobody moves the report once
        it was answered or stamps a call back by hand."""
        request = self._create_request()
        now = fields.Datetime.now()
        later, before = now + relativedelta(hours=1), now - relativedelta(days=1)
        line = {"request_id": request.id, "content": "Stop the feeder"}
        Guidance = self.env["aftersales.request.guidance"].with_user(
            self.users["hotline"]
        )
        for attempt in (
            lambda: self._create_request(reported_at=later),
            lambda: Guidance.create({**line, "guided_at": later}),
            lambda: Guidance.create({**line, "guided_at": before}),
            lambda: self.env["aftersales.call"].create(
                {"request_id": request.id, "called_at": later}
            ),
        ):
            with self.assertRaises(ValidationError):
                attempt()
        guidance = Guidance.create(line)
        self.assertTrue(request.answered_at)
        with self.assertRaises(AccessError):
            guidance.called_back_at = now
        with self.assertRaisesRegex(UserError, "service manager"):
            self.as_user(request, "hotline").reported_at = before
        self.as_user(request, "service_manager").reported_at = before
        self.as_user(guidance, "hotline").action_running()
        self.assertGreaterEqual(guidance.called_back_at, now)

    # === who is it about ===#
    def test_sold_on_after_planning(self):
        """R-DSP-01: a machine sold on after the order was made: nobody is sent to
        who sold it."""
        order = self._plan(self._create_order())
        buyer = self.env["res.partner"].create({"name": "New Quarry"})
        self.machine.customer_id = buyer
        with self.assertRaisesRegex(ValidationError, "New Quarry"):
            order.action_dispatch()
        self.assertEqual(order.state, "draft")
        order.partner_id = buyer
        order.action_dispatch()
        self.assertEqual(order.state, "dispatched")

    def test_several_companies_in_one_batch(self):
        """R-INT-02: a batch for two companies: each request and order is of its own
        company, with its department, number and limits."""
        customer = self.env["res.partner"].create({"name": "Anywhere Quarry"})
        twin = self.machine.copy(
            {
                "name": self.machine.name,
                "company_id": self.other_company.id,
                "customer_id": customer.id,
            }
        )
        self.env.user.company_ids |= self.other_company
        Request = self.env["aftersales.request"].with_context(
            allowed_company_ids=(self.company | self.other_company).ids
        )
        requests = Request.create(
            [
                {
                    "partner_id": customer.id,
                    "fault": "Noise",
                    "company_id": company.id,
                }
                for company in (self.company, self.other_company)
            ]
        )
        self.assertEqual(
            requests.mapped("department_id"), self.department | self.other_department
        )
        self.assertEqual(len(set(requests.mapped("name"))), 2)
        self.assertTrue(all(request.sla_status_ids for request in requests))
        requests[0].partner_id = self.customer
        # a serial number that both companies know
        requests.write({"serial_number": self.machine.name.lower()})
        self.assertEqual(requests.mapped("lot_id"), self.machine | twin)
        self.assertEqual(requests[1].lot_id, twin)
        orders = Request.env["aftersales.order"].create(
            [{"request_id": request.id} for request in requests]
        )
        self.assertEqual(orders.mapped("company_id"), requests.mapped("company_id"))
        requests.write({"level": "1", "needs_visit": False})
        requests.action_assess()
        requests.action_submit()
        self.assertEqual(set(requests.mapped("state")), {"in_progress"})

    # === written by hand ===#
    def test_expense_keeps_its_doubts(self):
        """R-DSP-10: what speaks against a receipt is not wiped out by who handed it
        in, and no receipt is exchanged once it is decided."""
        order = self._plan(self._create_order())
        Expense = self.env["aftersales.order.expense"].with_user(
            self.users["technician"]
        )
        vals = {"order_id": order.id, "kind": "lodging", "amount": 120}
        with self.assertRaises(AccessError):
            Expense.create({**vals, "issue": False})
        expense = Expense.create(vals)
        self.assertTrue(expense.issue)
        with self.assertRaises(AccessError):
            expense.issue = False
        self.as_user(expense, "service_manager").reason = "Known hotel"
        self.as_user(expense, "service_manager").action_approve()
        receipt = self.env["ir.attachment"].create({"name": "r.png", "raw": b"x"})
        with self.assertRaisesRegex(UserError, "decided"):
            expense.receipt_ids = [Command.link(receipt.id)]

    def test_figures_of_a_request_are_not_written(self):
        """R-INT-08, R-SLA-08: neither the outcome of the approval nor the state of
        the limits is written by hand."""
        request = self.as_user(self._create_request(level="2"), "hotline")
        request.action_assess()
        request.action_submit()
        for vals in (
            {"validation_status": "validated"},
            {"sla_state": "met"},
            {"is_repeat": True},
            {"proposed_category": "a"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                request.write(vals)
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                request.create({"partner_id": self.customer.id, "fault": "x", **vals})
        self.assertTrue(request._get_dispatch_blockers())
        # nor does a request begin with what its buttons stamp
        for name in ("answered_at", "solved_at", "guided_at"):
            with self.assertRaisesRegex(UserError, "buttons only"):
                request.create(
                    {
                        "partner_id": self.customer.id,
                        "fault": "x",
                        name: fields.Datetime.now(),
                    }
                )

    # === money ===#
    def _charge(self):
        """Return the draft quotation of an order out of warranty, its list binding."""
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Service prices",
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": self.seal.product_tmpl_id.id,
                            "compute_price": "fixed",
                            "fixed_price": 500,
                        }
                    )
                ],
            }
        )
        self.company.aftersales_pricelist_id = pricelist
        machine = self._create_machine(
            "B-OLD", delivery_date="2015-01-10", acceptance_date="2015-02-10"
        )
        order = self._create_order(self._create_request(lot_id=machine.id))
        self.env["aftersales.order.part"].create(
            {"order_id": order.id, "product_id": self.seal.id, "source": "own"}
        )
        order.action_create_quotation()
        return order.sale_order_id

    def _salesman(self):
        user = self.env["res.users"].create(
            {
                "name": "Salesman",
                "login": "as_salesman",
                "group_ids": [
                    Command.set(
                        self.env.ref("sales_team.group_sale_salesman_all_leads").ids
                    )
                ],
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        return user

    def test_price_below_the_list(self):
        """R-BIL-01: neither another price list, a line added after the approval, a
        link cut nor a change after the customer agreed gets round the list."""
        sale = self._charge().with_user(self._salesman())
        line = sale.order_line.filtered("aftersales_part_id")
        self.assertFalse(sale.has_other_prices)
        cheap = self.env["product.pricelist"].create(
            {
                "name": "Friends",
                "company_id": self.company.id,
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 1})
                ],
            }
        )
        sale.pricelist_id = cheap
        sale._recompute_prices()
        with self.assertRaisesRegex(UserError, "Friends instead of Service prices"):
            sale.action_confirm()
        for vals in (
            {"aftersales_order_id": False},
            {"service_price_user_id": sale.env.uid},
            {"aftersales_order_id": self._create_order().id},
        ):
            with self.assertRaises(UserError):
                sale.write(vals)
        with self.assertRaises(UserError):
            line.aftersales_charge = "fee"
        sale.pricelist_id = self.company.aftersales_pricelist_id
        sale._recompute_prices()
        line.price_unit = 400
        self.as_user(sale, "service_manager").action_approve_service_prices()
        self.assertTrue(sale.service_price_user_id)
        # approved was that price, not one more line
        sale.write(
            {
                "order_line": [
                    Command.create({"product_id": self.seal.id, "price_unit": 1})
                ]
            }
        )
        self.assertFalse(sale.service_price_user_id)
        with self.assertRaisesRegex(UserError, "service manager"):
            sale.action_confirm()
        sale.order_line.filtered(lambda item: item.price_unit == 1).unlink()
        line.price_unit = 500
        sale.action_confirm()
        self.assertEqual(sale.state, "sale")
        for change in (
            lambda: line.write({"price_unit": 100}),
            lambda: line.write({"discount": 50}),
            lambda: sale.write(
                {
                    "order_line": [
                        Command.create({"product_id": self.seal.id, "price_unit": -90})
                    ]
                }
            ),
        ):
            # the savepoint of assertRaises takes the price back, as a request does
            with self.assertRaises(UserError) as refused:
                change()
            self.assertIn("service manager", str(refused.exception))
        self.assertEqual(line.price_unit, 500)

    def test_binding_list_changes_before_the_agreement(self):
        """R-BIL-01: a quotation not agreed yet takes the price list that binds when
        the charges are drawn up again."""
        sale = self._charge()
        order = sale.aftersales_order_id
        dearer = self.company.aftersales_pricelist_id.copy({"name": "Next year"})
        dearer.item_ids.fixed_price = 600
        self.company.aftersales_pricelist_id = dearer
        self.assertTrue(sale.has_other_prices)
        order.action_create_quotation()
        line = sale.order_line.filtered("aftersales_part_id")
        self.assertEqual(line.price_unit, 600)
        self.assertFalse(sale.has_other_prices)

    def test_technician_writes_no_money(self):
        """R-BIL-01, R-BIL-03: a technician neither hangs another's quotation on his
        order, nor clears his uncollected list, nor takes hours back after the
        report."""
        sale = self._charge()
        order = self.as_user(sale.aftersales_order_id, "technician")
        foreign = self.env["sale.order"].create({"partner_id": self.customer.id})
        for vals in (
            {"sale_order_id": foreign.id},
            {"station_id": self.dealer.id},
            {"billing_state": "paid"},
            {"amount_uncollected": 0},
            {"origin_order_id": False},
            {"has_conflict": False},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                order.write(vals)
        self.assertEqual(foreign.state, "draft")
        order.charged_hours = 3
        order.sudo().state = "reported"
        with self.assertRaisesRegex(UserError, "handed in"):
            order.charged_hours = 0
        self.as_user(order, "dispatcher").charged_hours = 2

    def test_down_payment_is_not_written(self):
        """R-BIL-04: that the down payment came in is not written by hand."""
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "is_spare_parts_order": True,
                "down_payment_percent": 30,
                "order_line": [
                    Command.create({"product_id": self.seal.id, "price_unit": 500})
                ],
            }
        )
        seller = sale.with_user(self._salesman())
        for vals in (
            {"parts_released_at": fields.Datetime.now()},
            {"parts_release_state": "released"},
            {"amount_down_payment_paid": 500},
            {"amount_down_payment": 0},
        ):
            with self.subTest(vals=vals):
                with self.assertRaises(UserError):
                    seller.write(vals)
        seller.action_confirm()
        self.assertEqual(sale.parts_release_state, "waiting")
        self.assertFalse(sale.picking_ids)

    # === clocks ===#
    def _limit(self, request):
        return request.sla_status_ids.filtered(
            lambda line: line.metric == "resolve" and line.state != "reached"
        )

    def _merge(self, target, source):
        wizard = self.env["aftersales.request.merge"].create(
            {
                "request_ids": [Command.set((target | source).ids)],
                "target_id": target.id,
            }
        )
        wizard.action_merge()

    def _policy(self):
        """One limit for solving, eight hours around the clock."""
        self.env["aftersales.sla.policy"].search([]).active = False
        return self.env["aftersales.sla.policy"].create(
            {
                "name": "Solve",
                "metric": "resolve",
                "start_event": "reported",
                "hours": 8,
                "calendar_mode": "always",
                "company_id": self.company.id,
            }
        )

    def test_merge_keeps_each_clock(self):
        """R-INT-12: merged, a limit keeps the time it stood still and gets no other
        request's; from then on the remaining request's pauses count for all."""
        self._policy()
        with freeze_time(MORNING) as clock:
            target = self._create_request(level="1")
            source = self._create_request(level="1", fault="Noise")
            requests = target | source
            requests.action_assess()
            mine, other = self._limit(target), self._limit(source)
            start = mine.deadline
            self.assertEqual(other.deadline, start)
            source.action_wait("Ask the operator")
            clock.tick(3 * 3600)
            self._merge(target, source)
            self.assertEqual((mine.state, other.state), ("running", "running"))
            self.assertEqual(mine.deadline, start)
            self.assertEqual(other.deadline, start + relativedelta(hours=3))
            self.assertFalse(target.pause_ids.filtered(lambda p: not p.date_to))
            # nothing is mixed up when the remaining one waits later
            target.action_wait("Spare part")
            clock.tick(3600)
            target.action_resume()
            self.assertEqual(mine.deadline, start + relativedelta(hours=1))
            self.assertEqual(other.deadline, start + relativedelta(hours=4))

    def test_merge_into_one_that_waits(self):
        """R-INT-12: merged into a waiting request, a limit stands still from then on,
        not from before."""
        self._policy()
        with freeze_time(MORNING) as clock:
            target = self._create_request(level="1")
            source = self._create_request(level="1", fault="Noise")
            (target | source).action_assess()
            mine, other = self._limit(target), self._limit(source)
            start = mine.deadline
            target.action_wait("Ask the operator")
            clock.tick(2 * 3600)
            self._merge(target, source)
            self.assertEqual((mine.state, other.state), ("paused", "paused"))
            clock.tick(3600)
            target.action_resume()
            self.assertEqual(mine.deadline, start + relativedelta(hours=3))
            self.assertEqual(other.deadline, start + relativedelta(hours=1))
            last = self._create_request(level="1", fault="Third")
            last.action_assess()
            self._merge(last, target)
            self.assertEqual(other.origin_request_id, source)
            self.assertEqual(other.deadline, start + relativedelta(hours=1))
            self.assertEqual(last.sla_status_ids, last.sla_status_ids | mine | other)

    def test_split_keeps_answer_and_pauses(self):
        """R-INT-12: what is split off was answered and waited like the report."""
        self._policy()
        with freeze_time(MORNING) as clock:
            request = self._create_request(level="1")
            request.action_assess()
            answered = request.answered_at
            start = self._limit(request).deadline
            request.action_wait("Ask the operator")
            clock.tick(10 * 3600)
            wizard = self.env["aftersales.request.split"].create(
                {"request_id": request.id, "fault": "Conveyor stops"}
            )
            new = self.env["aftersales.request"].browse(wizard.action_split()["res_id"])
            self.assertEqual(new.answered_at, answered)
            limit = self._limit(new)
            self.assertEqual(limit.deadline, start + relativedelta(hours=10))
            self.assertEqual(limit.state, "running")
            self.assertEqual(self._limit(request).state, "paused")

    # === mail ===#
    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_absence_note_reopens_nothing(self):
        """R-INT-12: an automatic reply is kept on its request but reopens nothing and
        lets no clock run on; the customer's own word does."""
        request = self._create_request(email_from="wang@example.com")
        request.solution = "Bearing replaced"
        request.action_solve()
        sent = request.message_post(
            body="Done",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.contact.ids,
        )

        def reply(number, **headers):
            mail = EmailMessage(policy=SMTP)
            mail["Subject"] = "Re: Done"
            mail["From"] = "wang@example.com"
            mail["To"] = "shouhou@maker.example.com"
            mail["Message-Id"] = f"<reply-{number}@example.com>"
            mail["In-Reply-To"] = sent.message_id
            for name, value in headers.items():
                mail[name.replace("_", "-")] = value
            mail.set_content("I am away")
            self.env["mail.thread"].message_process(False, mail.as_bytes())

        before = len(request.message_ids)
        for number, headers in enumerate(
            (
                {"Auto_Submitted": "auto-replied"},
                {"Precedence": "auto_reply"},
                {"X_Autoreply": "yes"},
            )
        ):
            reply(number, **headers)
            self.assertEqual(request.state, "solved", headers)
        self.assertEqual(len(request.message_ids), before + 3, "kept all the same")
        reply(9, Auto_Submitted="no")
        self.assertEqual(request.state, "in_progress")
