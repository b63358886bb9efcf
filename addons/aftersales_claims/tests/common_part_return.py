# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.addons.aftersales_service.tests.common import AftersalesCommon


class PartReturnCommon(AftersalesCommon):
    """Old parts that a technician brings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quarantine = cls.company.aftersales_quarantine_location_id
        cls.env["product.supplierinfo"].create(
            {
                "partner_id": cls.supplier.id,
                "product_tmpl_id": cls.bearing.product_tmpl_id.id,
                "price": 6200,
            }
        )

    def _create_part(self, **vals):
        return self.env["aftersales.part.return"].create(
            {
                "product_id": self.bearing.id,
                "old_lot_name": "BRG-OLD-0001",
                "machine_id": self.machine.id,
                "holder_kind": "technician",
                "holder_employee_id": self.technician.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def _create_seals(self, quantity=2, **vals):
        return self._create_part(
            product_id=self.seal.id, old_lot_name=False, quantity=quantity, **vals
        )

    def _stock_entries(self):
        return self.env["account.move"].search_count(
            [("journal_id", "=", self.company.account_stock_journal_id.id)]
        )

    def _inspect(self, part, disposition, result="supplier"):
        part.write({"inspection_result": result, "disposition": disposition})
        self.as_user(part, "quality").action_inspect()
