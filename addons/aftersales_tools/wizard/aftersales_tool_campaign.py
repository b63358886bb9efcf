# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesToolCampaign(models.TransientModel):
    """Ask everybody (of some departments) to confirm the tools he holds."""

    _name = "aftersales.tool.campaign"
    _description = "Tool Count Campaign"

    name = fields.Char(string="Campaign", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    department_ids = fields.Many2many("hr.department", string="Departments")
    # the public file: whoever keeps the tools need not read the private one
    employee_ids = fields.Many2many("hr.employee.public", string="People")
    date_deadline = fields.Date(
        string="Confirm By",
        required=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), days=14),
    )

    def action_start(self):
        """Open one count for everybody who holds tools and has none open.

        :return: the list of the counts
        :raises UserError: nobody to ask, or a day that is over"""
        self.ensure_one()
        if self.date_deadline < fields.Date.context_today(self):
            raise UserError(
                self.env._("The day by which all confirm cannot be over already.")
            )
        # sudo: locations of the people who hold tools
        places = (
            self.env["stock.location"]
            .sudo()
            .search([("aftersales_employee_ids", "!=", False)])
        )
        # sudo: see above
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("product_id.is_tool", "=", True),
                    ("quantity", ">", 0),
                    ("company_id", "=", self.company_id.id),
                    ("location_id", "child_of", places.ids),
                ]
            )
        )
        people = self.env["hr.employee"].sudo()
        for place in quants.location_id:
            people |= place._get_aftersales_person()
        if self.department_ids:
            departments = self.env["hr.department"].search(
                [("id", "child_of", self.department_ids.ids)]
            )
            people = people.filtered(lambda p: p.department_id in departments)
        if self.employee_ids:
            people = people.filtered(lambda p: p.id in self.employee_ids.ids)
        Count = self.env["aftersales.tool.count"]
        busy = Count.search(
            [
                ("employee_id", "in", people.ids),
                ("state", "in", ("open", "confirmed")),
            ]
        ).employee_id
        people -= busy.sudo()
        if not people:
            raise UserError(
                self.env._("Nobody here holds tools that are not being counted yet.")
            )
        counts = Count.create(
            [
                {
                    "campaign": self.name,
                    "employee_id": person.id,
                    "company_id": self.company_id.id,
                    "date_deadline": self.date_deadline,
                }
                for person in people
            ]
        )
        counts._schedule_confirmation()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "aftersales.tool.count",
            "view_mode": "list,form",
            "domain": [("id", "in", counts.ids)],
        }
