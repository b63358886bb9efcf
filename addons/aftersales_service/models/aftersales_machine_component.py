# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesMachineComponent(models.Model):
    """A part in a machine's history: what came out, what went in, by which order,
    and until when it carries a warranty of its own (R-WAR-05)."""

    _name = "aftersales.machine.component"
    _description = "Machine Component"
    _inherit = "aftersales.state.mixin"
    #: nothing but what is computed
    _guarded_fields = ()
    _order = "fitted_on desc, id desc"
    _rec_name = "product_id"
    _check_company_auto = True

    lot_id = fields.Many2one(
        "stock.lot",
        string="Machine",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        domain=[("is_machine", "=", True)],
    )
    company_id = fields.Many2one(related="lot_id.company_id", store=True, index=True)
    customer_id = fields.Many2one(related="lot_id.customer_id")
    product_id = fields.Many2one(
        "product.product", required=True, index=True, check_company=True
    )
    component_class_id = fields.Many2one(
        related="product_id.product_tmpl_id.component_class_id", store=True
    )
    quantity = fields.Float(default=1.0, digits="Product Unit")
    old_serial = fields.Char(
        string="Old Serial Number", index="btree_not_null", help="Of the part out."
    )
    part_lot_id = fields.Many2one(
        "stock.lot",
        string="Fitted Lot",
        index="btree_not_null",
        check_company=True,
    )
    serial = fields.Char(
        string="New Serial Number",
        compute="_compute_serial",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    fitted_on = fields.Date(required=True, default=fields.Date.context_today)
    removed_on = fields.Date(help="Empty: still in the machine.")
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
    )
    part_id = fields.Many2one(
        "aftersales.order.part", string="Order Part", ondelete="set null"
    )
    in_warranty = fields.Boolean(string="Fitted under Warranty")
    warranty_months = fields.Integer(
        help="Own term of the part from the day it was fitted."
    )
    warranty_end = fields.Date(
        string="Own Warranty Until",
        compute="_compute_warranty_end",
        store=True,
        index=True,
    )
    note = fields.Char()

    _part_uniq = models.UniqueIndex(
        "(part_id) WHERE part_id IS NOT NULL",
        "A part of a service order is in the machine's history only once.",
    )
    _figures_check = models.Constraint(
        "CHECK(quantity >= 0 AND warranty_months >= 0)",
        "Quantity and months of a part cannot be negative.",
    )
    _dates_check = models.Constraint(
        "CHECK(removed_on IS NULL OR removed_on >= fitted_on)",
        "A part cannot be removed before it was fitted.",
    )

    @api.constrains("part_lot_id", "product_id")
    def _check_part_lot(self):
        for component in self:
            lot = component.part_lot_id
            if lot and lot.product_id != component.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial number %(lot)s is no %(product)s.",
                        lot=lot.name,
                        product=component.product_id.display_name,
                    )
                )

    @api.depends("part_lot_id")
    def _compute_serial(self):
        for component in self:
            component.serial = component.part_lot_id.name or component.serial

    @api.depends("fitted_on", "warranty_months")
    def _compute_warranty_end(self):
        for component in self:
            months = component.warranty_months
            component.warranty_end = (
                component.fitted_on + relativedelta(months=months)
                if component.fitted_on and months
                else False
            )
