# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ResUsers(models.Model):
    """Whose documents somebody sees, in each of his companies."""

    _inherit = "res.users"

    aftersales_department_ids = fields.Many2many(
        "hr.department",
        string="After-Sales Departments",
        compute="_compute_aftersales_department_ids",
        help="Where the user works, in any of his companies; for the record rules, "
        "which know the company he was hired by only.",
    )

    @api.depends("employee_ids.department_id", "employee_ids.user_id")
    def _compute_aftersales_department_ids(self):
        # sudo: his own files; which companies he looks into the rules say themselves
        employees = (
            self.env["hr.employee"].sudo().search([("user_id", "in", self.ids)])
        ).grouped("user_id")
        for user in self:
            own = employees.get(user)
            user.aftersales_department_ids = own and own.department_id

    def _follow_place(self):
        """Hook: where these users work has changed, and so what they may see.

        The record rules, which name it, are kept for each user."""
        if self:
            self.env.registry.clear_cache()
