# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesToolCountLine(models.Model):
    _name = "aftersales.tool.count.line"
    _description = "Tool Count Line"
    _inherit = "aftersales.state.mixin"
    #: nothing but what is computed
    _guarded_fields = ()
    _order = "count_id, product_id, id"
    _check_company_auto = True

    count_id = fields.Many2one(
        "aftersales.tool.count", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="count_id.company_id", store=True)
    employee_id = fields.Many2one(related="count_id.employee_id", store=True)
    state = fields.Selection(related="count_id.state")
    product_id = fields.Many2one(
        "product.product",
        string="Tool",
        required=True,
        index=True,
        domain=[("is_tool", "=", True)],
        check_company=True,
    )
    is_durable = fields.Boolean(related="product_id.is_durable_tool", store=True)
    image = fields.Image(related="product_id.image_128", string="Photo")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        index="btree_not_null",
        domain="[('product_id', '=', product_id)]",
        check_company=True,
    )
    expected = fields.Float(string="By the Books", digits="Product Unit", readonly=True)
    counted = fields.Float(string="I Have", digits="Product Unit")
    difference = fields.Float(
        compute="_compute_difference", store=True, digits="Product Unit"
    )
    note = fields.Char()

    _check_counted = models.Constraint(
        "CHECK(counted >= 0)", "Nobody has less than nothing."
    )

    @api.depends("expected", "counted")
    def _compute_difference(self):
        for line in self:
            line.difference = line.product_id.uom_id.round(line.counted - line.expected)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_expected(vals)
        lines = super().create(vals_list)
        if any(line.count_id.state != "open" for line in lines):
            raise UserError(self.env._("The count is confirmed already."))
        return lines

    def write(self, vals):
        self._check_expected(vals)
        if {"counted", "lot_id", "product_id", "count_id"} & set(vals) and any(
            line.count_id.state != "open" for line in self
        ):
            raise UserError(self.env._("The count is confirmed already."))
        return super().write(vals)

    @api.model
    def _check_expected(self, vals):
        if not self.env.su and vals.get("expected"):
            raise UserError(
                self.env._("What a person should have comes from the books only.")
            )

    def _check_books(self):
        """Raise when stock moved since the count was written: settling an old
        difference would undo an issue or report a tool that was given back.

        :raises UserError: naming the first tool concerned"""
        # sudo: the locations of the people, whoever settles the count
        lines = self.sudo()
        held = defaultdict(float)
        for quant in lines.employee_id._get_held_quants():
            held[quant.location_id, quant.product_id, quant.lot_id] += quant.quantity
        for line in lines:
            place = line.employee_id.aftersales_location_id
            quantity = held[place, line.product_id, line.lot_id]
            if line.product_id.uom_id.compare(quantity, line.expected) == 0:
                continue
            raise UserError(
                self.env._(
                    "%(person)s holds %(quantity)s of %(tool)s now, not %(expected)s "
                    "as when %(count)s was written. Cancel it and count again.",
                    person=line.employee_id.name,
                    quantity=quantity,
                    tool=line.lot_id.display_name or line.product_id.display_name,
                    expected=line.expected,
                    count=line.count_id.name,
                )
            )

    def _prepare_compensation_vals(self):
        self.ensure_one()
        return {
            "employee_id": self.employee_id.id,
            "lot_id": self.lot_id.id,
            "company_id": self.company_id.id,
            "reason": "lost",
            "circumstances": self.env._(
                "Missing at the tool count %(count)s. %(note)s",
                count=self.count_id.name,
                note=self.note or "",
            ),
        }

    def _adjust_inventory(self):
        """Apply the counted quantities as the ERP's own inventory adjustment."""
        if not self:
            return
        Custody = self.env["aftersales.tool.custody"]
        vals_list = []
        for line in self:
            if line.is_durable and not line.lot_id:
                raise UserError(
                    self.env._(
                        "Give the serial number of the %(tool)s that was found.",
                        tool=line.product_id.display_name,
                    )
                )
            # sudo: says where the books have the tool
            elsewhere = line.sudo().lot_id
            if elsewhere.tool_state in ("stock", "held", "repair", "conflict"):
                raise UserError(
                    self.env._(
                        "%(person)s has %(tool)s, but by the books it is elsewhere "
                        "(%(place)s). Hand it over or issue it properly.",
                        person=line.employee_id.name,
                        tool=elsewhere.display_name,
                        place=elsewhere.custodian_id.name
                        or elsewhere.location_id.display_name
                        or "",
                    )
                )
            vals_list.append(
                {
                    "product_id": line.product_id.id,
                    "lot_id": line.lot_id.id,
                    "location_id": Custody._get_person_location(line.employee_id).id,
                    "inventory_quantity": line.counted,
                }
            )
        # sudo: settling a tool count is the storekeeper's task, applying an
        # inventory is a stock manager's in the ERP
        quants = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        quants.create(vals_list).with_context(
            inventory_name=", ".join(set(self.count_id.mapped("name")))
        ).action_apply_inventory()
