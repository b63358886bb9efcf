# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestSpine(AftersalesCommon):
    def test_technician_has_a_stock_location(self):
        """A technician gets his own internal location under the company's."""
        location = self.technician.aftersales_location_id
        self.assertEqual(location.usage, "internal")
        self.assertEqual(
            location.location_id, self.company.aftersales_field_location_id
        )

    def test_order_of_a_request(self):
        order = self._create_order()
        self.assertEqual(order.request_id.order_count, 1)
        self.assertTrue(order.name.startswith("FO"))

    def test_technician_sees_only_his_own(self):
        order = self._create_order()
        self.assertTrue(self.as_user(order, "technician").has_access("read"))
        self.assertFalse(self.as_user(order, "technician2").has_access("read"))
