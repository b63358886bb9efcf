# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    aftersales_employee_ids = fields.One2many(
        "hr.employee",
        "aftersales_location_id",
        string="Person",
        context={"active_test": False},
        help="Whoever holds what is stock at this location.",
    )
    aftersales_holder_id = fields.Many2one(
        "hr.employee",
        string="Last Person",
        compute="_compute_aftersales_holder_id",
        store=True,
        index="btree_not_null",
        help="Stays when the person gets another location, for the history.",
    )

    @api.depends("aftersales_employee_ids")
    def _compute_aftersales_holder_id(self):
        for location in self:
            location.aftersales_holder_id = (
                location.aftersales_employee_ids[:1] or location.aftersales_holder_id
            )

    # === BUSINESS METHODS ===#
    def _get_aftersales_person(self):
        """Return the hr.employee whose place this is, or who has it in his: a shelf in
        his van is his, too (R-TOL-03)."""
        # sudo: who holds tools, for whoever looks after them
        place = self.sudo()
        while place and not place.aftersales_employee_ids:
            place = place.location_id
        people = place.aftersales_employee_ids
        # a predecessor who left comes last
        return (people.filtered("active") or people)[:1]
