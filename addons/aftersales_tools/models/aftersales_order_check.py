# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesOrderCheck(models.Model):
    _inherit = "aftersales.order.check"

    tool_class_id = fields.Many2one(related="product_id.tool_class_id")
    compensation_id = fields.Many2one(
        "aftersales.tool.compensation",
        string="Loss Report",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    def action_tool_missing(self):
        """The tool is not in the box: open its loss report, once (R-TOL-09).

        :return: the loss report to fill in, or word that it is its holder's"""
        self.ensure_one()
        self.check_access("write")
        if not self.lot_id or not self.tool_class_id.is_durable:
            raise UserError(self.env._("Only durable tools get a loss report."))
        # sudo: the check of a colleague's tool too starts the report on its holder
        check = self.sudo()
        if not check.compensation_id:
            Sheet = self.env["aftersales.tool.compensation"].sudo()
            check.compensation_id = Sheet._report_losses(
                [check._prepare_compensation_vals()]
            )
            check.write({"done": True, "note": self.env._("Missing, reported")})
        if not self.compensation_id.has_access("read"):
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._(
                        "%(sheet)s was opened; %(person)s fills it in.",
                        sheet=check.compensation_id.name,
                        person=check.employee_id.name,
                    ),
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Loss Report"),
            "res_model": "aftersales.tool.compensation",
            "res_id": check.compensation_id.id,
            "view_mode": "form",
        }

    def _prepare_compensation_vals(self):
        """Return the values of the loss report of one missing tool."""
        self.ensure_one()
        return {
            "lot_id": self.lot_id.id,
            "employee_id": self.employee_id.id,
            "company_id": self.company_id.id,
            "order_id": self.order_id.id,
            "reason": "lost",
            "circumstances": self.env._(
                "Missing at the tool check of %(order)s.", order=self.order_id.name
            ),
        }
