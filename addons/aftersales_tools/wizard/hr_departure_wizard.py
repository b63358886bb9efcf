# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class HrDepartureWizard(models.TransientModel):
    """Nobody leaves with the company's durable tools (R-TOL-04)."""

    _inherit = "hr.departure.wizard"

    tool_line_ids = fields.One2many(
        "hr.departure.wizard.tool",
        "wizard_id",
        string="Tools Still Out",
        compute="_compute_tool_line_ids",
        store=True,
        readonly=True,
    )
    tool_count = fields.Integer(compute="_compute_tool_line_ids", store=True)
    tool_value = fields.Monetary(
        string="Original Value", compute="_compute_tool_line_ids", store=True
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_tool_line_ids", store=True
    )
    waive_tools = fields.Boolean(
        help="The tools are left to the person or written off; your name is kept."
    )
    waive_reason = fields.Text()

    @api.depends("employee_ids")
    def _compute_tool_line_ids(self):
        for wizard in self:
            tools = wizard.employee_ids._origin._get_outstanding_tools()
            company = wizard.employee_ids._origin.company_id[:1] or self.env.company
            wizard.currency_id = company.currency_id
            commands = [fields.Command.clear()]
            value = 0.0
            for tool in tools:
                converted = (
                    tool.tool_currency_id._convert(
                        tool.tool_price,
                        company.currency_id,
                        company,
                        fields.Date.context_today(self),
                    )
                    if tool.tool_currency_id
                    else tool.tool_price
                )
                value += converted
                commands.append(
                    fields.Command.create(
                        {
                            "employee_id": tool.custodian_id.id,
                            "name": tool.display_name,
                            "product_name": tool.product_id.display_name,
                            "held_since": tool.custody_since,
                            "value": converted,
                        }
                    )
                )
            wizard.tool_line_ids = commands
            wizard.tool_count = len(tools)
            wizard.tool_value = value

    def action_register_departure(self):
        """Refuse while durable tools are out; keep who waived them and why.

        :raises UserError: with the list of the tools"""
        tools = self.employee_ids._get_outstanding_tools()
        if not tools:
            return super().action_register_departure()
        if not self.waive_tools:
            self.employee_ids._check_tools_settled()
        if not (self.waive_reason or "").strip():
            raise UserError(self.env._("Say why the tools are waived."))
        for tool in tools:
            body = self.env._(
                "%(user)s waived the return by %(person)s: %(reason)s",
                user=self.env.user.name,
                person=tool.custodian_id.name,
                reason=self.waive_reason,
            )
            tool.message_post(body=body, author_id=self.env.user.partner_id.id)
        for employee, lots in tools.grouped("custodian_id").items():
            employee.message_post(
                body=self.env._(
                    "%(user)s waived the return of %(tools)s: %(reason)s",
                    user=self.env.user.name,
                    tools=", ".join(lots.mapped("display_name")),
                    reason=self.waive_reason,
                ),
                author_id=self.env.user.partner_id.id,
            )
        return super(
            HrDepartureWizard, self.with_context(tools_waived=True)
        ).action_register_departure()
