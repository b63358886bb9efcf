# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SIGNATURE, ToolsCommon


@tagged("post_install", "-at_install")
class TestToolCustody(ToolsCommon):
    def test_issue_is_stock(self):
        """R-TOL-03: drawn in person, signed, as a stock transfer; who has what."""
        slip = self._issue(self.technician, self.meter_1, (self.gloves, 2))
        self.assertEqual(slip.state, "done")
        picking = slip.picking_ids
        self.assertEqual(picking.state, "done")
        self.assertEqual(
            picking.picking_type_id, self.company.aftersales_tool_issue_type_id
        )
        location = self.technician.aftersales_location_id
        self.assertEqual(self._stock(self.multimeter, location), 1)
        self.assertEqual(self._stock(self.gloves, location), 2)
        self.assertEqual(self._stock(self.gloves, self.stock_location), 18)
        self.assertEqual(self.meter_1.custodian_id, self.technician)
        self.assertEqual(self.meter_1.tool_state, "held")
        self.assertEqual(self.meter_1.in_service_since, self.today)
        self.assertEqual(
            self.meter_1.end_of_life,
            fields.Date.add(self.today, months=60),
        )
        self.assertEqual(self.meter_1.tool_price, 800)

    def test_class_defaults_and_terms(self):
        """R-TOL-01: the classes of the manual; a company's own terms win."""
        self.assertEqual(self.class_1.life_months, 60)
        self.assertEqual(self.class_2.floor_rate, 10)
        self.assertEqual(self.multimeter.tracking, "serial")
        self.assertTrue(self.gloves.is_storable)
        self._issue(self.technician, self.meter_1)
        self.class_1.term_ids = [
            Command.create({"company_id": self.company.id, "life_months": 24})
        ]
        self.assertEqual(
            self.meter_1.end_of_life, fields.Date.add(self.today, months=24)
        )
        with self.assertRaises(ValidationError):
            self.multimeter.tracking = "none"

    def test_person_without_login_or_location(self):
        """R-TOL-03, bad input: a person without login and location gets one."""
        person = self.env["hr.employee"].create(
            {"name": "Helper", "company_id": self.company.id}
        )
        self.assertFalse(person.aftersales_location_id)
        self._issue(person, self.meter_1)
        self.assertEqual(self.meter_1.custodian_id, person)
        self.assertEqual(self.meter_1.location_id, person.aftersales_location_id)

    def test_not_issued_twice(self):
        """R-TOL-03: a tool already out is not issued again; nothing changes."""
        self._issue(self.technician, self.meter_1)
        slip = self._slip("issue", self.technician2, self.meter_1, self.meter_2)
        with self._refused(UserError, "out already"):
            slip.action_done()
        self.assertEqual(self.meter_1.custodian_id, self.technician)
        self.assertEqual(self.meter_2.tool_state, "stock")
        with self._refused(UserError, "listed twice"):
            self._issue(self.technician2, self.meter_2, self.meter_2)
        done = self._issue(self.technician2, self.meter_2)
        with self.assertRaises(UserError):
            done.action_done()
        self.assertEqual(len(done.picking_ids), 1)

    def test_last_consumable(self):
        """R-TOL-03: stock never falls below zero, whatever is asked for."""
        with self._refused(UserError, "in stock"):
            self._issue(self.technician, (self.gloves, 21))
        self._issue(self.technician, (self.gloves, 20))
        with self._refused(UserError, "in stock"):
            self._issue(self.technician2, self.gloves)
        self.assertEqual(self._stock(self.gloves, self.stock_location), 0)

    def test_reserved_stock_is_not_taken(self):
        """R-TOL-03: what another transfer has reserved is not free."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.company.aftersales_requisition_type_id.id,
                "location_id": self.stock_location.id,
                "location_dest_id": self.technician.aftersales_location_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.gloves.id,
                            "product_uom_qty": 19,
                            "location_id": self.stock_location.id,
                            "location_dest_id": (
                                self.technician.aftersales_location_id.id
                            ),
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        with self._refused(UserError, "in stock"):
            self._issue(self.technician2, (self.gloves, 2))
        self._issue(self.technician2, self.gloves)

    def test_plain_transfer_cannot_double_a_tool(self):
        """R-TOL-03: also a transfer made by hand can't put a tool in two places."""
        self._issue(self.technician, self.meter_1)
        destination = self.technician2.aftersales_location_id
        with self._refused(UserError, "one place only"):
            self._force_transfer(self.meter_1, destination)

    def _force_transfer(self, lot, destination):
        vals = {
            "product_id": lot.product_id.id,
            "location_id": self.stock_location.id,
            "location_dest_id": destination.id,
            "picked": True,
        }
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.company.aftersales_tool_issue_type_id.id,
                "location_id": self.stock_location.id,
                "location_dest_id": destination.id,
                "move_ids": [
                    Command.create(
                        {
                            **vals,
                            "product_uom_qty": 1,
                            "move_line_ids": [
                                Command.create(
                                    {**vals, "quantity": 1, "lot_id": lot.id}
                                )
                            ],
                        }
                    )
                ],
            }
        )
        picking._action_done()

    def test_two_places_by_import(self):
        """R-TOL-03, bad input: a tool in two custodies by import is told, and can
        be counted away."""
        self._issue(self.technician, self.meter_1)
        self.env["stock.quant"]._update_available_quantity(
            self.multimeter,
            self.technician2._ensure_aftersales_location(),
            1,
            lot_id=self.meter_1,
        )
        self.assertEqual(self.meter_1.tool_state, "conflict")
        self.assertFalse(self.meter_1.custodian_id)
        with self._refused(UserError, "one place only|two places"):
            self._return(self.technician, self.meter_1)

    def test_unsigned_or_empty(self):
        """R-TOL-03, bad input: no signature, no tools, a signature that is no image."""
        with self._refused(UserError, "not signed"):
            self._issue(self.technician, self.meter_1, signature=False)
        with self._refused(UserError, "no tools"):
            self._issue(self.technician)
        with self.assertRaises(UserError):
            self._slip("issue", self.technician, signature="bm90IGFuIGltYWdl")
        self.assertEqual(self.meter_1.tool_state, "stock")

    def test_serial_needed(self):
        """R-TOL-03, bad input: a durable tool has an identity; the wrong one fails."""
        with self._refused(UserError, "serial number"):
            self._issue(self.technician, self.multimeter)
        with self.assertRaises(ValidationError):
            self._slip(
                "issue", self.technician, (self.meter_1, {"product_id": self.wrench.id})
            )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self._slip("issue", self.technician, (self.gloves, -1))
        with self._refused(UserError, "not a tool"):
            self._issue(self.technician, (self.seal, 1))

    def test_return_conditions(self):
        """R-TOL-04, R-TOL-05: good comes back to stock, damaged waits for repair,
        lost opens the loss report and stays in custody."""
        meter_3 = self._create_stock(self.multimeter, 1, "MM-0003")
        self._issue(self.technician, self.meter_1, self.meter_2, meter_3)
        slip = self._return(
            self.technician,
            self.meter_1,
            (self.meter_2, {"condition": "damaged"}),
            (meter_3, {"condition": "lost", "note": "Fell into the crusher"}),
        )
        self.assertEqual(self.meter_1.tool_state, "stock")
        self.assertEqual(self.meter_2.tool_state, "repair")
        self.assertEqual(meter_3.custodian_id, self.technician)
        sheet = slip.line_ids.compensation_id
        self.assertEqual(sheet.lot_id, meter_3)
        self.assertEqual(sheet.employee_id, self.technician)
        with self._refused(UserError, "cannot be issued"):
            self._issue(self.technician2, self.meter_2)
        with self._refused(UserError, "does not hold"):
            self._return(self.technician, self.meter_1)
        with self._refused(UserError, "does not hold"):
            self._return(self.technician2, meter_3)

    def test_repair_and_scrap(self):
        """R-TOL-05: broken without fault: repaired once at a time, back to stock when
        the repair has ended, later scrapped; the history keeps it and it is never
        deleted."""
        self._issue(self.technician, self.meter_1)
        lot = self.meter_1.with_user(self.storekeeper)
        with self._refused(UserError, "Technician holds MM-0001"):
            lot.action_tool_scrap()
        self._return(self.technician, (self.meter_1, {"condition": "damaged"}))
        action = lot.action_tool_repair()
        repair = self.env["repair.order"].browse(action["res_id"])
        self.assertEqual(repair.lot_id, self.meter_1)
        self.assertEqual(lot.action_tool_repair()["res_id"], repair.id)
        with self._refused(UserError, f"End the repair first.*{repair.name}"):
            lot.action_tool_back_to_stock()
        with self._refused(UserError, "End the repair first"):
            lot.action_tool_scrap()
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual(self.meter_1.tool_state, "repair")
        lot.action_tool_back_to_stock()
        self.assertEqual(self.meter_1.tool_state, "stock")
        with self.assertRaises(UserError):
            lot.action_tool_back_to_stock()
        lot.action_tool_scrap()
        self.assertEqual(self.meter_1.tool_state, "scrapped")
        self.assertEqual(self.meter_1.custody_count, 2)
        self.assertEqual(lot.repaired_count, 1)
        history = " ".join(lot.message_ids.mapped("body"))
        for text in (f"Repair {repair.name} started", "back to stock", "Scrapped with"):
            self.assertIn(text, history)
        with self.assertRaises(UserError):
            lot.action_tool_scrap()
        with self._refused(UserError, "history"):
            self.meter_1.unlink()
        with self._refused(UserError, "cannot be issued"):
            self._issue(self.technician, self.meter_1)

    def test_handover_on_the_road(self):
        """R-TOL-04: two technicians hand over with both signatures, no storekeeper."""
        self._issue(self.technician, self.meter_1)
        slip = self.env["aftersales.tool.custody"].with_user(self.users["technician"])
        slip = slip.create(
            {
                "kind": "handover",
                "employee_id": self.technician.id,
                "to_employee_id": self.technician2.id,
                "company_id": self.company.id,
                "signature": SIGNATURE,
                "line_ids": [Command.create({"lot_id": self.meter_1.id})],
            }
        )
        with self._refused(UserError, "signature"):
            slip.action_done()
        self.as_user(slip, "technician2").write({"to_signature": SIGNATURE})
        self.as_user(slip, "technician2").action_done()
        self.assertEqual(self.meter_1.custodian_id, self.technician2)
        with self._refused(UserError, "does not hold"):
            self._slip(
                "handover",
                self.technician,
                self.meter_1,
                to_employee_id=self.technician2.id,
                to_signature=SIGNATURE,
            ).action_done()
        with self.assertRaises(ValidationError):
            self._slip("handover", self.technician, self.meter_1)
        with self.assertRaises(ValidationError):
            self._slip(
                "handover",
                self.technician,
                self.meter_1,
                to_employee_id=self.technician.id,
            )

    def test_replacement_old_for_new(self):
        """R-TOL-07: old for new; before its time only with approval."""
        self._issue(self.technician, self.gloves)
        slip = self._slip("replace", self.technician, self.gloves)
        self.assertTrue(slip.early_warning)
        with self._refused(UserError, "manager must approve"):
            slip.action_done()
        slip.action_request()
        with self.assertRaises(UserError):
            slip.action_approve()
        self.as_user(slip, "service_manager").action_approve()
        slip.action_done()
        location = self.technician.aftersales_location_id
        self.assertEqual(self._stock(self.gloves, location), 1)
        self.assertEqual(self._stock(self.gloves, self.stock_location), 18)
        with self._refused(UserError, "nothing old"):
            self._slip("replace", self.technician2, self.gloves).action_done()
        with self._refused(UserError, "Only consumables"):
            self._slip("replace", self.technician, self.meter_1).action_done()

    def test_replacement_after_its_life(self):
        """R-TOL-07: after its life no approval is needed."""
        slip = self._issue(self.technician, self.gloves)
        slip.sudo().date_done -= timedelta(days=370)
        new = self._slip("replace", self.technician, self.gloves)
        self.assertFalse(new.early_warning)
        new.action_done()
        self.assertEqual(new.state, "done")

    def test_request_and_approval(self):
        """R-TOL-03: a technician asks, the manager approves, the storekeeper issues;
        nobody approves his own."""
        Custody = self.env["aftersales.tool.custody"].with_user(
            self.users["technician"]
        )
        slip = Custody.create(
            {
                "employee_id": self.technician.id,
                "company_id": self.company.id,
                "line_ids": [Command.create({"product_id": self.gloves.id})],
            }
        )
        slip.action_request()
        for action in (slip.action_approve, slip.action_done):
            with self.assertRaises(UserError):
                action()
        manager = self.employees["service_manager"]
        own = self._slip("issue", manager, self.gloves)
        own.action_request()
        with self._refused(UserError, "own"):
            self.as_user(own, "service_manager").action_approve()
        for vals in (
            {"state": "approved"},
            {"approved_by_id": self.users["service_manager"].id},
            {"signed_at": fields.Datetime.now()},
            {"user_id": self.users["storekeeper"].id},
        ):
            with self.assertRaises(AccessError):
                slip.write(vals)
        with self.assertRaises(AccessError):
            slip.copy({"state": "approved"})
        sneaked = Custody.with_context(default_state="approved").create(
            {"employee_id": self.technician.id, "company_id": self.company.id}
        )
        self.assertEqual(sneaked.state, "draft")
        self.as_user(slip, "service_manager").action_approve()
        with self.assertRaises(UserError):
            slip.line_ids.quantity = 9
        keeper = slip.with_user(self.storekeeper)
        keeper.signature = SIGNATURE
        keeper.action_done()
        self.assertEqual(slip.state, "done")
        with self.assertRaises(UserError):
            keeper.line_ids.quantity = 3
        with self.assertRaises(UserError):
            keeper.unlink()

    def test_calibration(self):
        """R-TOL-08: overdue measuring tools are not issued; a passed calibration
        with certificate frees them, a failed one blocks at once."""
        today = self.today
        self.assertEqual(
            self.wrench_1.calibration_due,
            fields.Date.add(fields.Date.context_today(self.wrench_1), months=12),
        )
        Calibration = self.env["aftersales.tool.calibration"].with_user(
            self.storekeeper
        )
        vals = {"lot_id": self.wrench_1.id, "company_id": self.company.id}
        Calibration.create({**vals, "date": today - timedelta(days=400)})
        self.assertLess(self.wrench_1.calibration_due, today)
        with self._refused(UserError, "Calibration overdue"):
            self._issue(self.technician, self.wrench_1)
        Calibration.create(
            {**vals, "certificate_number": "CNAS-1", "certificate": SIGNATURE}
        )
        self._issue(self.technician, self.wrench_1)
        self._return(self.technician, self.wrench_1)
        Calibration.create({**vals, "result": "failed"})
        self.assertEqual(self.wrench_1.calibration_due, today)
        with self._refused(UserError, "Calibration overdue"):
            self._issue(self.technician, self.wrench_1)
        with self.assertRaises(ValidationError):
            Calibration.create({**vals, "date": today + timedelta(days=1)})

    def test_kit(self):
        """R-TOL-09: a kit is issued as one."""
        kit = self.env["aftersales.tool.kit"].create(
            {
                "name": "Installation kit",
                "barcode": "KIT-1",
                "company_id": self.company.id,
                "line_ids": [
                    Command.create({"product_id": self.multimeter.id}),
                    Command.create({"product_id": self.wrench.id}),
                    Command.create({"product_id": self.gloves.id, "quantity": 3}),
                ],
            }
        )
        slip = self._slip("issue", self.technician, kit_id=kit.id)
        slip.action_apply_kit()
        self.assertEqual(slip.line_ids.lot_id, self.meter_1 | self.wrench_1)
        slip.action_done()
        held = self.technician._get_held_quants()
        self.assertEqual(held.product_id, self.multimeter | self.wrench | self.gloves)

    def test_kit_is_proposed(self):
        """R-TOL-09: an issue starts from the kit of the order's kind, else of the
        person's grade; what was chosen stays."""
        Kit = self.env["aftersales.tool.kit"]
        self.technician.technician_grade = "senior"
        common = {"company_id": self.company.id}
        grade = Kit.create({**common, "name": "G", "technician_grade": "senior"})
        order = self._create_order()
        kind = Kit.create({**common, "name": "K", "order_kind": order.kind})
        chosen = Kit.create({**common, "name": "C"})
        self.assertEqual(self._slip("issue", self.technician).kit_id, grade)
        slip = self._slip("issue", self.technician, order_id=order.id)
        self.assertEqual(slip.kit_id, kind)
        slip.kit_id = chosen
        slip.order_id = False
        self.assertEqual(slip.kit_id, chosen)
        self.assertFalse(self._slip("return", self.technician).kit_id)

    def test_toolbox_check(self):
        """R-TOL-09, R-DSP-04, R-DSP-06: the check before and after a job lists what
        the technician holds; a missing tool starts the loss report; a kit not held is
        drawn first; overdue calibration is told at dispatch."""
        self.env["aftersales.tool.kit"].create(
            {
                "name": "Repair kit",
                "company_id": self.company.id,
                "order_kind": "repair",
                "line_ids": [
                    Command.create({"product_id": self.multimeter.id}),
                    Command.create({"product_id": self.wrench.id}),
                ],
            }
        )
        self._issue(self.technician, self.meter_1, (self.gloves, 2))
        order = self._create_order()
        order._create_checks("before")
        tools = order.check_ids.filtered("product_id")
        self.assertEqual(tools.product_id, self.multimeter | self.gloves | self.wrench)
        self.assertEqual(tools.lot_id, self.meter_1)
        required = tools.filtered("required").product_id
        self.assertEqual(required, self.multimeter | self.wrench)
        order._create_checks("after")
        after = order.check_ids.filtered(
            lambda check: check.stage == "after" and check.lot_id
        )
        self.assertEqual(after.lot_id, self.meter_1)
        check = self.as_user(after, "technician")
        action = check.action_tool_missing()
        sheet = self.env["aftersales.tool.compensation"].browse(action["res_id"])
        self.assertEqual((sheet.employee_id, sheet.order_id), (self.technician, order))
        self.assertEqual(check.action_tool_missing()["res_id"], sheet.id)
        told = self.as_user(after, "dispatcher").action_tool_missing()
        self.assertEqual(told["tag"], "display_notification")
        self.assertIn(sheet.name, told["params"]["message"])
        self.assertTrue(after.done)
        self._issue(self.technician, self.wrench_1)
        self.assertFalse(order._get_missing_kit_tools())
        self.env["aftersales.tool.calibration"].create(
            {
                "lot_id": self.wrench_1.id,
                "company_id": self.company.id,
                "result": "failed",
                "date": self.today - timedelta(days=5),
            }
        )
        blockers = self.as_user(order, "dispatcher")._get_dispatch_blockers(
            self.technician
        )
        self.assertTrue(any("calibration" in text for text in blockers))

    def test_toolbox_check_by_grade(self):
        """R-TOL-09, R-DSP-04: before leaving, each technician is asked for the tools of
        his grade and the team for the kit of the kind of job; kits of other kinds,
        grades and companies ask nothing; consumables of a grade stop nobody."""
        self.technician.technician_grade = "senior"
        self.technician2.technician_grade = "junior"
        other = self.env["res.company"].create({"name": "Other"})

        def kit(name, *lines, **vals):
            lines = [
                Command.create({"product_id": product.id, "quantity": quantity})
                for product, quantity in lines
            ]
            vals = {"company_id": self.company.id, **vals}
            self.env["aftersales.tool.kit"].create(
                {"name": name, "line_ids": lines, **vals}
            )

        meter, wrench, gloves = self.multimeter, self.wrench, self.gloves
        kit("Senior", (meter, 1), (gloves, 2), technician_grade="senior")
        kit("Expert", (wrench, 9), technician_grade="expert")
        kit("Junior", (wrench, 1), technician_grade="junior", order_kind="repair")
        kit("Training", (wrench, 7), order_kind="training")
        kit("Repair", (meter, 2), (wrench, 1), order_kind="repair")
        kit("Theirs", (meter, 5), order_kind="repair", company_id=other.id)
        order = self._create_order()
        both = self.technician | self.technician2
        order.technician_ids = both
        nobody = self.env["hr.employee"]
        self.assertEqual(
            order._get_missing_kit_tools(),
            [
                (self.technician, meter, 1),
                (self.technician, gloves, 2),
                (self.technician2, wrench, 1),
                (nobody, meter, 1),
            ],
        )
        order._create_checks("before")
        checks = order.check_ids.filtered("product_id")
        self.assertEqual(
            [(c.employee_id, c.product_id, c.required) for c in checks],
            [
                (self.technician, meter, True),
                (self.technician, gloves, False),
                (self.technician2, wrench, True),
                (nobody, meter, True),
            ],
        )
        self.assertIn(self.technician.name, checks[0].name)
        self._issue(self.technician2, self.meter_1, self.wrench_1)
        self._issue(self.technician, self.meter_2, (gloves, 2))
        self.assertFalse(order._get_missing_kit_tools())
        order.technician_ids = self.technician
        self.assertEqual(
            order._get_missing_kit_tools(), [(nobody, meter, 1), (nobody, wrench, 1)]
        )

    def test_counter(self):
        """R-TOL-03: the counter screen: scans, one slip per key, clear errors."""
        Custody = self.Custody.with_company(self.company)
        self.technician.barcode = "0419999"
        self.assertEqual(
            Custody.counter_scan("0419999")["person"]["id"], self.technician.id
        )
        self.assertEqual(
            Custody.counter_scan("MM-0001")["lot"]["lot_id"], self.meter_1.id
        )
        self.assertEqual(
            Custody.counter_scan("690000000017")["product"]["product_id"],
            self.gloves.id,
        )
        self.assertIn(Custody.counter_scan("Technician")["type"], ("people", "person"))
        with self._refused(UserError, "neither"):
            Custody.counter_scan("no such thing", self.technician.id)
        for bad, message in (
            ({}, "Say who"),
            ({"employee_id": self.technician.id, "lines": [{}]}, "which tools"),
        ):
            with self._refused(UserError, message):
                Custody.counter_submit(bad)
        with self._refused(UserError, "no such person"):
            Custody.counter_person(self.technician.id + 10**6)
        values = {
            "kind": "issue",
            "employee_id": self.technician.id,
            "lines": [
                {"product_id": self.multimeter.id, "lot_id": self.meter_1.id},
                {"product_id": self.gloves.id, "quantity": 2},
            ],
            "signature": SIGNATURE,
            "key": "click-1",
        }
        first = Custody.counter_submit(values)
        self.assertEqual(Custody.counter_submit(values), first)
        self.assertEqual(self._stock(self.gloves, self.stock_location), 18)
        held = Custody.counter_person(self.technician.id)["held"]
        self.assertEqual(len(held), 2)
        with self.assertRaises(UserError):
            Custody.with_user(self.users["technician"]).counter_scan("MM-0001")
        lent = {
            "kind": "issue",
            "employee_id": self.technician2.id,
            "lines": [{"product_id": self.multimeter.id, "lot_id": self.meter_2.id}],
            "signature": SIGNATURE,
            "date_due": fields.Date.to_string(self.today - timedelta(days=1)),
            "key": "click-2",
        }
        with self._refused(UserError, "a day that is over"):
            Custody.counter_submit(lent)
        self.assertFalse(Custody.search([("client_key", "=", "click-2")]))
        self.assertEqual(self.meter_2.tool_state, "stock")
        lent["date_due"] = fields.Date.to_string(self.today)
        slip = Custody.browse(Custody.counter_submit(lent)["id"])
        self.assertEqual((slip.state, slip.date_due), ("done", self.today))

    def test_other_company(self):
        """R-TOL-03, bad input: a tool or person of another company."""
        other = self.env["res.company"].create({"name": "Other"})
        self.assertTrue(other.aftersales_tool_repair_location_id)
        lot = self.env["stock.lot"].create(
            {
                "name": "MM-X",
                "product_id": self.multimeter.id,
                "company_id": other.id,
            }
        )
        with self.assertRaises(UserError):
            self._slip("issue", self.technician, lot.sudo())
        with self._refused(UserError, "another company"):
            self.Custody.with_company(self.company).counter_scan("MM-X")
        stranger = self.env["hr.employee"].create(
            {"name": "Stranger", "company_id": other.id}
        )
        with self.assertRaises(UserError):
            self._slip("issue", stranger, self.meter_1)
        self._issue(self.technician, self.meter_1)
        with self._refused(UserError, "changes company"):
            self.technician.company_id = other
        self._return(self.technician, self.meter_1)
        self.technician.user_id = False
        self.technician.department_id = False
        self.technician.company_id = other
        self.assertFalse(self.technician.aftersales_location_id)

    def test_printed_slips(self):
        """R-TOL-03: the double slip shows tools, numbers and both copies."""
        slip = self._issue(self.technician, self.meter_1, (self.gloves, 2))
        report = self.env["ir.actions.report"].with_user(self.storekeeper)
        html, _kind = report._render_qweb_html(
            "aftersales_tools.report_tool_slip", slip.ids
        )
        text = html.decode()
        self.assertEqual(text.count("MM-0001"), 2)
        self.assertEqual(text.count(slip.name), 2)
