# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .common import SIGNATURE, ToolsCommon


@tagged("post_install", "-at_install")
class TestToolHolder(HttpCase, ToolsCommon):
    """Whoever holds a tool without any after-sales role: what he needs, no more."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holder = cls.employees["employee"]
        cls.user = cls.users["employee"]
        cls.slip = cls._issue(cls.holder, cls.meter_1, (cls.gloves, 3))

    def setUp(self):
        super().setUp()
        self.env.invalidate_all()

    def _mine(self, record):
        """Return ``record`` in the hands of the holder, with a request of his own."""
        self.env.flush_all()
        self.env.invalidate_all()
        return record.with_user(self.user)

    def _count(self, employee, **vals):
        return (
            self.env["aftersales.tool.count"]
            .with_user(self.storekeeper)
            .create({"employee_id": employee.id, "company_id": self.company.id, **vals})
        )

    def _row(self, lot):
        domain = [("lot_id", "=", lot.id), ("is_current", "=", True)]
        return self._mine(self.env["aftersales.tool.register"]).search(domain)

    def test_slips_on_the_phone(self):
        """R-TOL-03: on the phone his slips are cards."""
        action = self.env.ref("aftersales_tools.aftersales_tool_custody_my_action")
        views = self._mine(self.env["aftersales.tool.custody"]).get_views(
            [(False, mode) for mode in action.view_mode.split(",")]
        )
        self.assertIn("to_employee_id", views["views"]["kanban"]["arch"])

    # === COUNT ===#
    def test_count_on_the_phone(self):
        """R-TOL-08: asked by a campaign, the holder finds his count by the notice, says
        on his phone what he misses and confirms; it becomes a case like a
        technician's."""
        self.user.write({"password": "as_employee", "odoobot_state": "disabled"})
        campaign = (
            self.env["aftersales.tool.campaign"]
            .with_user(self.storekeeper)
            .create({"name": "Autumn", "employee_ids": [Command.set(self.holder.ids)]})
        )
        campaign.date_deadline = self.today - timedelta(days=1)
        with self._refused(UserError, "cannot be over"):
            campaign.action_start()
        campaign.date_deadline = self.today
        campaign.action_start()
        count = self.env["aftersales.tool.count"].search(
            [("employee_id", "=", self.holder.id)]
        )
        self.assertEqual(count.activity_ids.user_id, self.user)
        self.start_tour(
            "/odoo/my-tools", "aftersales_tool_count_phone", login="as_employee"
        )
        self.assertEqual(count.state, "confirmed")
        self.assertEqual(count.confirmed_by_id, self.user)
        self.assertFalse(count.activity_ids)
        meter = count.line_ids.filtered("lot_id")
        self.assertEqual((meter.counted, meter.note), (0, "Left at the quarry"))
        count.with_user(self.storekeeper).action_settle()
        sheet = count.compensation_ids
        self.assertEqual((sheet.lot_id, sheet.employee_id), (self.meter_1, self.holder))
        self.assertIn("Left at the quarry", sheet.circumstances)

    def test_count_over_rpc(self):
        """R-TOL-08: the holder states what he has, also a tool that is not listed, by
        the number on it; differences are settled as for everybody."""
        spare = self._create_stock(self.multimeter, 1, "MM-0009")
        spare._tool_scrap()
        count = self._count(self.holder, date_deadline=self.today)
        own = self._mine(count)
        self.assertEqual(self._mine(count.browse()).search([]), own)
        own.web_read(
            {
                "name": {},
                "state": {},
                "employee_id": {"fields": {"display_name": {}}},
                "line_ids": {
                    "fields": {
                        "product_id": {"fields": {"display_name": {}}},
                        "lot_id": {"fields": {"display_name": {}}},
                        "lot_name": {},
                        "image": {},
                        "expected": {},
                        "counted": {},
                    }
                },
            }
        )
        gloves = own.line_ids.filtered(lambda line: line.product_id == self.gloves)
        own.line_ids = [
            Command.update(gloves.id, {"counted": 2, "note": "One torn"}),
            Command.create(
                {
                    "product_id": self.multimeter.id,
                    "lot_name": " MM-0009",
                    "counted": 1,
                }
            ),
        ]
        own.action_confirm()
        count.with_user(self.storekeeper).action_settle()
        self.assertEqual(spare.custodian_id, self.holder)
        location = self.holder.aftersales_location_id
        self.assertEqual(self._stock(self.gloves, location), 2)

    def test_count_is_his_and_stays(self):
        """R-TOL-08: neither another's count nor a confirmed one, no books, no figures,
        no states, no count of his own making, none of another company."""
        other = self._count(self.technician)
        other.line_ids = [Command.create({"product_id": self.gloves.id, "counted": 1})]
        count = self._count(self.holder)
        own = self._mine(count)
        meter = own.line_ids.filtered("lot_id")
        foreign = self._mine(other)
        for attempt in (
            lambda: foreign.read(["state"]),
            lambda: foreign.line_ids.read(["counted"]),
            lambda: foreign.write({"signature": SIGNATURE}),
            foreign.action_confirm,
            lambda: self._mine(other.line_ids).write({"counted": 0}),
            lambda: own.line_ids.create(
                {"count_id": other.id, "product_id": self.multimeter.id}
            ),
            lambda: own.create({"employee_id": self.holder.id}),
            lambda: own.copy(),
            lambda: own.unlink(),
            lambda: meter.unlink(),
            lambda: own.write({"state": "done"}),
            lambda: own.write({"difference_count": 0}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
        for vals in (
            {"name": "X"},
            {"employee_id": self.technician.id},
            {"date_deadline": self.today + timedelta(days=99)},
        ):
            with self._refused(UserError, "storekeeper"):
                own.write(vals)
        for vals in (
            {"expected": 7},
            {"lot_name": "MM-0002"},
            {"lot_id": self.meter_2.id},
            {"product_id": self.wrench.id},
        ):
            with self._refused(UserError, "from the books"):
                meter.write(vals)
        with self._refused(UserError, "stays on the count"):
            meter.count_id = other.id
        with self._refused(UserError, "exists only once"):
            meter.counted = 2
        with self._refused(UserError, "listed twice"):
            own.line_ids = [
                Command.create(
                    {
                        "product_id": self.multimeter.id,
                        "lot_name": "MM-0001",
                        "counted": 1,
                    }
                )
            ]
        own.action_confirm()
        for vals in ({"counted": 0}, {"note": "later"}):
            with self._refused(UserError, "confirmed already"):
                meter.write(vals)
        with self._refused(UserError, "does not allow"):
            own.signature = SIGNATURE
        with self._refused(UserError, "confirmed already"):
            count.line_ids[0].unlink()
        for action in (own.action_settle, own.action_cancel):
            with self._refused(UserError, "storekeeper"):
                action()
        self.assertEqual(count.state, "confirmed")

    def test_rights_do_not_widen_roles(self):
        """R-TOL-03, R-TOL-08: who sees everything writes only what is his own; a
        technician sees no more than before; another company's stay there."""
        count = self._count(self.technician)
        count.line_ids = [Command.create({"product_id": self.gloves.id, "counted": 1})]
        sheet = self._sheet(employee_id=self.holder.id)
        for role in ("quality_vp", "sales_vp", "quality", "accountant", "hr"):
            user = self.users[role]
            slip = self.slip.with_user(user)
            self.assertEqual(slip.state, "done")
            for record, vals in (
                (slip, {"reason": "x"}),
                (slip.line_ids, {"note": "x"}),
                (count.with_user(user), {"signature": SIGNATURE}),
                (count.line_ids.with_user(user), {"counted": 0}),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    record.write(vals)
            if role != "accountant":
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    sheet.with_user(user).circumstances = "x"
        self.as_user(sheet, "accountant").payment_mode = "deduction"
        self.as_user(sheet, "general_manager").payment_mode = "finance"
        Technician = self.users["technician"]
        for model in ("custody", "custody.line", "compensation", "register"):
            records = self.env[f"aftersales.tool.{model}"].with_user(Technician)
            self.assertFalse(records.search([]), model)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="as_stranger",
            groups="base.group_user",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        self.holder.user_id = stranger
        self.env.invalidate_all()
        for record in (self.slip, sheet, self._count(self.holder)):
            self.assertFalse(record.with_user(stranger).search([]))

    # === MY TOOLS ===#
    def test_my_tools(self):
        """R-TOL-03: the holder sees his tools and slips, nobody else's, no price and no
        tool file."""
        other = self._issue(self.technician, self.meter_2)
        rows = self._row(self.meter_1)
        self.assertEqual(rows.lot_id, self.meter_1)
        self.assertFalse(self._row(self.meter_2))
        slips = self._mine(self.slip.browse()).search([])
        self.assertEqual(slips, self.slip)
        self.assertEqual(slips.line_ids.product_id, self.multimeter | self.gloves)
        with self.assertRaises(AccessError):
            rows.read(["value"])
        with self.assertRaises(AccessError):
            self._mine(self.meter_1).read(["name"])
        with self.assertRaises(AccessError):
            self._mine(other).read(["name"])
        for model in ("calibration", "request", "request.line"):
            with self.assertRaises(AccessError):
                self._mine(self.env[f"aftersales.tool.{model}"]).search([])
        html, _type = (
            self.env["ir.actions.report"]
            .with_user(self.user)
            ._render_qweb_html("aftersales_tools.report_tool_slip", self.slip.ids)
        )
        self.assertIn(b"MM-0001", html)

    def test_hand_over(self):
        """R-TOL-04: the holder hands a tool over to a colleague and signs for one
        handed to him; he asks for nothing and takes nothing by himself."""
        action = self._row(self.meter_1).action_hand_over()
        Custody = self._mine(self.slip.browse()).with_context(**action["context"])
        form = Form(Custody)
        form.to_employee_id = self.env["hr.employee"].browse(self.technician.id)
        slip = form.save()
        self.assertEqual((slip.kind, slip.employee_id.id), ("handover", self.holder.id))
        with self._refused(UserError, "not signed"):
            slip.action_done()
        slip.write({"signature": SIGNATURE, "to_signature": SIGNATURE})
        slip.action_done()
        self.assertEqual(self.meter_1.custodian_id, self.technician)
        # the row there was belongs to the past, the next to somebody else
        self.assertFalse(self._row(self.meter_1))
        with self.assertRaises(AccessError):
            self._row(self.meter_1).browse(
                self.env["aftersales.tool.register"]
                .search([("lot_id", "=", self.meter_1.id)], limit=1)
                .id
            ).action_hand_over()
        back = (
            self.env["aftersales.tool.custody"]
            .with_user(self.users["technician"])
            .create(
                {
                    "kind": "handover",
                    "employee_id": self.technician.id,
                    "to_employee_id": self.holder.id,
                    "signature": SIGNATURE,
                    "line_ids": [Command.create({"lot_id": self.meter_1.id})],
                }
            )
        )
        received = self._mine(back)
        for vals in (
            {"reason": "x"},
            {"signature": SIGNATURE},
            {"kind": "issue"},
            {"line_ids": [Command.create({"product_id": self.gloves.id})]},
        ):
            with self._refused(UserError, "hand over the tools you hold"):
                received.write(vals)
        received.to_signature = SIGNATURE
        received.action_done()
        self.assertEqual(self.meter_1.custodian_id, self.holder)
        for vals in (
            {"kind": "issue"},
            {"kind": "return"},
            {
                "kind": "handover",
                "employee_id": self.technician.id,
                "to_employee_id": self.holder.id,
            },
        ):
            with self._refused(UserError, "hand over the tools you hold"):
                self._mine(self.slip.browse()).create(
                    {
                        "employee_id": self.holder.id,
                        "company_id": self.company.id,
                        **vals,
                    }
                )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._mine(back).unlink()

    def test_due_back(self):
        """R-TOL-04: the holder is reminded of what was lent to him, and of its
        calibration, on his slip; he does not prolong it, the storekeeper does and he
        is reminded again."""
        self.company.aftersales_tool_user_id = self.storekeeper
        lent = self._issue(self.holder, self.wrench_1, date_due=self.today)
        Custody = self.env["aftersales.tool.custody"]
        self.assertEqual(Custody._cron_due_back(), lent)
        todo = lent.activity_ids.filtered(lambda act: act.user_id == self.user)
        self.assertEqual(todo.with_user(self.user).res_name, lent.name)
        with self._refused(UserError, "storekeeper"):
            lent.with_user(self.user).date_due = self.today + timedelta(days=9)
        lent.date_due = self.today - timedelta(days=1)
        self.assertEqual(Custody._cron_due_back(), lent)
        self.env["aftersales.tool.calibration"].create(
            {
                "lot_id": self.wrench_1.id,
                "company_id": self.company.id,
                "date": self.today - timedelta(days=360),
            }
        )
        known = lent.activity_ids
        self.env["stock.lot"]._cron_tool_reminders()
        new = lent.activity_ids - known
        self.assertEqual(new.user_id, self.user)
        self.assertEqual(self.wrench_1.activity_ids.user_id, self.storekeeper)

    # === LOSS AND COMPENSATION ===#
    def test_loss(self):
        """R-TOL-06: the holder reports a loss, sees what he owes and why, signs; he
        sets neither figures nor dates and reports nothing of others."""
        self.department.manager_id = self.employees["quality"]
        action = self._row(self.meter_1).action_report_tool_lost()
        Sheet = self._mine(self.env["aftersales.tool.compensation"])
        form = Form(Sheet.with_context(**action["context"]))
        form.circumstances = "Fell into the shaft"
        sheet = form.save()
        self.assertEqual((sheet.lot_id.id, sheet.amount), (self.meter_1.id, 800))
        self.assertEqual(self.as_user(sheet, "quality").state, "draft")
        for vals in (
            {"price": 1},
            {"fault_share": 0},
            {"date_payable": self.today + timedelta(days=999)},
            {"reported_by_id": self.storekeeper.id},
            {"name": "X"},
            {"employee_id": self.technician.id},
            {"lot_id": self.meter_2.id},
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                sheet.write(vals)
        for vals in ({"amount": 1}, {"state": "cancelled"}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                sheet.write(vals)
        sheet.write({"signature": SIGNATURE, "payment_mode": "deduction"})
        sheet.action_confirm()
        self.assertEqual(sheet.state, "confirmed")
        with self._refused(UserError, "does not allow"):
            sheet.payment_mode = "finance"
        with self._refused(UserError, "cancelled by the storekeeper"):
            sheet.action_cancel()
        with self._refused(UserError, "accountant"):
            sheet.action_post()
        sheet.message_post(body="I looked everywhere")
        html, _type = (
            self.env["ir.actions.report"]
            .with_user(self.user)
            ._render_qweb_html("aftersales_tools.report_tool_compensation", sheet.ids)
        )
        self.assertIn(b"MM-0001", html)
        self._issue(self.technician, self.meter_2)
        for vals in (
            {"lot_id": self.meter_2.id, "employee_id": self.holder.id},
            {"lot_id": self.meter_2.id},
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                Sheet.create({"company_id": self.company.id, **vals})
        with self._refused(UserError, "none of them"):
            self.as_user(
                self.env["aftersales.tool.compensation"], "technician2"
            ).create(
                {
                    "lot_id": self.meter_2.id,
                    "employee_id": self.technician2.id,
                    "company_id": self.company.id,
                }
            )

    # === TRANSFER ===#
    def test_transfer(self):
        """R-TOL-04: who gives back and who receives sign the transfer on their own
        screens, and write nothing else."""
        transfer = (
            self.env["aftersales.tool.transfer"]
            .with_user(self.storekeeper)
            .create(
                {
                    "employee_id": self.technician.id,
                    "to_employee_id": self.holder.id,
                    "company_id": self.company.id,
                    "lot_ids": [Command.set(self.meter_2.ids)],
                }
            )
        )
        self._issue(self.technician, self.meter_2)
        transfer.action_ask_signatures()
        users = self.user | self.users["technician"]
        self.assertEqual(transfer.activity_ids.user_id, users)
        with self._refused(UserError, "Nobody with a login"):
            transfer.action_ask_signatures()
        received = self._mine(transfer)
        self.assertTrue(received.activity_ids)
        self.assertIn("MM-0002", received.tool_list)
        arch = str(received.get_view(view_type="form")["arch"])
        self.assertNotIn('name="lot_ids"', arch)
        for vals in (
            {"signature": SIGNATURE},
            {"reason": "x"},
            {"to_employee_id": self.technician2.id},
            {"lot_ids": [Command.clear()]},
        ):
            with self._refused(UserError, "You sign for your own"):
                received.write(vals)
        with self.assertRaises(AccessError):
            self._mine(transfer.browse()).create({})
        with self._refused(UserError, "You sign for your own"):
            received.action_ask_signatures()
        for action in ("action_transfer", "action_send", "action_cancel"):
            with self._refused(UserError, "storekeeper"):
                getattr(received, action)()
        received.to_signature = SIGNATURE
        self.as_user(transfer, "technician").signature = SIGNATURE
        transfer.with_user(self.storekeeper).action_transfer()
        self.assertEqual(self.meter_2.custodian_id, self.holder)
        self.assertFalse(transfer.activity_ids)
        with self._refused(UserError, "stays as it was sent"):
            self._mine(transfer).to_signature = SIGNATURE
        with self.assertRaises(AccessError):
            self.as_user(transfer, "technician2").read(["state"])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_user(transfer, "sales_vp").activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.user.id
            )
