# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesOrderReason(models.TransientModel):
    """Asks for the reason of a refusal, of a dispatch in spite of a conflict, or for
    a second technician (R-DSP-01, R-DSP-08)."""

    _name = "aftersales.order.reason"
    _description = "Reason"

    order_ids = fields.Many2many("aftersales.order", required=True)
    operation = fields.Selection(
        [
            ("refuse", "Refuse"),
            ("override", "Dispatch in spite of the conflict"),
            ("technician", "Add a technician"),
            ("support", "Ask for support"),
        ],
        required=True,
    )
    conflict_text = fields.Text(compute="_compute_conflict_text")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        domain=[("is_technician", "=", True)],
    )
    reason = fields.Text(required=True)

    def _compute_conflict_text(self):
        for wizard in self:
            wizard.conflict_text = "\n".join(
                text for text in wizard.order_ids.mapped("conflict_text") if text
            )

    def action_confirm(self):
        """Do what was asked, for all orders, with the reason given."""
        self.ensure_one()
        orders = self.order_ids
        if self.operation == "refuse":
            orders.action_refuse(reason=self.reason)
        elif self.operation == "override":
            orders._action_override(self.reason)
        elif self.operation == "support":
            orders.action_ask_support(self.reason)
        else:
            if not self.employee_id:
                raise UserError(self.env._("Choose the technician to add."))
            orders._add_technician(self.employee_id, self.reason)
        return {"type": "ir.actions.act_window_close"}
