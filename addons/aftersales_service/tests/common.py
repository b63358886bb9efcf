# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

#: login -> groups of the fixture's users, one for each role
ROLES = {
    "hotline": "aftersales_service.group_hotline",
    "dispatcher": "aftersales_service.group_dispatcher",
    "technician": "aftersales_service.group_technician",
    "technician2": "aftersales_service.group_technician",
    "service_manager": "aftersales_service.group_manager",
    "sales_vp": "aftersales_service.group_sales_vp",
    "quality": "aftersales_service.group_quality",
    "quality_vp": "aftersales_service.group_quality_vp",
    "general_manager": "aftersales_service.group_general_manager",
    "storekeeper": "aftersales_service.group_storekeeper",
    "accountant": "aftersales_service.group_accountant",
    "hr": "hr.group_hr_user",
    "employee": "base.group_user",
}


class QueryGrowthMixin:
    """Asserts that work on many records costs no more queries than on few."""

    @contextmanager
    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        result = {}
        before = self.env.cr.sql_log_count
        yield result
        self.env.flush_all()
        result["count"] = self.env.cr.sql_log_count - before

    def assertNoQueryGrowth(self, work, few, many, slack=0):
        """Run ``work(few)`` and ``work(many)``; both warmed up once by ``few``.

        :param work: callable that takes a recordset or a list of values
        :param slack: queries the larger run may cost more, in all
        """
        work(few)
        with self._count_queries() as small:
            work(few)
        with self._count_queries() as large:
            work(many)
        self.assertLessEqual(
            large["count"],
            small["count"] + slack,
            f"{len(few)} records cost {small['count']} queries, "
            f"{len(many)} cost {large['count']}",
        )


