# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    _inherit = "product.template"

    tool_class_id = fields.Many2one(
        "aftersales.tool.class",
        index="btree_not_null",
        tracking=True,
        help="Makes the product a tool that is issued to people (R-TOL-01).",
    )
    is_tool = fields.Boolean(compute="_compute_is_tool", store=True, index=True)
    is_durable_tool = fields.Boolean(related="tool_class_id.is_durable")
    calibration_interval = fields.Integer(
        string="Calibration Interval (months)",
        help="Measuring tools are calibrated this often and not issued when "
        "overdue; 0 means never.",
    )

    _check_calibration_interval = models.Constraint(
        "CHECK(calibration_interval >= 0)",
        "The calibration interval cannot be negative.",
    )

    @api.depends("tool_class_id")
    def _compute_is_tool(self):
        for product in self:
            product.is_tool = bool(product.tool_class_id)

    @api.constrains("tool_class_id", "tracking", "is_storable", "type")
    def _check_tool_tracking(self):
        for product in self.filtered("tool_class_id"):
            if product.type != "consu" or not product.is_storable:
                raise ValidationError(
                    self.env._(
                        "The tool %(product)s must be goods tracked in stock, "
                        "since custody is stock.",
                        product=product.display_name,
                    )
                )
            if product.is_durable_tool and product.tracking != "serial":
                raise ValidationError(
                    self.env._(
                        "The durable tool %(product)s needs unique serial numbers.",
                        product=product.display_name,
                    )
                )

    @api.onchange("tool_class_id")
    def _onchange_tool_class_id(self):
        if self.tool_class_id:
            self.update(self._prepare_tool_tracking_vals(self.tool_class_id))

    @api.model_create_multi
    def create(self, vals_list):
        self._complete_tool_vals(vals_list)
        return super().create(vals_list)

    @api.model
    def _complete_tool_vals(self, vals_list):
        """Track new tools as their class needs, unless the values say how."""
        for vals in vals_list:
            if vals.get("tool_class_id"):
                tool_class = self.env["aftersales.tool.class"].browse(
                    vals["tool_class_id"]
                )
                for fname, value in self._prepare_tool_tracking_vals(
                    tool_class
                ).items():
                    vals.setdefault(fname, value)

    @api.model
    def _prepare_tool_tracking_vals(self, tool_class):
        """Return how stock must track a product of ``tool_class``."""
        vals = {"type": "consu", "is_storable": True}
        if tool_class.is_durable:
            vals["tracking"] = "serial"
        return vals
