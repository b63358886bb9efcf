# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    held_tool_ids = fields.One2many(
        "stock.lot", "custodian_id", string="Tools Held", groups="hr.group_hr_user"
    )
    held_tool_count = fields.Integer(
        compute="_compute_held_tool_count", groups="hr.group_hr_user"
    )

    @api.depends("held_tool_ids")
    def _compute_held_tool_count(self):
        # sudo: HR sees how many tools somebody holds without any right on stock
        groups = (
            self.env["stock.lot"]
            .sudo()
            ._read_group(
                [("custodian_id", "in", self.ids)], ["custodian_id"], ["__count"]
            )
        )
        counts = {employee.id: count for employee, count in groups}
        for employee in self:
            employee.held_tool_count = counts.get(employee.id, 0)

    def write(self, vals):
        if vals.get("active") is False:
            self._check_tools_settled()
        moving = self.browse()
        if vals.get("company_id"):
            moving = self.filtered(
                lambda employee: employee.company_id.id != vals["company_id"]
            )
            moving._check_tools_at_company_change()
        if (
            moving.sudo().aftersales_location_id
            and "aftersales_location_id" not in vals
        ):
            vals = {**vals, "aftersales_location_id": False}
        res = super().write(vals)
        if "department_id" in vals:
            # sudo: the register follows the transfer HR makes
            lots = self.sudo().held_tool_ids
            self.env.add_to_compute(lots._fields["custodian_department_id"], lots)
        return res

    def _check_tools_at_company_change(self):
        """Stock belongs to a company: tools go back before the person moves on."""
        # sudo: HR moves people without any right on stock
        held = self.sudo()._get_held_quants()
        if held:
            people = held.env[self._name].union(
                *(place._get_aftersales_person() for place in held.location_id)
            )
            raise UserError(
                self.env._(
                    "%(people)s changes company but still holds %(tools)s. The tools "
                    "belong to the old company: return them there or transfer them "
                    "first.",
                    people=", ".join(people.mapped("name")),
                    tools=", ".join(held.product_id.mapped("display_name")),
                )
            )

    def _get_held_quants(self):
        """Return the quants of tools at the locations of the people of ``self``, on
        the shelves in them as well."""
        return self.env["stock.quant"].search(
            [
                ("location_id", "child_of", self.aftersales_location_id.ids),
                ("product_id.is_tool", "=", True),
                ("quantity", ">", 0),
            ]
        )

    def _get_outstanding_tools(self):
        """Return the durable tools people of ``self`` hold without a settlement:
        a compensation sheet that is signed settles its tool (R-TOL-04)."""
        # sudo: asked by HR at leaving, who has no right on stock
        lots = (
            self.env["stock.lot"]
            .sudo()
            .search(
                [
                    ("custodian_id", "in", self.ids),
                    ("tool_class_id.is_durable", "=", True),
                ]
            )
        )
        settled = lots.compensation_ids.filtered(
            lambda sheet: sheet.state in ("confirmed", "approved", "posted")
        ).lot_id
        return lots - settled

    def _check_tools_settled(self):
        """Raise while durable tools are out, unless they were waived by name."""
        if self.env.context.get("tools_waived"):
            return
        tools = self._get_outstanding_tools()
        if tools:
            raise UserError(
                self.env._(
                    "Leaving is not completed while durable tools are out. Return, "
                    "settle or waive them first:\n%(tools)s",
                    tools="\n".join(
                        f"- {tool.custodian_id.name}: {tool.display_name}"
                        for tool in tools
                    ),
                )
            )

    def action_view_held_tools(self):
        """Open the tools the person holds."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_tools.stock_lot_tool_action"
        )
        return {
            **action,
            "domain": [("custodian_id", "in", self.ids)],
            "context": {},
        }
