# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesDepartmentMixin(models.AbstractModel):
    """A document of the after-sales department of its company.

    The model that inherits has ``company_id``.
    """

    _name = "aftersales.department.mixin"
    _description = "Document of the After-Sales Department"

    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("company_id")
    def _compute_department_id(self):
        """The department of the document's company, which need not be the one the
        user is working in."""
        for record in self:
            if record.department_id.company_id != record.company_id:
                # sudo: a setting of the company, whoever files the document
                company = record.company_id.sudo()
                record.department_id = company.aftersales_department_id
