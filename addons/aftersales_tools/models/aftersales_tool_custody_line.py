# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError


class AftersalesToolCustodyLine(models.Model):
    """One tool of a slip, with its condition when it comes back."""

    _name = "aftersales.tool.custody.line"
    _description = "Tool Custody Line"
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

    def _check_lines(self):
        """Raise for lines that cannot be done whatever the stock says."""
        for line in self:
            product = line.product_id
            if not product.is_tool:
                raise UserError(
                    self.env._(
                        "%(product)s has no tool class, so it is not a tool.",
                        product=product.display_name,
                    )
                )
            if product.tracking != "none" and not line.lot_id:
                raise UserError(
                    self.env._(
                        "Scan or choose the serial number of %(product)s.",
                        product=product.display_name,
                    )
                )
            lot_company = line.lot_id.company_id
            if lot_company and lot_company != line.company_id:
                raise UserError(
                    self.env._(
                        "%(tool)s belongs to another company.",
                        tool=line.lot_id.display_name,
                    )
                )
            if line.custody_id.kind == "replace" and product.is_durable_tool:
                raise UserError(
                    self.env._(
                        "Only consumables are replaced old for new. Return "
                        "%(tool)s and issue another one.",
                        tool=product.display_name,
                    )
                )
        self._check_old_for_new()
        issued = self.filtered(lambda line: line.custody_id.kind != "return")
        overdue = issued.lot_id._get_calibration_overdue()
        if overdue:
            raise UserError(
                self.env._(
                    "Calibration overdue, so not to be issued: %(tools)s.",
                    tools=", ".join(overdue.mapped("display_name")),
                )
            )
        seen = set()
        for line in self.filtered("lot_id"):
            if line.lot_id in seen:
                raise UserError(
                    self.env._(
                        "%(tool)s is listed twice.", tool=line.lot_id.display_name
                    )
                )
            if line.product_id.tracking == "serial":
                seen.add(line.lot_id)

    def _check_old_for_new(self):
        """Raise unless everybody has the old things he hands in (R-TOL-07)."""
        lines = self.filtered(lambda line: line.custody_id.kind == "replace")
        for custody, custody_lines in lines.grouped("custody_id").items():
            held = custody.sudo().employee_id._get_held_quants()
            for product, same in custody_lines.grouped("product_id").items():
                quants = held.filtered(
                    lambda q, product=product: q.product_id == product
                )
                old = sum(quants.mapped("quantity"))
                if product.uom_id.compare(old, sum(same.mapped("quantity"))) < 0:
                    raise UserError(
                        self.env._(
                            "%(person)s has nothing old to hand in for %(tool)s. "
                            "Issue it instead.",
                            person=custody.employee_id.name,
                            tool=product.display_name,
                        )
                    )

    def _lock_and_plan(self):
        """Take the rows of tools and stock, and say which quantity comes from where.

        Two counters that want the same tool: one takes the row, the other gets a
        message, or is repeated by the server after the first is done and finds the
        tool gone (R-TOL-03).

        :return: list of ``(line, lot, source location, quantity)``
        :raises UserError: naming the tool that is not there to be taken"""
        sources = {
            custody: custody._get_source_location() for custody in self.custody_id
        }
        locations = self.env["stock.location"].union(*sources.values())
        # sudo: a technician handing over a tool reads the stock of both people
        Quant = self.env["stock.quant"].sudo()
        domain = [
            ("location_id", "child_of", locations.ids),
            ("product_id", "in", self.product_id.ids),
            ("quantity", ">", 0),
        ]
        serial_only = not self.filtered(lambda line: not line.lot_id)
        if serial_only:
            domain.append(("lot_id", "in", self.lot_id.ids))
        try:
            # sudo: the row is taken, not changed
            self.lot_id.sudo().lock_for_update(allow_referencing=True)
            quants = Quant.search(domain, order="in_date, id")
            quants.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise LockError(
                self.env._(
                    "Somebody else is taking one of these tools right now: "
                    "%(tools)s. Try again in a moment.",
                    tools=", ".join(self.product_id.mapped("display_name")),
                )
            ) from error
        # what another counter took before the rows were ours is not in the cache
        quants.invalidate_recordset(["quantity", "reserved_quantity"])
        available = defaultdict(float)
        by_key = defaultdict(list)
        for quant in quants:
            available[quant.id] = quant.quantity - quant.reserved_quantity
            by_key[quant.product_id, quant.lot_id].append(quant)
        plan = []
        for line in self:
            plan += line._plan(sources[line.custody_id], by_key, available)
        return plan

    def _plan(self, source, by_key, available):
        """Return the plan of one line; takes what it plans off ``available``."""
        self.ensure_one()
        uom = self.product_id.uom_id
        missing = self.quantity
        plan = []
        for quant in by_key.get((self.product_id, self.lot_id.sudo()), []):
            location = quant.location_id
            if not (location.parent_path or "").startswith(source.parent_path):
                continue
            taken = min(missing, available[quant.id])
            if uom.compare(taken, 0) <= 0:
                continue
            available[quant.id] -= taken
            missing -= taken
            plan.append((self, self.lot_id, location, taken))
            if uom.compare(missing, 0) <= 0:
                return plan
        raise UserError(self._get_missing_message(self.quantity - missing))

    def _get_missing_message(self, found):
        self.ensure_one()
        custody = self.custody_id
        # sudo: says who holds the tool, also to a technician
        lot = self.lot_id.sudo()
        tool = lot.display_name if lot else self.product_id.display_name
        if lot.tool_state == "conflict":
            return self.env._(
                "%(tool)s is in stock in two places. Count it first, so that it is "
                "in one.",
                tool=tool,
            )
        if custody.kind in ("return", "handover"):
            if not lot:
                return self.env._(
                    "%(person)s holds only %(quantity)s of %(tool)s.",
                    person=custody.employee_id.name,
                    quantity=found,
                    tool=tool,
                )
            return self.env._(
                "%(person)s does not hold %(tool)s.",
                person=custody.employee_id.name,
                tool=tool,
            )
        if lot.custodian_id:
            return self.env._(
                "%(tool)s is out already: %(person)s holds it.",
                tool=tool,
                person=lot.custodian_id.name,
            )
        if lot:
            state = dict(lot._fields["tool_state"]._description_selection(self.env))
            return self.env._(
                "%(tool)s cannot be issued: it is “%(state)s”.",
                tool=tool,
                state=state.get(lot.tool_state, ""),
            )
        return self.env._(
            "Only %(quantity)s of %(tool)s in stock.", quantity=found, tool=tool
        )

    @api.model
    def _prepare_tool_move_vals(
        self, product, lot, source, destination, quantity, company
    ):
        """Return the values of a stock.move with its one line, ready to finish."""
        common = {
            "product_id": product.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": company.id,
            "picked": True,
        }
        return {
            **common,
            "product_uom_qty": quantity,
            "move_line_ids": [
                fields.Command.create(
                    {**common, "quantity": quantity, "lot_id": lot.id}
                )
            ],
        }

    def _after_done(self):
        """What follows from the condition: loss reports and used-up old things."""
        returned = self.filtered(lambda line: line.custody_id.kind == "return")
        returned._open_compensations()
        returned._withdraw_compensations()
        self.filtered(lambda line: line.custody_id.kind == "replace")._scrap_old()

    def _open_compensations(self):
        """Open a loss report for each durable tool lost or broken by fault."""
        lines = self.filtered(
            lambda line: (
                line.lot_id
                and (
                    line.condition == "lost"
                    or (line.condition == "damaged" and line.by_fault)
                )
            )
        )
        compensations = self.env["aftersales.tool.compensation"]._report_losses(
            [line._prepare_compensation_vals() for line in lines]
        )
        for line, compensation in zip(lines, compensations, strict=True):
            line.compensation_id = compensation

    def _withdraw_compensations(self):
        """A tool reported lost that is given back after all is not paid for."""
        back = self.filtered(lambda line: line.lot_id and not line.compensation_id)
        for custody, lines in back.grouped("custody_id").items():
            self.env["aftersales.tool.compensation"]._withdraw_returned(
                lines.lot_id, custody.name
            )

    def _prepare_compensation_vals(self):
        self.ensure_one()
        return {
            "employee_id": self.custody_id.employee_id.id,
            "lot_id": self.lot_id.id,
            "company_id": self.company_id.id,
            "reason": "lost" if self.condition == "lost" else "damaged",
            "circumstances": self.note,
        }

    def _scrap_old(self):
        """Scrap the old things handed in against the new ones (R-TOL-07)."""
        vals_list = []
        for line in self:
            location = line.custody_id._get_person_location(line.employee_id)
            vals_list.append(
                {
                    "product_id": line.product_id.id,
                    "scrap_qty": line.quantity,
                    "location_id": location.id,
                    "company_id": line.company_id.id,
                    "origin": line.custody_id.name,
                }
            )
        self.env["stock.scrap"].create(vals_list).do_scrap()
