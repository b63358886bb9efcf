# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    is_technician = fields.Boolean(index=True)
    technician_grade = fields.Selection(
        [
            ("expert", "Expert"),
            ("senior", "Senior"),
            ("intermediate", "Intermediate"),
            ("junior", "Junior"),
        ],
    )
    aftersales_location_id = fields.Many2one(
        "stock.location",
        string="Personal Stock Location",
        check_company=True,
        copy=False,
        index="btree_not_null",
        help="Parts and tools this person holds are stock at this location.",
    )
    aftersales_region_id = fields.Many2one("aftersales.region", string="Service Region")

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        employees.filtered("is_technician")._ensure_aftersales_location()
        return employees

    def write(self, vals):
        res = super().write(vals)
        if vals.get("is_technician"):
            self._ensure_aftersales_location()
        return res

    def _ensure_aftersales_location(self):
        """Return the personal stock locations of ``self``, creating missing ones."""
        missing = self.filtered(lambda employee: not employee.aftersales_location_id)
        # sudo: whoever registers a technician need not be a stock manager
        locations = (
            self.env["stock.location"]
            .sudo()
            .create([employee._prepare_aftersales_location() for employee in missing])
        )
        for employee, location in zip(missing.sudo(), locations, strict=True):
            employee.aftersales_location_id = location
        return self.sudo().aftersales_location_id

    def _prepare_aftersales_location(self):
        self.ensure_one()
        return {
            "name": self.name,
            "usage": "internal",
            "location_id": self.company_id.aftersales_field_location_id.id,
            "company_id": self.company_id.id,
        }
