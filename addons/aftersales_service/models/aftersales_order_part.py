# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: kept by the stock moves alone
MOVED_FIELDS = (
    "quantity_requested",
    "quantity_issued",
    "quantity_fitted",
    "quantity_returned",
)
#: what the signed report says of a part
REPORT_FIELDS = {
    "order_id",
    "product_id",
    "source",
    "employee_id",
    "quantity",
    "quantity_used",
    "lot_id",
    "old_lot_name",
    "in_warranty",
}


class AftersalesOrderPart(models.Model):
    """A part needed, drawn, fitted or brought back on a service order (R-DSP-05)."""

    _name = "aftersales.order.part"
    _description = "Service Order Part"
    _rec_name = "product_id"
    _order = "order_id, sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    order_id = fields.Many2one(
        "aftersales.order",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        index=True,
        domain=[("type", "=", "consu")],
    )
    tracking = fields.Selection(related="product_id.tracking")
    uom_id = fields.Many2one(related="product_id.uom_id")
    source = fields.Selection(
        [("warehouse", "Warehouse"), ("own", "Technician's own stock")],
        default="warehouse",
        required=True,
        help="From the warehouse by requisition, or out of what the technician holds.",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Held by",
        check_company=True,
        domain=[("is_technician", "=", True)],
        help="Technician who draws and fits the part; the lead technician if empty.",
    )
    quantity = fields.Float(
        string="Needed", default=1.0, digits="Product Unit", help="To be drawn."
    )
    quantity_requested = fields.Float(
        string="Requested",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="On requisitions that aren't cancelled.",
    )
    quantity_issued = fields.Float(
        string="Issued", digits="Product Unit", readonly=True, copy=False
    )
    quantity_used = fields.Float(
        string="Used",
        digits="Product Unit",
        copy=False,
        help="Fitted into the machine, as the report says.",
    )
    quantity_fitted = fields.Float(
        string="Booked Out",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Moved out of the technician's stock.",
    )
    quantity_returned = fields.Float(
        string="Returned", digits="Product Unit", readonly=True, copy=False
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="New Serial Number",
        check_company=True,
        copy=False,
        domain="[('product_id', '=', product_id)]",
        help="Serial number of the part fitted.",
    )
    old_lot_name = fields.Char(
        string="Old Serial Number",
        copy=False,
        help="Serial number read on the part taken out.",
    )
    in_warranty = fields.Boolean(
        help="Fitted free of charge; the cost is the company's."
    )
    move_ids = fields.One2many("stock.move", "aftersales_part_id", string="Moves")

    _quantities_positive = models.Constraint(
        "CHECK (quantity >= 0 AND quantity_used >= 0)",
        "Quantities of parts can't be negative.",
    )

    # === CONSTRAINT METHODS ===#
    @api.constrains("lot_id", "product_id")
    def _check_lot_product(self):
        for part in self:
            if part.lot_id and part.lot_id.product_id != part.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial number %(lot)s is no %(product)s.",
                        lot=part.lot_id.name,
                        product=part.product_id.display_name,
                    )
                )

    @api.constrains("quantity_used", "product_id", "lot_id")
    def _check_serial_quantity(self):
        for part in self:
            if part.tracking == "serial" and part.quantity_used not in (0.0, 1.0):
                raise ValidationError(
                    self.env._(
                        "%(product)s has serial numbers: one line for each piece.",
                        product=part.product_id.display_name,
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_moved_quantities(vals)
        parts = super().create(vals_list)
        parts._check_report_open()
        return parts

    def write(self, vals):
        self._check_moved_quantities(vals)
        if REPORT_FIELDS & vals.keys():
            self._check_report_open()
        if "product_id" in vals and any(
            part.quantity_requested and part.product_id.id != vals["product_id"]
            for part in self
        ):
            raise UserError(
                self.env._("The part is on a requisition; add a new line instead.")
            )
        res = super().write(vals)
        if "order_id" in vals:
            self._check_report_open()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_moved(self):
        self._check_report_open()
        for part in self:
            if part.quantity_requested or part.quantity_fitted:
                raise UserError(
                    self.env._(
                        "%(part)s is on a requisition; set what was used to 0 and "
                        "return it instead.",
                        part=part.product_id.display_name,
                    )
                )

    def _check_moved_quantities(self, vals):
        """What was drawn, fitted and returned is what the transfers say (R-DSP-05).

        :raise UserError: for such a quantity written by hand
        """
        if not self.env.su and set(MOVED_FIELDS) & vals.keys():
            raise UserError(
                self.env._(
                    "Quantities issued, fitted and returned follow from the transfers."
                )
            )

    def _check_report_open(self):
        """:raise UserError: once the report is handed in (R-DSP-09)"""
        if self.env.su:
            return
        if any(part.order_id.state in ("reported", "done") for part in self):
            raise UserError(
                self.env._("The report was handed in; its parts stay as they are.")
            )

    # === BUSINESS METHODS ===#
    def _get_holder(self):
        self.ensure_one()
        return self.employee_id or self.order_id.technician_id

    def _get_to_request(self):
        """Return the quantity needed and on no requisition yet."""
        self.ensure_one()
        return self._round(self.quantity - self.quantity_requested)

    def _get_outstanding(self):
        """Return what was drawn and is neither used nor back."""
        self.ensure_one()
        if self.source == "own":
            return 0.0
        return self._round(
            self.quantity_issued - self.quantity_used - self.quantity_returned
        )

    def _get_to_return(self):
        """Return what has to go back and isn't on an open return yet."""
        self.ensure_one()
        # sudo: quantities of transfers, for people without stock rights
        pending = sum(
            move.product_uom_qty
            for move in self.sudo().move_ids
            if move.picking_id.aftersales_kind == "return"
            and move.state not in ("done", "cancel")
        )
        return self._round(self._get_outstanding() - pending)

    def _get_to_fit(self):
        """Return what the report says is fitted and no transfer carries yet."""
        self.ensure_one()
        return self._round(self.quantity_used - self.quantity_fitted)

    def _find_lot(self, name):
        """Return the serial number ``name`` of the part's product, empty for none.

        :raise UserError: when there is no such serial number
        """
        self.ensure_one()
        name = (name or "").strip()
        # sudo: the serial number is looked up by its name, without stock rights
        Lot = self.env["stock.lot"].sudo()
        lot = name and Lot.search(
            [
                ("name", "=", name),
                ("product_id", "=", self.product_id.id),
                ("company_id", "in", (False, self.company_id.id)),
            ],
            limit=1,
        )
        if name and not lot:
            raise UserError(
                self.env._(
                    "There is no %(product)s with serial number %(name)s.",
                    product=self.product_id.display_name,
                    name=name,
                )
            )
        return lot or Lot

    def _round(self, quantity):
        return self.product_id.uom_id.round(quantity) if self.product_id else quantity

    def _split_serials(self):
        """Return ``self`` with one line for each piece that has a serial number."""
        result = self
        for part in self:
            if part.tracking != "serial" or part.quantity <= 1:
                continue
            if part.quantity_requested:
                continue
            pieces = int(part.quantity)
            if pieces != part.quantity:
                raise UserError(
                    self.env._(
                        "%(part)s has serial numbers and is drawn in whole pieces.",
                        part=part.product_id.display_name,
                    )
                )
            part.quantity = 1.0
            for __ in range(pieces - 1):
                result |= part.copy({"quantity": 1.0})
        return result

    def _check_held(self, quantity):
        """:raise UserError: when the technician doesn't hold ``quantity`` of the part,
        with the serial number named"""
        self.ensure_one()
        holder = self._get_holder()
        # sudo: a look into the technician's own stock location
        location = holder.sudo().aftersales_location_id
        if not self.product_id.is_storable:
            return
        held = (
            self.env["stock.quant"]
            .sudo()
            ._get_available_quantity(
                self.product_id,
                location,
                lot_id=self.lot_id or None,
                strict=False,
                allow_negative=False,
            )
        )
        if self.product_id.uom_id.compare(held, quantity) < 0:
            name = self.product_id.display_name
            if self.lot_id:
                name = f"{name} ({self.lot_id.name})"
            raise UserError(
                self.env._(
                    "%(holder)s holds %(held)s of %(part)s, not %(quantity)s. Was the "
                    "requisition issued, is the serial number right?",
                    holder=holder.name,
                    held=f"{held:g}",
                    part=name,
                    quantity=f"{quantity:g}",
                )
            )

    def _sync_quantities(self):
        """Maintain the quantities from the transfers; one query for all lines."""
        if not self:
            return
        sums = {
            part: dict.fromkeys(("requested", "issued", "fitted", "returned"), 0.0)
            for part in self
        }
        moves = self.env["stock.move"].search(
            [("aftersales_part_id", "in", self.ids), ("state", "!=", "cancel")]
        )
        for move in moves:
            data = sums[move.aftersales_part_id]
            done = move.quantity if move.state == "done" else 0.0
            kind = move.picking_id.aftersales_kind
            held = self._is_technician_location(move.location_id)
            if kind == "requisition":
                if held:
                    # the storekeeper's own return of a requisition
                    data["returned"] += done
                else:
                    data["requested"] += done or move.product_uom_qty
                    data["issued"] += done
            elif kind == "return":
                data["returned"] += done if held else -done
            else:
                data["fitted"] += done if held else -done
        for part, data in sums.items():
            vals = {
                f"quantity_{name}": value
                for name, value in data.items()
                if part[f"quantity_{name}"] != value
            }
            if vals:
                part.write(vals)

    def _is_technician_location(self, location):
        parents = self.company_id.aftersales_field_location_id
        return any(
            parent.parent_path and location.parent_path.startswith(parent.parent_path)
            for parent in parents
        )