class AftersalesCommon(QueryGrowthMixin, AccountTestInvoicingCommon):
    """A Chinese machinery maker: books, one user per role, machines, parts."""

    @classmethod
    @AccountTestInvoicingCommon.setup_chart_template("cn_large_bis")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company.name = "Huakuang Heavy Machinery"
        cls.company._create_aftersales_config()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock_location = cls.warehouse.lot_stock_id
        cls._setup_accounts()
        cls._setup_people()
        cls._setup_products()
        cls._setup_customers()

    @classmethod
    def get_default_groups(cls):
        groups = super().get_default_groups()
        for xmlid in (
            "aftersales_service.group_manager",
            "aftersales_service.group_general_manager",
            "aftersales_service.group_accountant",
            "base.group_system",
            "hr.group_hr_manager",
            "sales_team.group_sale_manager",
            "stock.group_stock_manager",
        ):
            groups |= cls.env.ref(xmlid)
        return groups

    @classmethod
    def _setup_accounts(cls):
        Account = cls.env["account.account"].with_company(cls.company)
        cls.warranty_expense_account = Account.create(
            {
                "name": "Warranty expense",
                "code": "660190",
                "account_type": "expense",
            }
        )
        cls.company.aftersales_warranty_location_id.valuation_account_id = (
            cls.warranty_expense_account
        )

    @classmethod
    def _setup_people(cls):
        cls.department = cls.env["hr.department"].create(
            {"name": "After-Sales Service", "company_id": cls.company.id}
        )
        cls.company.aftersales_department_id = cls.department
        cls.users = {}
        cls.employees = {}
        for login, groups in ROLES.items():
            user = new_test_user(
                cls.env,
                login=f"as_{login}",
                name=login.replace("_", " ").title(),
                groups=groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
                tz="Asia/Shanghai",
            )
            cls.users[login] = user
            cls.employees[login] = cls.env["hr.employee"].create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "department_id": cls.department.id,
                    "is_technician": login.startswith("technician"),
                    "technician_grade": "senior"
                    if login.startswith("technician")
                    else False,
                }
            )
        cls.technician = cls.employees["technician"]
        cls.technician2 = cls.employees["technician2"]

    @classmethod
    def _setup_products(cls):
        cls.part_category = cls.env["product.category"].create(
            {
                "name": "Spare parts",
                "property_valuation": "real_time",
                "property_cost_method": "standard",
            }
        )
        Product = cls.env["product.product"].with_company(cls.company)
        cls.machine_product = Product.create(
            {
                "name": "Jaw crusher PE-600×900",
                "default_code": "PE-600X900",
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "is_machine": True,
                "list_price": 260000,
            }
        )
        cls.bearing = Product.create(
            {
                "name": "Spherical roller bearing 23148",
                "default_code": "BRG-23148",
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "standard_price": 6200,
                "list_price": 8900,
                "categ_id": cls.part_category.id,
                "component_class_id": cls.env.ref(
                    "aftersales_service.component_class_bearing"
                ).id,
            }
        )
        cls.seal = Product.create(
            {
                "name": "Seal kit PE-600",
                "default_code": "SEAL-600",
                "type": "consu",
                "is_storable": True,
                "standard_price": 260,
                "list_price": 420,
                "categ_id": cls.part_category.id,
            }
        )
        cls.bearing_lot = cls._create_stock(cls.bearing, 1, "BRG-N-0001")
        cls._create_stock(cls.seal, 10)

    @classmethod
    def _create_stock(cls, product, quantity, lot_name=None, location=None):
        """Put ``quantity`` of ``product`` into stock; returns the stock.lot, if any."""
        lot = cls.env["stock.lot"]
        if lot_name:
            lot = lot.create(
                {
                    "name": lot_name,
                    "product_id": product.id,
                    "company_id": cls.company.id,
                }
            )
        cls.env["stock.quant"].with_company(cls.company)._update_available_quantity(
            product, location or cls.stock_location, quantity, lot_id=lot
        )
        return lot

    @classmethod
    def _setup_customers(cls):
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Jiangxi Deye Quarry",
                "is_company": True,
                "email": "quarry@example.com",
                "phone": "0795 123 4567",
                "service_distance": 420,
                "company_id": cls.company.id,
            }
        )
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Wang Jianguo",
                "parent_id": cls.customer.id,
                "email": "wang@example.com",
                "phone": "138 0000 1111",
            }
        )
        cls.dealer = cls.env["res.partner"].create(
            {"name": "Nanchang Dealer", "is_company": True, "is_dealer": True}
        )
        cls.supplier = cls.env["res.partner"].create(
            {"name": "Wafang Bearing", "is_company": True, "supplier_rank": 1}
        )
        cls.portal_user = new_test_user(
            cls.env,
            login="as_portal",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.portal_user.partner_id.parent_id = cls.customer
        cls.machine = cls._create_machine("PE600-2024-001")

    @classmethod
    def _create_machine(cls, serial, **vals):
        """Return the machine file (stock.lot) of a crusher at the customer."""
        today = fields.Date.today()
        return cls.env["stock.lot"].create(
            {
                "name": serial,
                "product_id": cls.machine_product.id,
                "company_id": cls.company.id,
                "customer_id": cls.customer.id,
                "contract_ref": "HK-2024-018",
                "delivery_date": today - relativedelta(months=7),
                "acceptance_date": today - relativedelta(months=6),
                **vals,
            }
        )

    @classmethod
    def _create_request(cls, **vals):
        return cls.env["aftersales.request"].create(
            {
                "partner_id": cls.customer.id,
                "lot_id": cls.machine.id,
                "fault": "Main bearing hot, crusher stopped",
                "company_id": cls.company.id,
                **vals,
            }
        )

    @classmethod
    def _create_order(cls, request=None, **vals):
        request = request or cls._create_request()
        return cls.env["aftersales.order"].create(
            {
                "request_id": request.id,
                "partner_id": request.partner_id.id,
                "lot_id": request.lot_id.id,
                "company_id": request.company_id.id,
                "technician_id": cls.technician.id,
                "technician_ids": [Command.set(cls.technician.ids)],
                **vals,
            }
        )

    #: a real picture, as a signature pad gives it
    SIGNATURE = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
        "awAAAABJRU5ErkJggg=="
    )

    def _plan(self, order, days=1, hours=8, **vals):
        """Give ``order`` an appointment in ``days`` days."""
        start = fields.Datetime.now().replace(minute=0, second=0) + relativedelta(
            days=days
        )
        order.write(
            {
                "planned_start": start,
                "planned_end": start + relativedelta(hours=hours),
                **vals,
            }
        )
        return order

    def _check(self, order, *stages):
        """Tick the checks of ``stages`` on ``order``, all when none is named."""
        checks = order.check_ids.filtered(
            lambda check: not stages or check.stage in stages
        )
        for check in checks:
            check.write({"done": True, "quantity_found": check.quantity_expected})

    def _bring_on_site(self, order):
        """Drive a draft order to "on site", as dispatcher and technician would."""
        if not order.planned_start:
            self._plan(order)
        order.action_dispatch()
        order.action_accept()
        self._check(order, "before")
        order.action_depart()
        order.action_arrive()
        return order

    def _fill_report(self, order, **vals):
        """Tick the checks on site and fill what a report of ``order`` asks for."""
        self._check(order)
        order.write(
            {
                "outcome": "fixed",
                "fault_found": "Main bearing seized",
                "cause": "Seal failed, dust in the bearing",
                "solution": "Bearing and seal replaced",
                "test_result": "ok",
                "customer_signature": self.SIGNATURE,
                "signed_by": "Wang Jianguo",
                "satisfaction": "5",
                **vals,
            }
        )
        return order

    def _issue_parts(self, order):
        """Validate the open requisitions of ``order`` as the storekeeper would."""
        pickings = order.picking_ids.filtered(
            lambda p: p.aftersales_kind == "requisition" and p.state == "assigned"
        )
        pickings.move_ids.picked = True
        pickings._action_done()
        return pickings

    def as_user(self, record, role):
        """Return ``record`` in the hands of the fixture's user for ``role``."""
        return record.with_user(self.users[role])
