# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import SIGNATURE, ToolsCommon


@tagged("post_install", "-at_install")
class TestToolTransfer(ToolsCommon):
    """Tools that change company, or person and department."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create(
            {"name": "Huakuang Trading", "currency_id": cls.env.ref("base.EUR").id}
        )
        cls.env.user.company_ids += cls.other
        if not cls.env["stock.warehouse"].search([("company_id", "=", cls.other.id)]):
            cls.env["stock.warehouse"].create(
                {"name": "Trading", "code": "TRD", "company_id": cls.other.id}
            )
        cls.other._create_aftersales_config()
        cls.other_stock = cls.other.aftersales_tool_return_type_id
        cls.other_stock = cls.other_stock.default_location_dest_id
        cls.other_keeper = new_test_user(
            cls.env,
            login="as_other_keeper",
            groups="aftersales_service.group_storekeeper",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
            tz="Asia/Shanghai",
        )
        cls.other.aftersales_tool_user_id = cls.other_keeper
        cls.receiver = cls.env["hr.employee"].create(
            {"name": "Li Receiver", "company_id": cls.other.id}
        )
        cls.both_keeper = new_test_user(
            cls.env,
            login="as_both_keeper",
            groups="aftersales_service.group_storekeeper",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.other).ids)],
            tz="Asia/Shanghai",
        )
        cls.transit = cls.env.ref("stock.stock_location_inter_company")

    def _transfer(self, user, lots, **vals):
        return (
            self.env["aftersales.tool.transfer"]
            .with_user(user)
            .create(
                {
                    "company_id": self.company.id,
                    "to_company_id": self.other.id,
                    "lot_ids": [Command.set(lots.ids)],
                    **vals,
                }
            )
        )

    def _of_other(self, record):
        """Return ``record`` as the storekeeper of the other company sees it, with a
        request and a cache of his own."""
        self.env.invalidate_all()
        return (
            record.with_user(self.other_keeper)
            .with_company(self.other)
            .with_context(allowed_company_ids=self.other.ids)
        )

    def test_at_once(self):
        """R-TOL-04: who keeps the tools of both companies transfers in one act: given
        back and signed here, through the ERP's inter-company transit, issued and
        signed there; the same serial number, price, first use, certificates and
        history go with it."""
        Calibration = self.env["aftersales.tool.calibration"]
        laboratory = self.env["res.partner"].create(
            {"name": "Metrology Nanchang", "company_id": self.company.id}
        )
        calibration = Calibration.create(
            {
                "lot_id": self.wrench_1.id,
                "company_id": self.company.id,
                "partner_id": laboratory.id,
            }
        )
        due = self.wrench_1.calibration_due
        self._issue(self.technician, self.meter_1, self.wrench_1)
        first_use = self.today - relativedelta(months=8)
        self.meter_1.in_service_since = first_use
        lots = self.meter_1 | self.wrench_1 | self.meter_2
        transfer = self._transfer(
            self.both_keeper,
            lots,
            employee_id=self.technician.id,
            to_employee_id=self.receiver.id,
            signature=SIGNATURE,
            to_signature=SIGNATURE,
            reason="Branch opened",
        )
        transfer.action_transfer()
        self.assertEqual(transfer.state, "done")
        self.assertEqual(lots.company_id, self.other)
        self.assertEqual(lots.custodian_id, self.receiver)
        self.assertEqual(set(lots.mapped("tool_state")), {"held"})
        self.assertEqual(
            (self.meter_1.tool_price, self.meter_1.in_service_since), (800, first_use)
        )
        self.assertEqual(self.meter_1.tool_currency_id, self.company.currency_id)
        self.assertEqual(calibration.company_id, self.other)
        self.assertEqual(calibration.note, laboratory.name)
        self.assertEqual(self.wrench_1.calibration_due, due)
        returned, issued = transfer.return_id, transfer.issue_id
        self.assertEqual((returned.kind, issued.kind), ("return", "issue"))
        self.assertEqual(returned.line_ids.lot_id, self.meter_1 | self.wrench_1)
        self.assertEqual(issued.line_ids.lot_id, lots)
        self.assertEqual(issued.company_id, self.other)
        self.assertTrue(returned.signature and issued.signature)
        out, back_in = transfer.picking_ids.sorted("id")
        self.assertEqual(
            (out.company_id, out.location_dest_id), (self.company, self.transit)
        )
        self.assertEqual(
            (back_in.company_id, back_in.location_id), (self.other, self.transit)
        )
        self.assertEqual(set((out | back_in).mapped("state")), {"done"})
        self.assertFalse(self.transit.quant_ids.filtered("quantity"))
        self.assertEqual(self._stock(self.multimeter, self.stock_location), 0)
        self.env.flush_all()
        register = self.env["aftersales.tool.register"].with_context(
            allowed_company_ids=(self.company | self.other).ids
        )
        rows = register.search([("lot_id", "=", self.meter_1.id)], order="date_from")
        self.assertEqual(
            rows.mapped("employee_id.name"), [self.technician.name, "Li Receiver"]
        )
        self.assertEqual(rows.mapped("is_current"), [False, True])
        messages = " ".join(self.meter_1.message_ids.mapped("body"))
        self.assertIn(f"Received by {self.other.name}", messages)

    def test_two_storekeepers(self):
        """R-TOL-04: without rights in the other company each storekeeper does his half
        and sees nothing else; the receiver is told; old slips stay readable."""
        old = self._issue(self.technician, self.meter_1)
        transfer = self._transfer(
            self.storekeeper,
            self.meter_1,
            employee_id=self.technician.id,
            signature=SIGNATURE,
        )
        with self._refused(UserError, "storekeeper of Huakuang Mining|storekeeper of"):
            self._of_other(transfer).action_send()
        transfer.action_transfer()
        self.assertEqual(transfer.state, "sent")
        self.assertFalse(self.meter_1.custodian_id)
        self.assertEqual(self.meter_1.company_id, self.company)
        self.assertEqual(self.transit.quant_ids.lot_id, self.meter_1)
        with self._refused(UserError, f"storekeeper of {self.other.name}"):
            transfer.action_receive()
        with self._refused(UserError, "stays as it was sent"):
            transfer.lot_ids = [Command.clear()]
        todo = transfer.activity_ids
        self.assertEqual(todo.user_id, self.other_keeper)
        with self._refused(UserError, "cannot be issued"):
            self._issue(self.technician2, self.meter_1)
        theirs = self._of_other(transfer)
        self.assertIn("MM-0001", theirs.tool_names)
        self.assertFalse(theirs.lot_ids)
        with self.assertRaises(AccessError):
            self._of_other(self.meter_1).read(["name"])
        theirs.write({"to_employee_id": self.receiver.id, "to_signature": SIGNATURE})
        theirs.action_receive()
        self.assertEqual(transfer.state, "done")
        self.assertEqual(self._of_other(self.meter_1).custodian_id, self.receiver)
        self.assertFalse(transfer.activity_ids)
        mine = self.meter_1.with_user(self.storekeeper)
        with self.assertRaises(AccessError):
            mine.read(["name"])
        slip = old.with_user(self.storekeeper)
        self.assertEqual(slip.line_ids.lot_name, "MM-0001")
        spec = {"lot_id": {"fields": {"display_name": {}}}, "lot_name": {}}
        [line] = slip.line_ids.web_read(spec)
        self.assertEqual(line["lot_id"]["display_name"], "MM-0001")
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.storekeeper)
            ._render_qweb_html("aftersales_tools.report_tool_slip", slip.ids)
        )
        self.assertIn("MM-0001", html.decode())
        with self._refused(UserError, "stays as it was sent"):
            theirs.to_employee_id = False
        with self._refused(UserError, "Received"):
            theirs.action_receive()

    def test_taken_back(self):
        """R-TOL-04: what is on its way can be taken back by who sent it."""
        transfer = self._transfer(self.storekeeper, self.meter_1)
        transfer.action_send()
        with self._refused(UserError, "storekeeper of"):
            self._of_other(transfer).action_cancel()
        transfer.action_cancel()
        self.assertEqual(transfer.state, "cancelled")
        self.assertEqual(self.meter_1.tool_state, "stock")
        self.assertEqual(self.meter_1.company_id, self.company)
        self.assertFalse(transfer.activity_ids)
        with self._refused(UserError, "Cancelled"):
            self._of_other(transfer).action_receive()
        with self.assertRaises(AccessError):
            transfer.state = "done"

    def test_person_moves_with_his_tools(self):
        """R-TOL-04: somebody changes company himself: his tools go ahead of him and
        are issued to him there."""
        self._issue(self.technician, self.meter_1)
        with self._refused(UserError, "transfer them first"):
            self.technician.company_id = self.other
        transfer = self._transfer(
            self.both_keeper,
            self.meter_1,
            employee_id=self.technician.id,
            to_employee_id=self.technician.id,
            signature=SIGNATURE,
            to_signature=SIGNATURE,
        )
        transfer.action_send()
        self.technician.write({"user_id": False, "department_id": False})
        self.technician.company_id = self.other
        transfer.action_receive()
        self.assertEqual(self.meter_1.custodian_id, self.technician)
        self.assertEqual(self.meter_1.company_id, self.other)

    def test_between_departments(self):
        """R-TOL-04: inside one company the tools go to the other person, and so to his
        department, in one act with both signatures."""
        department = self.env["hr.department"].create(
            {"name": "Installation", "company_id": self.company.id}
        )
        self.technician2.department_id = department
        self._issue(self.technician, self.meter_1)
        transfer = self._transfer(
            self.storekeeper,
            self.meter_1 | self.meter_2,
            to_company_id=self.company.id,
            employee_id=self.technician.id,
            signature=SIGNATURE,
        )
        with self._refused(UserError, "say who receives"):
            transfer.action_transfer()
        transfer.to_employee_id = self.technician2
        with self._refused(UserError, "not signed"):
            transfer.action_transfer()
        transfer.to_signature = SIGNATURE
        transfer.action_transfer()
        lots = self.meter_1 | self.meter_2
        self.assertEqual(
            (transfer.state, transfer.return_id.kind), ("done", "handover")
        )
        self.assertEqual(lots.custodian_id, self.technician2)
        self.assertEqual(lots.custodian_department_id, department)
        self.assertEqual(
            (transfer.department_id, transfer.to_department_id),
            (self.department, department),
        )
        self.assertEqual(lots.company_id, self.company)
        # what somebody holds alone, and what is in stock alone
        back = self._transfer(
            self.storekeeper,
            self.meter_1,
            to_company_id=self.company.id,
            employee_id=self.technician2.id,
            to_employee_id=self.technician.id,
            signature=SIGNATURE,
            to_signature=SIGNATURE,
        )
        back.action_transfer()
        self.assertEqual((back.return_id.kind, back.issue_id.kind), ("handover", False))
        self.assertEqual(self.meter_1.custodian_id, self.technician)
        self._return(self.technician, self.meter_1)
        out = self._transfer(
            self.storekeeper,
            self.meter_1,
            to_company_id=self.company.id,
            to_employee_id=self.technician2.id,
            to_signature=SIGNATURE,
        )
        out.action_transfer()
        self.assertEqual((out.return_id.kind, out.issue_id.kind), (False, "issue"))
        self.assertEqual(self.meter_1.custodian_id, self.technician2)

    def test_refused(self):
        """R-TOL-04, bad input: each with its reason, and nothing moves."""
        self._issue(self.technician, self.meter_1)
        transfer = self._transfer(self.storekeeper, self.meter_1)
        with self._refused(UserError, "holds MM-0001; the transfer does not name"):
            transfer.action_transfer()
        transfer.employee_id = self.technician
        with self._refused(UserError, "not signed"):
            transfer.action_transfer()
        transfer.signature = SIGNATURE
        self._sheet(self.meter_1)
        with self._refused(UserError, "loss report on MM-0001 is open"):
            transfer.action_transfer()
        with self._refused(UserError, "which tools"):
            self._transfer(self.storekeeper, self.meter_1.browse()).action_transfer()
        self.meter_2.with_user(self.storekeeper).action_tool_scrap()
        with self._refused(UserError, "cannot be transferred: it is “Scrapped”"):
            self._transfer(self.storekeeper, self.meter_2).action_transfer()
        with self.assertRaises(ValidationError):
            self._transfer(
                self.storekeeper, self.meter_1, to_employee_id=self.technician2.id
            )
        self.wrench.company_id = self.company
        with self._refused(UserError, "Share the product first"):
            self._transfer(self.storekeeper, self.wrench_1).action_transfer()
        for role in ("service_manager", "technician"):
            with self._refused(UserError, "storekeeper of"):
                self.as_user(transfer, role).action_transfer()
        self.assertEqual(transfer.state, "draft")
        self.assertEqual(self.meter_1.custodian_id, self.technician)
        action = self.meter_1.action_tool_transfer()
        self.assertEqual(action["context"]["default_employee_id"], self.technician.id)

    def test_totals_of_two_currencies(self):
        """R-TOL-03: totals of the register never add amounts of different currencies:
        they are converted into the company's, and shown apart by currency."""
        euro = self.other.currency_id
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": self.today - relativedelta(years=1),
                "rate": 0.125,
                "currency_id": euro.id,
                "company_id": self.company.id,
            }
        )
        self.meter_1.write({"tool_price": 100, "tool_currency_id": euro.id})
        self._issue(self.technician, self.meter_1, self.wrench_1)
        Register = self.env["aftersales.tool.register"].with_user(self.storekeeper)
        domain = [("employee_id", "=", self.technician.id)]
        measures = ["currency_id:array_agg_distinct", "value:sum_currency"]
        [total] = Register.formatted_read_group(domain, [], measures)
        own = self.company.currency_id
        self.assertEqual(
            set(total["currency_id:array_agg_distinct"]), {own.id, euro.id}
        )
        self.assertAlmostEqual(total["value:sum_currency"], 100 / 0.125 + 300)
        by_currency = dict(Register._read_group(domain, ["currency_id"], ["value:sum"]))
        self.assertEqual(by_currency, {own: 300, euro: 100})
        # the client converts by the currency beside the amount
        for view_type in ("list", "pivot"):
            model = Register.get_views([(False, view_type)])["models"][Register._name]
            self.assertEqual(model["fields"]["value"]["currency_field"], "currency_id")
        self.assertIn("currency_id", Register.get_view(view_type="list")["arch"])
