# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from odoo.addons.aftersales_service.tests.common import AftersalesCommon

#: the smallest PNG there is, as a signature
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


class ToolsCommon(AftersalesCommon):
    """Tools in stock: two multimeters (class I), a torque wrench (class II) with a
    calibration interval, gloves (consumable)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the day of those who work here, also for what the tests do themselves
        cls.env = cls.env(context={**cls.env.context, "tz": "Asia/Shanghai"})
        cls.class_1 = cls.env.ref("aftersales_tools.tool_class_durable_1")
        cls.class_2 = cls.env.ref("aftersales_tools.tool_class_durable_2")
        cls.class_c = cls.env.ref("aftersales_tools.tool_class_consumable")
        Product = cls.env["product.product"].with_company(cls.company)
        cls.multimeter = Product.create(
            {
                "name": "Multimeter",
                "default_code": "MM-1",
                "tool_class_id": cls.class_1.id,
                "standard_price": 800,
            }
        )
        cls.wrench = Product.create(
            {
                "name": "Torque wrench",
                "tool_class_id": cls.class_2.id,
                "standard_price": 300,
                "calibration_interval": 12,
            }
        )
        cls.gloves = Product.create(
            {
                "name": "Work gloves",
                "barcode": "690000000017",
                "tool_class_id": cls.class_c.id,
                "standard_price": 15,
            }
        )
        cls.meter_1 = cls._create_stock(cls.multimeter, 1, "MM-0001")
        cls.meter_2 = cls._create_stock(cls.multimeter, 1, "MM-0002")
        cls.wrench_1 = cls._create_stock(cls.wrench, 1, "TW-0001")
        cls._create_stock(cls.gloves, 20)
        cls.storekeeper = cls.users["storekeeper"]
        cls.today = fields.Date.context_today(
            cls.env["stock.lot"].with_user(cls.storekeeper)
        )
        cls.Custody = cls.env["aftersales.tool.custody"].with_user(cls.storekeeper)

    @contextmanager
    def _refused(self, error, message):
        """Assert that the block is refused with ``message``, and undo it."""
        with self.assertRaisesRegex(error, message), self.env.cr.savepoint():
            yield

    @classmethod
    def _slip(cls, kind, employee, *tools, **vals):
        """Return a signed slip of the storekeeper; ``tools`` are lots, products,
        ``(product, quantity)`` or ``(lot, {line values})``."""
        lines = []
        for tool in tools:
            extra = {}
            if isinstance(tool, tuple):
                tool, extra = tool
                extra = extra if isinstance(extra, dict) else {"quantity": extra}
            key = "lot_id" if tool._name == "stock.lot" else "product_id"
            lines.append(Command.create({key: tool.id, **extra}))
        return cls.Custody.create(
            {
                "kind": kind,
                "employee_id": employee.id,
                "company_id": cls.company.id,
                "signature": SIGNATURE,
                "line_ids": lines,
                **vals,
            }
        )

    @classmethod
    def _issue(cls, employee, *tools, **vals):
        slip = cls._slip("issue", employee, *tools, **vals)
        slip.action_done()
        return slip

    @classmethod
    def _return(cls, employee, *tools, **vals):
        slip = cls._slip("return", employee, *tools, **vals)
        slip.action_done()
        return slip

    @classmethod
    def _stock(cls, product, location):
        return cls.env["stock.quant"]._get_available_quantity(product, location)

    @classmethod
    def _sheet(cls, lot=None, months=7, **vals):
        """Return a loss report of a tool in use for ``months``."""
        lot = lot or cls.meter_1
        lot.in_service_since = cls.today - relativedelta(months=months)
        Sheet = cls.env["aftersales.tool.compensation"].with_user(cls.storekeeper)
        return Sheet.create(
            {
                "lot_id": lot.id,
                "company_id": cls.company.id,
                "circumstances": "Left at the quarry",
                "date_loss": cls.today,
                **vals,
            }
        )
