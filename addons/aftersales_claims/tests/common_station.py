# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.addons.aftersales_service.tests.common import AftersalesCommon


class StationCommon(AftersalesCommon):
    """A service station with stock of ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.station = cls.env["res.partner"].create(
            {"name": "Ganzhou Station", "is_company": True, "is_service_station": True}
        )

    def _create_station_stock(self, quantity):
        location = self.env["stock.location"].create(
            {
                "name": "Ganzhou",
                "usage": "internal",
                "company_id": self.company.id,
            }
        )
        station = self.station.with_company(self.company)
        station.aftersales_consignment_location_id = location
        self._create_stock(self.seal, quantity, location=location)
        return location
