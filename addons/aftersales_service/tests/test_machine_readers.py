# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import etree

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestMachineReaders(AftersalesCommon):
    """Machines, customers and policies in the hands of other departments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse_user = new_test_user(
            cls.env,
            login="as_warehouse",
            groups="stock.group_stock_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _get_button_names(self, records):
        """Return the names of the buttons at the top of the form, by after-sales."""
        view = {
            "stock.lot": "stock_lot_machine_view_form",
            "aftersales.warranty.policy": "aftersales_warranty_policy_view_form",
        }[records._name]
        view_id = self.env.ref(f"aftersales_service.{view}").id
        arch = records.get_view(view_id, "form")["arch"]
        buttons = etree.fromstring(arch).xpath("//div[@name='button_box']/button")
        return {button.get("name") for button in buttons}

    def test_figures_of_who_may_not_read(self):
        """R-INT-02, R-WAR-01: whoever reads a serial number, a customer or a policy,
        but not what after-sales counts there, is neither stopped by the figure nor
        shown a button that would refuse him."""
        self._create_order(self._create_request())
        figures = ("request_count", "aftersales_order_count", "component_count")
        lot = self.machine.with_user(self.warehouse_user)
        self.assertEqual([lot[figure] for figure in figures], [0, 0, 0])
        views = {"action_view_requests", "action_view_aftersales_orders"}
        self.assertFalse(views & self._get_button_names(lot))
        self.machine.invalidate_recordset(figures)
        lot = self.as_user(self.machine, "hotline")
        self.assertTrue(lot.request_count)
        self.assertLessEqual(views, self._get_button_names(lot))
        policy = self.env.ref("aftersales_service.warranty_policy_standard")
        for role, shown in (("employee", False), ("hotline", True)):
            own = self.as_user(policy, role)
            self.assertIsInstance(own.machine_count, int)
            self.assertEqual(
                "action_view_machines" in self._get_button_names(own), shown
            )
            self.customer.invalidate_recordset(["machine_count"])
            self.assertEqual(
                bool(self.as_user(self.customer, role).machine_count), shown
            )
