# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesToolCustodyLine(models.Model):
    """One tool of a slip, with its condition when it comes back."""

    _name = "aftersales.tool.custody.line"
    _description = "Tool Custody Line"
    _rec_name = "product_id"
    _order = "custody_id, sequence, id"
    _check_company_auto = True

    # === FIELDS ===#
    sequence = fields.Integer(default=10)
    custody_id = fields.Many2one(
        "aftersales.tool.custody",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="custody_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(related="custody_id.kind")
    state = fields.Selection(related="custody_id.state", store=True, index=True)
    employee_id = fields.Many2one(related="custody_id.employee_id", store=True)
    product_id = fields.Many2one(
        "product.product",
        string="Tool",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        check_company=True,
        domain=[("is_tool", "=", True)],
    )
    tracking = fields.Selection(related="product_id.tracking", string="Tracking")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        index="btree_not_null",
        check_company=True,
        domain="[('is_tool', '=', True), ('product_id', '=?', product_id)]",
    )
    lot_name = fields.Char(
        related="lot_id.name",
        string="Number on the Slip",
        store=True,
        help="Stays readable when the tool belongs to another company later.",
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    condition = fields.Selection(
        [
            ("good", "Good"),
            ("worn", "Worn"),
            ("damaged", "Damaged"),
            ("lost", "Lost"),
        ],
        default="good",
        required=True,
        help="Good and worn tools are issued again, damaged ones wait for repair, "
        "for lost ones a loss report is opened.",
    )
    by_fault = fields.Boolean(
        help="Damaged by the person's fault: a compensation sheet is opened."
    )
    note = fields.Char()
    move_ids = fields.One2many("stock.move", "tool_custody_line_id", string="Moves")
    date_done = fields.Datetime(related="custody_id.date_done", store=True)
    compensation_id = fields.Many2one(
        "aftersales.tool.compensation", readonly=True, copy=False
    )
    tool_request_line_id = fields.Many2one(
        "aftersales.tool.request.line",
        string="Asked For",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    _check_quantity = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of a tool must be positive."
    )

    # === COMPUTE METHODS ===#
    @api.depends("lot_id")
    def _compute_product_id(self):
        for line in self:
            line.product_id = line.lot_id.product_id or line.product_id

    # === CONSTRAINT METHODS ===#
    @api.constrains("product_id", "lot_id", "quantity")
    def _check_lot(self):
        for line in self:
            # sudo: whoever hands a tool over need not read its file
            lot = line.sudo().lot_id
            if lot and lot.product_id != line.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial number %(lot)s is not one of %(product)s.",
                        lot=lot.name,
                        product=line.product_id.display_name,
                    )
                )
            if lot and line.product_id.tracking == "serial":
                if line.product_id.uom_id.compare(line.quantity, 1) != 0:
                    raise ValidationError(
                        self.env._("%(tool)s exists only once.", tool=lot.display_name)
                    )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_not_done()
        lines.custody_id._check_giver()
        return lines

    def write(self, vals):
        fixed = {"custody_id", "product_id", "lot_id", "quantity", "condition"}
        if (fixed | {"by_fault"}) & set(vals):
            self._check_not_done()
        self.custody_id._check_giver()
        res = super().write(vals)
        if "custody_id" in vals:
            # the slip it goes to is one the user may write, too
            self.check_access("write")
            self._check_not_done()
            self.custody_id._check_giver()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_not_done()
        self.custody_id._check_giver()

    def _check_not_done(self):
        if any(line.custody_id.state == "done" for line in self):
            raise UserError(
                self.env._("The lines of a slip that was signed do not change.")
            )
        if (
            any(line.custody_id.state == "approved" for line in self)
            and not self.env.su
            and not self.env.user.has_groups(
                "aftersales_service.group_storekeeper,aftersales_service.group_manager"
            )
        ):
            raise UserError(self.env._("What was approved does not change any more."))

    # === BUSINESS METHODS ===#
    def _get_early_lines(self):
        """Return the lines that give out a consumable again within its life
        (R-TOL-07): the person got one less than the life of the class ago."""
        lines = self.filtered(
            lambda line: (
                line.custody_id.kind in ("issue", "replace")
                and line.product_id.is_tool
                and not line.product_id.is_durable_tool
                and line.custody_id.employee_id
            )
        )
        if not lines:
            return lines
        groups = self._read_group(
            [
                ("state", "=", "done"),
                ("custody_id.kind", "in", ("issue", "replace")),
                ("employee_id", "in", lines.custody_id.employee_id.ids),
                ("product_id", "in", lines.product_id.ids),
            ],
            ["employee_id", "product_id"],
            ["date_done:max"],
        )
        last = {(employee, product): date for employee, product, date in groups}
        today = fields.Date.context_today(self)

        def is_early(line):
            date = last.get((line.custody_id.employee_id, line.product_id))
            end = date and line.product_id.tool_class_id._get_end_of_life(
                date.date(), line.company_id
            )
            return bool(end and today < end)

        return lines.filtered(is_early)
