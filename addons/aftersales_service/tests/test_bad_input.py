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
