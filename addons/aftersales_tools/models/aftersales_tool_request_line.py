# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesToolRequestLine(models.Model):
    """What one person needs, and what became of it."""

    _name = "aftersales.tool.request.line"
    _description = "Tool Request Line"
    _rec_name = "product_id"
    _order = "request_id, priority desc, id"
    _check_company_auto = True

    request_id = fields.Many2one(
        "aftersales.tool.request", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="request_id.state")
    employee_id = fields.Many2one(
        "hr.employee",
        string="For",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env.user.employee_id,
    )
    product_id = fields.Many2one(
        "product.product",
        string="Tool",
        required=True,
        index=True,
        domain=[("is_tool", "=", True)],
        check_company=True,
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    priority = fields.Selection(
        [("0", "Wish"), ("1", "Useful"), ("2", "Needed"), ("3", "Safety")],
        default="2",
        required=True,
    )
    reason = fields.Char()
    quantity = fields.Float(
        string="Asked", default=1.0, digits="Product Unit", required=True
    )
    quantity_approved = fields.Float(
        string="After Cut",
        digits="Product Unit",
        compute="_compute_quantity_approved",
        store=True,
        readonly=False,
        precompute=True,
    )
    supplier_id = fields.Many2one(
        "res.partner",
        compute="_compute_supplier",
        store=True,
        readonly=False,
        check_company=True,
    )
    price_unit = fields.Monetary(
        string="Estimated Price",
        compute="_compute_supplier",
        store=True,
        readonly=False,
    )
    purchase_line_id = fields.Many2one(
        "purchase.order.line", readonly=True, copy=False, index="btree_not_null"
    )
    custody_line_ids = fields.One2many(
        "aftersales.tool.custody.line", "tool_request_line_id", string="Issued With"
    )

    _check_quantity = models.Constraint(
        "CHECK(quantity > 0 AND quantity_approved >= 0)",
        "The quantity of a tool must be positive.",
    )
    _check_price = models.Constraint(
        "CHECK (price_unit >= 0)", "The price of a tool cannot be negative."
    )

    @api.depends("quantity")
    def _compute_quantity_approved(self):
        for line in self:
            line.quantity_approved = line.quantity

    @api.depends("product_id")
    def _compute_supplier(self):
        today = fields.Date.context_today(self)
        for line in self:
            if not line.product_id:
                line.supplier_id = line.price_unit = False
                continue
            product = line.product_id.with_company(line.company_id)
            # sudo: who asks for a tool does not see suppliers' price lists
            seller = product.sudo()._select_seller(
                quantity=line.quantity, date=today, uom_id=product.uom_id
            )
            line.supplier_id = seller.partner_id
            # sudo: the cost of a tool as the estimate
            line.price_unit = (
                seller.currency_id._convert(
                    seller.price, line.currency_id, line.company_id, today
                )
                if seller
                else product.sudo().standard_price
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_not_fixed()
        return lines

    def write(self, vals):
        frozen = {
            "request_id",
            "product_id",
            "quantity",
            "employee_id",
            "quantity_approved",
        }
        if frozen & set(vals):
            self._check_not_fixed()
        res = super().write(vals)
        if "request_id" in vals:
            self._check_not_fixed()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        if any(line.request_id.state not in ("draft", "cancelled") for line in self):
            raise UserError(self.env._("What was submitted stays on the request."))

    def _check_not_fixed(self):
        """What the approvers decide on is cut by those who gather it, and stays as
        it was approved (R-TOL-02)."""
        states = set(self.request_id.mapped("state"))
        if states - {"draft", "submitted"}:
            raise UserError(self.env._("What was approved does not change any more."))
        if (
            "submitted" in states
            and not self.env.su
            and not self.env.user.has_groups(
                "aftersales_service.group_storekeeper,aftersales_service.group_manager"
            )
        ):
            raise UserError(self.env._("What was submitted stays on the request."))

    def _create_purchase_order(self, supplier):
        """Create one purchase.order for the lines, a tool of several people once."""
        request = self.request_id
        request.ensure_one()
        # sudo: the service manager has no purchase rights; the buyer confirms it
        order = (
            self.env["purchase.order"]
            .sudo()
            .with_company(request.company_id)
            .create(
                {
                    "partner_id": supplier.id,
                    "company_id": request.company_id.id,
                    "origin": request.name,
                }
            )
        )
        for product, lines in self.grouped("product_id").items():
            lines.sudo().purchase_line_id = (
                self.env["purchase.order.line"]
                .sudo()
                .create(
                    {
                        "order_id": order.id,
                        "product_id": product.id,
                        "product_qty": sum(lines.mapped("quantity_approved")),
                        "product_uom_id": product.uom_id.id,
                    }
                )
            )
        return order

    def _prepare_issue_line_vals(self):
        """Return slip lines for what was received and is not on a slip yet."""
        self.ensure_one()
        on_slip = self.custody_line_ids.filtered(
            lambda line: line.custody_id.state != "cancelled"
        )
        open_quantity = self.quantity_approved - sum(on_slip.mapped("quantity"))
        # sudo: what the purchase has received
        moves = self.sudo().purchase_line_id.move_ids.filtered(
            lambda move: move.state == "done" and move.location_dest_usage == "internal"
        )
        others = moves.purchase_line_id.tool_request_line_ids.custody_line_ids
        others = others.filtered(lambda line: line.custody_id.state != "cancelled")
        received = sum(moves.mapped("quantity")) - sum(others.mapped("quantity"))
        quantity = min(open_quantity, received)
        if self.product_id.uom_id.compare(quantity, 0) <= 0:
            return []
        common = {"product_id": self.product_id.id, "tool_request_line_id": self.id}
        if self.product_id.tracking != "serial":
            return [{**common, "quantity": quantity}]
        lots = moves.move_line_ids.lot_id - others.lot_id
        lots = lots.filtered(lambda lot: lot.tool_state == "stock")
        return [
            {**common, "lot_id": lot.id, "quantity": 1} for lot in lots[: int(quantity)]
        ]
