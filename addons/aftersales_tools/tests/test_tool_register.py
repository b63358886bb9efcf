# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SIGNATURE, ToolsCommon


@tagged("post_install", "-at_install")
class TestToolRegister(ToolsCommon):
    """Who holds what, over time: register, roles, leaving, counts, yearly needs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # registering a departure needs the rights of an HR officer on contracts
        cls.users["hr"].group_ids += cls.env.ref("hr.group_hr_manager")

    # === REGISTER ===#
    def test_register_at_a_date(self):
        """R-TOL-03: who held what on any day and in which department he was, read off
        the stock moves and the versions of his file."""
        slip = self._issue(self.technician, self.meter_1, (self.gloves, 2))
        self._return(self.technician, self.meter_1, self.gloves)
        self._issue(self.technician2, self.meter_1)
        now = fields.Datetime.now()
        lines = self.env["stock.move.line"].search(
            [("lot_id", "=", self.meter_1.id), ("state", "=", "done")], order="id"
        )
        self.assertEqual(len(lines), 3)
        first_moves = slip.picking_ids.move_line_ids
        (lines[0] | first_moves).date = now - timedelta(days=30)
        lines[1].move_id.picking_id.move_line_ids.date = now - timedelta(days=20)
        lines[2].date = now - timedelta(days=10)

        def held(days):
            wizard = self.env["aftersales.tool.register.date"].create(
                {"date": now - timedelta(days=days)}
            )
            rows = self.env["aftersales.tool.register"].search(wizard._get_domain())
            rows = rows.filtered(
                lambda r: r.product_id in self.multimeter | self.gloves
            )
            result = {}
            for row in rows:
                key = (row.employee_id.name, row.product_id.name)
                result[key] = result.get(key, 0) + row.quantity
            return {key: value for key, value in result.items() if value}

        name, name2 = self.technician.name, self.technician2.name
        self.assertEqual(held(35), {})
        self.assertEqual(held(25), {(name, "Multimeter"): 1, (name, "Work gloves"): 2})
        self.assertEqual(held(15), {(name, "Work gloves"): 1})
        self.assertEqual(held(5), {(name2, "Multimeter"): 1, (name, "Work gloves"): 1})
        other = self.env["hr.department"].create(
            {"name": "Installation", "company_id": self.company.id}
        )
        self.technician.version_id.date_version = self.today - timedelta(days=99)
        self.technician.create_version(
            {"date_version": self.today - timedelta(days=7), "department_id": other.id}
        )
        for days, department in ((15, self.department), (5, other)):
            action = (
                self.env["aftersales.tool.register.date"]
                .with_context(tz="Asia/Shanghai")
                .create({"date": now - timedelta(days=days)})
                .action_open()
            )
            row = self.env["aftersales.tool.register"].with_context(**action["context"])
            row = row.search(
                [*action["domain"], ("employee_id", "=", self.technician.id)], limit=1
            )
            self.assertEqual(row.department_id, department, days)
            row.invalidate_model()
        with self.assertRaises(UserError):
            self.env["aftersales.tool.register.date"].create(
                {"date": now + timedelta(days=1)}
            ).action_open()

    def test_register_value_and_calibration(self):
        """R-TOL-03, R-TOL-08: the register tells value and calibration due, today's
        and as known on a past day, by person, department, class and location; the
        value is not for technicians."""
        Calibration = self.env["aftersales.tool.calibration"]
        days = [self.today - timedelta(days=400), self.today]
        Calibration.create(
            [
                {
                    "lot_id": self.wrench_1.id,
                    "company_id": self.company.id,
                    "date": day,
                }
                for day in days
            ]
        )
        self._issue(self.technician, self.wrench_1, (self.gloves, 2))
        self._return(self.technician, self.gloves)
        Register = self.env["aftersales.tool.register"]
        domain = [("employee_id", "=", self.technician.id)]
        wrench = Register.search([*domain, ("lot_id", "=", self.wrench_1.id)])
        due = [fields.Date.add(day, months=12) for day in days]
        self.assertEqual((wrench.calibration_due, wrench.value), (due[1], 300))
        self.assertEqual(wrench.currency_id, self.company.currency_id)
        wizard = self.env["aftersales.tool.register.date"].create(
            {"date": fields.Datetime.now() - timedelta(days=10)}
        )
        past = Register.with_context(**wizard.action_open()["context"])
        past.invalidate_model()
        self.assertEqual(past.browse(wrench.id).calibration_due, due[0])
        for name, key in (
            ("employee_id", self.technician),
            ("department_id", self.technician.department_id),
            ("location_id", self.technician.aftersales_location_id),
        ):
            groups = Register._read_group(domain, [name], ["value:sum"])
            self.assertEqual(groups, [(key, 315)])
        by_class = dict(
            Register._read_group(domain, ["tool_class_id"], ["quantity:sum"])
        )
        self.assertEqual(by_class, {self.class_2: 1, self.class_c: 1})
        own = wrench.with_user(self.users["technician"])
        self.assertEqual(own.calibration_due, due[0])
        with self.assertRaises(AccessError):
            own.read(["value"])

    def test_transfer_of_department(self):
        """R-TOL-04: a transfer of several people between departments keeps custody
        right, in the register too."""
        self._issue(self.technician, self.meter_1)
        self._issue(self.technician2, self.meter_2)
        other = self.env["hr.department"].create(
            {"name": "Installation", "company_id": self.company.id}
        )
        both = self.technician | self.technician2
        both.with_user(self.users["hr"]).write({"department_id": other.id})
        lots = self.meter_1 | self.meter_2
        self.assertEqual(lots.custodian_department_id, other)
        self.assertEqual(lots.custodian_id, both)
        rows = self.env["aftersales.tool.register"].search(
            [("lot_id", "in", lots.ids), ("is_current", "=", True)]
        )
        self.assertEqual(rows.department_id, other)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        with self._refused(UserError, "changes company"):
            both.write({"company_id": elsewhere.id})
        self.assertEqual(both.company_id, self.company)

    def test_who_must_not(self):
        """R-TOL-03, R-TOL-07, R-TOL-08: HR and finance read slips and change none;
        the storekeeper approves nothing; a technician sees the calibrations of his
        own tools and starts no stock-taking."""
        done = self._issue(self.technician, self.meter_1)
        draft = self._slip("issue", self.technician2, self.gloves)
        for role in ("hr", "accountant"):
            self.assertEqual(self.as_user(done, role).state, "done")
            slip = self.as_user(draft, role)
            with self._refused(UserError, "Only the storekeeper"):
                slip.action_done()
            with self.assertRaises(AccessError):
                slip.reason = "because"
            with self.assertRaises(AccessError):
                slip.copy()
        draft.action_request()
        with self._refused(UserError, "service manager"):
            draft.action_approve()
        with self._refused(UserError, "Only the storekeeper"):
            self.as_user(draft, "technician2").action_done()
        self.assertEqual(draft.state, "requested")
        self.assertEqual(self._stock(self.gloves, self.stock_location), 20)
        calibrations = self.env["aftersales.tool.calibration"].create(
            [
                {"lot_id": lot.id, "company_id": self.company.id}
                for lot in (self.meter_1, self.wrench_1)
            ]
        )
        mine = self.as_user(calibrations, "technician").search([])
        self.assertEqual(mine.lot_id, self.meter_1)
        with self.assertRaises(AccessError):
            mine.result = "failed"
        for model in ("campaign", "request", "kit"):
            with self.assertRaises(AccessError):
                self.env[f"aftersales.tool.{model}"].with_user(
                    self.users["technician"]
                ).create({"name": "Mine"})
        with self.assertRaises(AccessError):
            self.env["aftersales.tool.request"].with_user(self.storekeeper).create({})

    def test_roles(self):
        """R-TOL-03: storekeeper all, technician his own, colleague nothing."""
        mine = self._issue(self.technician, self.meter_1)
        other = self._issue(self.technician2, self.meter_2)
        Custody = self.env["aftersales.tool.custody"].with_user(
            self.users["technician"]
        )
        self.assertIn(mine, Custody.search([]))
        self.assertNotIn(other, Custody.search([]))
        Lot = self.env["stock.lot"].with_user(self.users["technician"])
        tools = Lot.search([("is_tool", "=", True)])
        self.assertEqual(tools, self.meter_1)
        with self.assertRaises(AccessError):
            self.as_user(self.meter_1, "technician").tool_price  # noqa: B018
        self.assertEqual(self.meter_1.with_user(self.storekeeper).tool_price, 800)
        register = self.env["aftersales.tool.register"]
        rows = register.with_user(self.users["technician"]).search([])
        self.assertEqual(rows.employee_id.ids, self.technician.ids)
        self.assertTrue(register.with_user(self.users["hr"]).search([]))
        self.assertFalse(register.with_user(self.users["employee"]).search([]))
        with self.assertRaises(UserError):
            Custody.create(
                {
                    "employee_id": self.technician2.id,
                    "company_id": self.company.id,
                }
            )
        with self.assertRaises(AccessError):
            self.env["aftersales.tool.class"].with_user(self.storekeeper).create(
                {"name": "X"}
            )

    def test_due_back(self):
        """R-TOL-04: tools lent for a while are reminded of once, each reader in his own
        language."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.users["technician"].lang = "zh_CN"
        self.storekeeper.lang = "en_US"
        yesterday = self.today - timedelta(days=1)
        slip = self._issue(self.technician, self.meter_1, date_due=self.today)
        back = self._issue(self.technician2, self.meter_2, date_due=self.today)
        (slip | back).date_due = yesterday
        self._return(self.technician2, self.meter_2)
        Custody = self.env["aftersales.tool.custody"]
        self.assertEqual(Custody._cron_due_back(), slip)
        todos = {todo.user_id: todo.summary for todo in slip.activity_ids}
        self.assertEqual(todos[self.storekeeper], "Tools due back")
        self.assertRegex(todos[self.users["technician"]], "^[\u4e00-\u9fff]+$")
        self.assertFalse(back.activity_ids)
        self.assertFalse(Custody._cron_due_back())

    def test_batch_costs_no_growth(self):
        """R-TOL-03: tool list and register read without a query per tool."""
        lots = self.env["stock.lot"].create(
            [
                {
                    "name": f"BATCH-{number:03}",
                    "product_id": self.multimeter.id,
                    "company_id": self.company.id,
                }
                for number in range(60)
            ]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                self.multimeter, self.stock_location, 1, lot_id=lot
            )
        self.env["stock.lot"].invalidate_model()
        spec = {
            name: {}
            for name in (
                "name",
                "tool_state",
                "calibration_due",
                "end_of_life",
                "custody_since",
                "tool_price",
            )
        } | {
            name: {"fields": {"display_name": {}}}
            for name in ("product_id", "custodian_id", "custodian_department_id")
        }
        Lot = self.env["stock.lot"].with_user(self.storekeeper)

        def read(records):
            Lot.browse(records.ids).web_read(spec)

        self.assertNoQueryGrowth(read, lots[:6], lots)
        self._issue(self.technician, *lots)
        Register = self.env["aftersales.tool.register"].with_user(self.storekeeper)
        spec = {
            name: {}
            for name in ("date_from", "quantity", "calibration_due", "end_of_life")
        } | {
            name: {"fields": {"display_name": {}}}
            for name in ("employee_id", "product_id", "lot_id", "location_id")
        }

        def open_register(records):
            Register.invalidate_model()
            Register.web_search_read([("lot_id", "in", records.ids)], spec)

        self.assertNoQueryGrowth(open_register, lots[:6], lots)

    # === LEAVING ===#
    def _departure(self, employees, **vals):
        return (
            self.env["hr.departure.wizard"]
            .with_user(self.users["hr"])
            .with_context(active_ids=employees.ids, employee_termination=True)
            .create(
                {
                    "departure_reason_id": self.env["hr.departure.reason"]
                    .search([], limit=1)
                    .id,
                    "employee_ids": [Command.set(employees.ids)],
                    "departure_date": self.today,
                    **vals,
                }
            )
        )

    def test_leaving(self):
        """R-TOL-04: leaving needs return, settlement or a named waiver; several at
        once; consumables excepted."""
        self._issue(self.technician, self.meter_1)
        self._issue(self.technician2, self.meter_2, self.gloves)
        both = self.technician | self.technician2
        wizard = self._departure(both)
        self.assertEqual(wizard.tool_count, 2)
        self.assertEqual(wizard.tool_value, 1600)
        self.assertEqual(wizard.tool_line_ids.employee_id, both)
        with self._refused(UserError, "MM-0001"):
            wizard.action_register_departure()
        self.assertTrue(all(both.mapped("active")))
        with self._refused(UserError, "MM-0001"):
            self.technician.with_context(no_wizard=True).action_archive()
        sheet = self._sheet()
        sheet.signature = SIGNATURE
        sheet.action_confirm()
        wizard = self._departure(both)
        self.assertEqual(wizard.tool_count, 1)
        with self._refused(UserError, "why"):
            self._departure(both, waive_tools=True).action_register_departure()
        wizard = self._departure(
            both, waive_tools=True, waive_reason="Given to him by the manager"
        )
        wizard.action_register_departure()
        self.assertFalse(any(both.mapped("active")))
        self.assertIn("Given to him", self.meter_2.message_ids[0].body)
        self.assertEqual(
            self.meter_2.message_ids[0].author_id, self.users["hr"].partner_id
        )
        # the tool waived comes back after all, from somebody who left
        found = self.Custody.with_company(self.company).counter_scan("Technician2")
        self.assertEqual(found["person"]["id"], self.technician2.id)
        self._return(self.technician2, self.meter_2)
        self.assertEqual(self.meter_2.tool_state, "stock")

    def test_leaving_after_return(self):
        """R-TOL-04: with everything returned, consumables kept, he may leave."""
        self._issue(self.technician, self.meter_1)
        self._issue(self.technician, self.gloves)
        self._return(self.technician, self.meter_1)
        wizard = self._departure(self.technician)
        self.assertFalse(wizard.tool_count)
        wizard.action_register_departure()
        self.assertFalse(self.technician.active)

    # === COUNTS ===#
    def test_count(self):
        """R-TOL-08: stock-taking by person; differences become inventory adjustments
        and loss reports."""
        self._issue(self.technician, self.meter_1)
        self._issue(self.technician, (self.gloves, 3), self.meter_2)
        spare = self.env["stock.lot"].create(
            {
                "name": "MM-FOUND",
                "product_id": self.multimeter.id,
                "company_id": self.company.id,
            }
        )
        campaign = self.env["aftersales.tool.campaign"].with_user(self.storekeeper)
        campaign = campaign.create(
            {
                "name": "Year end",
                "company_id": self.company.id,
                "employee_ids": [Command.set(self.technician.ids)],
            }
        )
        action = campaign.action_start()
        count = self.env["aftersales.tool.count"].search(action["domain"])
        self.assertEqual(count.employee_id, self.technician)
        self.assertEqual(len(count.line_ids), 3)
        self.assertIn(self.users["technician"], count.activity_ids.user_id)
        with self._refused(UserError, "Nobody"):
            campaign.action_start()
        own = self.as_user(count, "technician")
        with self.assertRaises(AccessError):
            self.as_user(count, "technician2").read(["state"])
        gloves = own.line_ids.filtered(lambda line: line.product_id == self.gloves)
        gloves.counted = 1
        own.line_ids.filtered(lambda line: line.lot_id == self.meter_1).counted = 0
        own.line_ids = [
            Command.create(
                {
                    "product_id": self.multimeter.id,
                    "lot_id": spare.id,
                    "counted": 1,
                }
            )
        ]
        own.action_confirm()
        self.assertEqual(count.difference_count, 3)
        with self.assertRaises(UserError):
            gloves.counted = 3
        keeper = count.with_user(self.storekeeper)
        keeper.action_settle()
        location = self.technician.aftersales_location_id
        self.assertEqual(self._stock(self.gloves, location), 1)
        self.assertEqual(spare.custodian_id, self.technician)
        self.assertEqual(self.meter_1.custodian_id, self.technician)
        self.assertEqual(count.compensation_ids.lot_id, self.meter_1)
        moves = self.env["stock.move"].search(
            [
                ("is_inventory", "=", True),
                ("product_id", "=", self.gloves.id),
                ("state", "=", "done"),
            ]
        )
        self.assertEqual(sum(moves.mapped("quantity")), 2)

    def test_count_and_what_moved_meanwhile(self):
        """R-TOL-08: a difference is not settled once stock moved; a loss its holder
        reported already is linked, not reported twice; the to-do ends with the
        confirmation."""
        self._issue(self.technician, self.meter_1, (self.gloves, 3))
        Count = self.env["aftersales.tool.count"]
        vals = {"employee_id": self.technician.id, "company_id": self.company.id}
        count = Count.create({**vals, "date_deadline": self.today})
        count._schedule_confirmation()
        gloves = count.line_ids.filtered(lambda line: not line.lot_id)
        gloves.counted = 1
        self.as_user(count, "technician").action_confirm()
        self.assertFalse(count.activity_ids)
        self._return(self.technician, self.gloves)
        with self._refused(UserError, "count again"):
            count.with_user(self.storekeeper).action_settle()
        location = self.technician.aftersales_location_id
        self.assertEqual(self._stock(self.gloves, location), 2)
        count.action_cancel()
        count.flush_recordset()
        sheet = self._sheet()
        again = Count.create(vals)
        again.line_ids.filtered("lot_id").counted = 0
        again.action_confirm()
        again.with_user(self.storekeeper).action_settle()
        self.assertEqual(again.compensation_ids, sheet)

    def test_count_is_settled_by_the_storekeeper(self):
        """R-TOL-08: the person confirms; books and consequences are not his."""
        self._issue(self.technician, self.meter_1)
        count = self.env["aftersales.tool.count"].create(
            {"employee_id": self.technician.id, "company_id": self.company.id}
        )
        own = count.with_user(self.users["technician"])
        line = own.line_ids[:1]
        with self.assertRaises(UserError):
            line.expected = 7
        with self.assertRaises(AccessError):
            line.difference = 0
        with self.assertRaises(AccessError):
            own.state = "done"
        for vals in (
            {"employee_id": self.technician2.id},
            {"date_deadline": self.today + timedelta(days=99)},
        ):
            with self._refused(UserError, "storekeeper"):
                own.write(vals)
        own.action_confirm()
        for action in (own.action_settle, own.action_cancel):
            with self._refused(UserError, "storekeeper"):
                action()
        self.assertEqual(count.state, "confirmed")
        for role in ("storekeeper", "service_manager"):
            with self._refused(UserError, "stays on file"):
                self.as_user(count, role).unlink()

    def test_start_cards(self):
        """Each role of the tools has its cards, with counts of its own."""
        self._issue(self.technician, self.meter_1)
        slip = self._slip("issue", self.technician, self.gloves)
        slip.action_request()
        for role, name, counted in (
            ("technician", "start_card_my_tools", 1),
            ("technician", "start_card_tool_counts", 0),
            ("service_manager", "start_card_tool_slips_approve", 1),
            ("storekeeper", "start_card_tool_slips_issue", 0),
            ("storekeeper", "start_card_tools_due", 0),
            ("storekeeper", "start_card_tools_calibration", 0),
            ("storekeeper", "start_card_tool_counts_settle", 0),
        ):
            card = self.as_user(self.env.ref(f"aftersales_tools.{name}"), role)
            self.assertIn(card, card.search([]), name)
            self.assertGreaterEqual(card.count, counted, name)
            card.action_open()

    def test_count_finds_a_colleagues_tool(self):
        """R-TOL-08, bad input: a tool the books have elsewhere is not counted in."""
        self._issue(self.technician2, self.meter_2)
        count = self.env["aftersales.tool.count"].create(
            {"employee_id": self.technician.id, "company_id": self.company.id}
        )
        count.line_ids = [
            Command.create(
                {
                    "product_id": self.multimeter.id,
                    "lot_id": self.meter_2.id,
                    "counted": 1,
                }
            )
        ]
        count.action_confirm()
        with self._refused(UserError, "elsewhere"):
            count.action_settle()
        self.assertEqual(self.meter_2.custodian_id, self.technician2)

    # === YEARLY REQUEST ===#
    def test_yearly_request(self):
        """R-TOL-02: needs gathered, cut to budget, approved, one RFQ per supplier,
        received, serialised, issued to who asked."""
        other = self.env["res.partner"].create({"name": "Glove Maker"})
        for product, partner, price in (
            (self.multimeter, self.supplier, 780),
            (self.wrench, self.supplier, 290),
            (self.gloves, other, 12),
        ):
            product.seller_ids = [
                Command.create({"partner_id": partner.id, "price": price})
            ]
        Request = self.env["aftersales.tool.request"]
        request = Request.with_user(self.users["service_manager"]).create(
            {"company_id": self.company.id, "budget": 1900}
        )
        self.assertEqual(request.department_id, self.department)
        Line = self.env["aftersales.tool.request.line"]
        Line.with_user(self.users["technician"]).create(
            [
                {"request_id": request.id, "product_id": self.multimeter.id},
                {
                    "request_id": request.id,
                    "product_id": self.gloves.id,
                    "quantity": 2,
                    "priority": "3",
                },
            ]
        )
        with self.assertRaises(AccessError):
            Line.with_user(self.users["technician"]).create(
                {
                    "request_id": request.id,
                    "product_id": self.gloves.id,
                    "employee_id": self.technician2.id,
                }
            )
        request.line_ids = [
            Command.create(
                {"employee_id": self.technician2.id, "product_id": self.multimeter.id}
            ),
            Command.create(
                {
                    "employee_id": self.technician2.id,
                    "product_id": self.wrench.id,
                    "quantity": 2,
                    "priority": "0",
                }
            ),
        ]
        self.assertEqual(request.amount_asked, 780 * 2 + 24 + 580)
        self.assertTrue(request.is_over_budget)
        with self._refused(UserError, "above the budget"):
            request.action_submit()
        request.action_cut_to_budget()
        self.assertEqual(request.amount_approved, 780 * 2 + 24 + 290)
        request.action_submit()
        with self.assertRaises(ValidationError):
            request.action_approve()
        boss = self.as_user(request, "general_manager")
        boss._validate_tier(boss.review_ids)
        self.assertEqual(request.state, "approved")
        with self.assertRaises(UserError):
            request.line_ids[0].quantity = 9
        request.action_create_purchase()
        orders = request.sudo().purchase_ids
        self.assertEqual(orders.partner_id, self.supplier | other)
        self.assertEqual(len(orders), 2)
        meters = orders.order_line.filtered(
            lambda line: line.product_id == self.multimeter
        )
        self.assertEqual((meters.product_qty, meters.price_unit), (2, 780))
        with self.assertRaises(UserError):
            request.with_user(self.storekeeper).action_issue()
        orders.button_confirm()
        for picking in orders.picking_ids:
            for move in picking.move_ids:
                if move.product_id.tracking == "serial":
                    move.move_line_ids.unlink()
                    move.move_line_ids = [
                        Command.create(
                            {
                                **move._prepare_move_line_vals(),
                                "lot_name": f"{move.product_id.name}-N{number}",
                                "quantity": 1,
                            }
                        )
                        for number in range(int(move.product_uom_qty))
                    ]
                move.picked = True
            picking.button_validate()
        lots = self.env["stock.lot"].search([("name", "like", "Multimeter-N%")])
        self.assertEqual(len(lots), 2)
        self.assertEqual(lots.mapped("tool_price"), [780, 780])
        self.assertEqual(lots.company_id, self.company)
        request.with_user(self.storekeeper).action_issue()
        slips = request.custody_ids
        self.assertEqual(slips.employee_id, self.technician | self.technician2)
        self.assertEqual(len(slips.line_ids.lot_id), 3)
        with self.assertRaises(UserError):
            request.with_user(self.storekeeper).action_issue()
        for slip in slips.with_user(self.storekeeper):
            slip.signature = SIGNATURE
            slip.action_done()
        self.assertEqual(lots.custodian_id, self.technician | self.technician2)
        request.with_user(self.storekeeper).action_done()

    def test_budget_is_not_for_technicians(self):
        """R-TOL-02: who only asks for tools sees the request he asks on and his own
        needs; neither the budget nor what the others cost."""
        request = self.env["aftersales.tool.request"].create(
            {"company_id": self.company.id, "budget": 1900}
        )
        Line = self.env["aftersales.tool.request.line"]
        Line.create(
            {
                "request_id": request.id,
                "employee_id": self.technician2.id,
                "product_id": self.multimeter.id,
            }
        )
        own = self.as_user(request, "technician")
        mine = self.as_user(Line, "technician").create(
            {
                "request_id": request.id,
                "employee_id": self.technician.id,
                "product_id": self.multimeter.id,
            }
        )
        self.env.invalidate_all()
        self.assertEqual(own.line_ids, mine)
        self.assertEqual((own.name, own.state), (request.name, "draft"))
        for name in ("budget", "amount_asked", "amount_approved", "is_over_budget"):
            with self.assertRaises(AccessError):
                own.read([name])
            self.assertNotIn(name, own.fields_get())
            arch = str(own.get_view(view_type="form")["arch"])
            self.assertNotIn(f'name="{name}"', arch)
        for role in ("service_manager", "general_manager", "storekeeper"):
            self.assertEqual(self.as_user(request, role).budget, 1900, role)
        self.assertEqual(request.amount_asked, 1600)

    def test_yearly_request_opens_itself(self):
        """R-TOL-02: in the configured month, once per company."""
        Request = self.env["aftersales.tool.request"]
        self.env["res.company"].search([]).aftersales_tool_request_month = 0
        self.assertFalse(Request._cron_open_yearly())
        self.company.aftersales_tool_request_month = self.today.month
        request = Request._cron_open_yearly()
        self.assertEqual(request.company_id, self.company)
        self.assertFalse(Request._cron_open_yearly())
        with self.assertRaises(ValidationError):
            self.company.aftersales_tool_request_month = 13
        with self._refused(UserError, "No needs"):
            request.action_submit()

    def test_request_without_supplier(self):
        """R-TOL-02, bad input: a tool without supplier is named."""
        request = self.env["aftersales.tool.request"].create(
            {
                "company_id": self.company.id,
                "line_ids": [
                    Command.create(
                        {
                            "employee_id": self.technician.id,
                            "product_id": self.gloves.id,
                        }
                    )
                ],
            }
        )
        request.action_submit()
        boss = self.as_user(request, "general_manager")
        boss._validate_tier(boss.review_ids)
        with self._refused(UserError, "supplier"):
            request.action_create_purchase()

    # === REMINDERS ===#
    def test_reminders(self):
        """R-TOL-08: holder and storekeeper are reminded once per due date."""
        self.company.aftersales_tool_user_id = self.storekeeper
        self._issue(self.technician, self.wrench_1)
        self.env["aftersales.tool.calibration"].create(
            {
                "lot_id": self.wrench_1.id,
                "company_id": self.company.id,
                "date": self.today - timedelta(days=360),
            }
        )
        Lot = self.env["stock.lot"]
        Lot._cron_tool_reminders()
        self.assertEqual(
            self.wrench_1.activity_ids.user_id,
            self.users["technician"] | self.storekeeper,
        )
        Lot._cron_tool_reminders()
        self.assertEqual(len(self.wrench_1.activity_ids), 2)
        self.env["aftersales.tool.calibration"].create(
            {
                "lot_id": self.wrench_1.id,
                "company_id": self.company.id,
                "date": self.today,
                "result": "failed",
            }
        )
        Lot._cron_tool_reminders()
        self.assertEqual(len(self.wrench_1.activity_ids), 4)
        known = self.env["aftersales.tool.reminder"].search(
            [("lot_id", "=", self.wrench_1.id), ("kind", "=", "calibration")]
        )
        self.assertEqual(known.date, self.today)
