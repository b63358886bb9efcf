# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.guard import check_number
from ..tools.kanban import order_states
from .aftersales_penalty import DECISION


class AftersalesMachineReceipt(models.Model):
    """Receipt for a customer's machine taken to the workshop 客户商品领取收据, and the
    register of what came in and went out (R-DSP-11).

    ==========  =====================  ================================================
    State       Action                 What happens
    ==========  =====================  ================================================
    draft       action_receive         transfer in, in the customer's name; signed
    received    action_create_repair   a ``repair.order`` in the workshop
    in_repair   (repair done)          ready
    received,   action_return          transfer out; the receipt is taken back
    ready
    draft       action_cancel
    ==========  =====================  ================================================
    """

    _name = "aftersales.machine.receipt"
    _description = "Receipt for a Customer's Machine"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "received_at desc, id desc"
    _check_company_auto = True

    # === FIELDS ===#
    name = fields.Char(
        string="Receipt",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
        index="trigram",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("received", "Received"),
            ("in_repair", "In Repair"),
            ("ready", "Ready"),
            ("returned", "Returned"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=order_states,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
    )
    request_id = fields.Many2one(
        "aftersales.request",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        check_company=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
        domain="[('product_id', '=?', product_id)]",
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        check_company=True,
    )
    quantity = fields.Float(default=1.0, digits="Product Unit", required=True)
    fault = fields.Text(compute="_compute_fault", store=True, readonly=False)
    condition = fields.Text(help="What it looks like: scratches, missing parts.")
    accessories = fields.Text(help="What was handed over with it.")
    promised_date = fields.Date(string="Promised for")
    received_at = fields.Datetime(string="In", readonly=True, copy=False, index=True)
    received_by_id = fields.Many2one(
        "hr.employee",
        string="Received by",
        check_company=True,
        compute="_compute_received_by_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    returned_at = fields.Datetime(string="Out", readonly=True, copy=False)
    returned_to = fields.Char(
        string="Returned to", copy=False, help="Who took it back, with the receipt."
    )
    customer_name = fields.Char(string="Handed over by", copy=False)
    customer_signature = fields.Binary(attachment=True, copy=False)
    return_signature = fields.Binary(attachment=True, copy=False)
    repair_ids = fields.One2many(
        "repair.order", "aftersales_receipt_id", string="Repairs"
    )
    repair_state = fields.Selection(
        related="repair_ids.state", string="Repair", compute_sudo=True
    )
    picking_ids = fields.One2many("stock.picking", "aftersales_receipt_id")
    days_in_workshop = fields.Integer(
        compute="_compute_days_in_workshop", compute_sudo=True
    )

    _quantity_check = models.Constraint(
        "CHECK(quantity > 0)", "The quantity must be positive."
    )
    _returned_check = models.Constraint(
        "CHECK(returned_at IS NULL OR returned_at >= received_at)",
        "A machine cannot go out before it came in.",
    )
    _open_lot_uniq = models.UniqueIndex(
        "(lot_id) WHERE lot_id IS NOT NULL "
        "AND state IN ('received', 'in_repair', 'ready')",
        "This serial number stands in the workshop already.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("company_id")
    def _compute_received_by_id(self):
        """The user's own file in the company that takes the machine in."""
        for receipt in self:
            if receipt.received_by_id.company_id != receipt.company_id:
                user = self.env.user.with_company(receipt.company_id)
                receipt.received_by_id = user.employee_id

    @api.depends("order_id")
    def _compute_from_order(self):
        for receipt in self:
            order = receipt.order_id
            receipt.request_id = order.request_id or receipt.request_id
            receipt.partner_id = order.partner_id or receipt.partner_id
            receipt.lot_id = order.lot_id or receipt.lot_id

    @api.depends("lot_id")
    def _compute_product_id(self):
        for receipt in self:
            receipt.product_id = receipt.lot_id.product_id or receipt.product_id

    @api.depends("request_id")
    def _compute_fault(self):
        for receipt in self:
            receipt.fault = receipt.fault or receipt.request_id.fault

    def _compute_days_in_workshop(self):
        now = fields.Datetime.now()
        for receipt in self:
            receipt.days_in_workshop = (
                ((receipt.returned_at or now).date() - receipt.received_at.date()).days
                if receipt.received_at
                else 0
            )

    # === CONSTRAINT METHODS ===#
    @api.constrains("lot_id", "product_id", "quantity")
    def _check_lot_product(self):
        for receipt in self.filtered("lot_id"):
            if receipt.lot_id.product_id != receipt.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial number %(lot)s is no %(product)s.",
                        lot=receipt.lot_id.name,
                        product=receipt.product_id.display_name,
                    )
                )
            if receipt.product_id.tracking == "serial" and receipt.quantity != 1:
                raise ValidationError(
                    self.env._("A serial number stands for one piece.")
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        unnamed = [vals for vals in vals_list if not vals.get("name")]
        names = self.env["ir.sequence"]._next_batch(
            "aftersales.machine.receipt", len(unnamed)
        )
        for vals, name in zip(unnamed, names, strict=True):
            vals["name"] = name
        for vals in vals_list:
            # a manager may bring in the register kept so far
            if vals.get("state", "draft") != "draft" and not self.env.user.has_group(
                "aftersales_service.group_manager"
            ):
                self._check_state_right()
        return super().create(vals_list)

    def write(self, vals):
        check_number(self, vals)
        if {"state", "received_at", "returned_at"} & vals.keys():
            self._check_state_right()
        return super().write(vals)

    def _check_state_right(self):
        """:raise UserError: for a state not written by an action (R-DSP-11)"""
        decided = self.env.context.get("aftersales_decision") is DECISION
        if not self.env.su and not decided:
            raise UserError(
                self.env._("The state of a receipt changes by its buttons only.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        if any(receipt.state not in ("draft", "cancelled") for receipt in self):
            raise UserError(
                self.env._("A receipt given to a customer stays in the register.")
            )

    # === ACTION METHODS ===#
    def action_receive(self):
        """Take the machine in: register it and move it, in the customer's name.

        :raise UserError: nobody received it, or the state is wrong
        """
        self._ensure_state("draft")
        for receipt in self:
            if not receipt.received_by_id:
                raise UserError(
                    self.env._("%(name)s: who received it?", name=receipt.name)
                )
            if receipt.product_id.tracking != "none" and not receipt.lot_id:
                raise UserError(
                    self.env._(
                        "%(name)s: the serial number is missing.", name=receipt.name
                    )
                )
        self._set_state("received", received_at=fields.Datetime.now())
        self._create_transfers("in")
        return True

    def action_create_repair(self):
        """Open the workshop's repair order, once for each receipt."""
        self._ensure_state("received", "in_repair", "ready")
        todo = self.filtered(
            lambda receipt: (
                not receipt.sudo().repair_ids.filtered(
                    lambda repair: repair.state != "cancel"
                )
            )
        )
        # sudo: the service department opens repairs without stock rights
        self.env["repair.order"].sudo().create(
            [receipt._prepare_repair_vals() for receipt in todo]
        )
        todo._set_state("in_repair")
        return self.action_view_repair()

    def action_return(self):
        """Give the machine back against the receipt.

        :raise UserError: a repair is still open, or nobody took it
        """
        self._ensure_state("received", "in_repair", "ready")
        for receipt in self:
            open_repairs = receipt.sudo().repair_ids.filtered(
                lambda repair: repair.state not in ("done", "cancel")
            )
            if open_repairs:
                raise UserError(
                    self.env._(
                        "%(name)s: repair %(repairs)s is not finished.",
                        name=receipt.name,
                        repairs=", ".join(open_repairs.mapped("name")),
                    )
                )
            if not receipt.returned_to:
                raise UserError(
                    self.env._(
                        "%(name)s: who took the machine back?", name=receipt.name
                    )
                )
        self._set_state("returned", returned_at=fields.Datetime.now())
        self._create_transfers("out")
        return True

    def action_cancel(self):
        """Cancel draft receipts."""
        self._ensure_state("draft")
        self._set_state("cancelled")
        return True

    def action_view_repair(self):
        repairs = self.sudo().repair_ids
        if not self.env["repair.order"].has_access("read"):
            return True
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Repairs"),
            "res_model": "repair.order",
            "view_mode": "list,form",
            "domain": [("id", "in", repairs.ids)],
        }
        if len(repairs) == 1:
            action.update(view_mode="form", res_id=repairs.id)
        return action

    def action_print(self):
        """Print the receipts the customer signs."""
        return self.env.ref(
            "aftersales_service.action_report_machine_receipt"
        ).report_action(self)

    # === BUSINESS METHODS ===#
    def _set_state(self, state, **vals):
        self.with_context(aftersales_decision=DECISION).write({"state": state, **vals})

    def _ensure_state(self, *states):
        self.check_access("write")
        # two clicks at once move the goods once
        self.lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state"])
        labels = dict(self._fields["state"]._description_selection(self.env))
        for receipt in self:
            if receipt.state not in states:
                raise UserError(
                    self.env._(
                        "%(name)s is “%(state)s”; this step does not follow.",
                        name=receipt.name,
                        state=labels[receipt.state],
                    )
                )

    def _create_transfers(self, direction):
        """Move the customers' goods in or out of the workshop, in their names, so
        that they are never the company's stock nor in its valuation."""
        storable = self.filtered("product_id.is_storable")
        # sudo: the service department has no stock rights; the receipt is the paper
        Picking = self.env["stock.picking"].sudo()
        pickings = Picking.create(
            [receipt.sudo()._prepare_picking_vals(direction) for receipt in storable]
        )
        pickings.action_confirm()
        for move in pickings.move_ids:
            receipt = move.picking_id.aftersales_receipt_id
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(
                    {
                        "product_id": move.product_id.id,
                        "lot_id": receipt.lot_id.id,
                        "quantity": move.product_uom_qty,
                        "owner_id": receipt.partner_id.commercial_partner_id.id,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                        "company_id": receipt.company_id.id,
                        "picking_id": move.picking_id.id,
                    }
                )
            ]
            move.picked = True
        pickings.with_context(skip_sms=True)._action_done()
        return pickings

    def _prepare_picking_vals(self, direction):
        self.ensure_one()
        company = self.company_id
        workshop = company.aftersales_workshop_location_id
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        customer = self.partner_id.with_company(company).property_stock_customer
        incoming = direction == "in"
        source, destination = (customer, workshop) if incoming else (workshop, customer)
        if not workshop or not warehouse:
            raise UserError(
                self.env._(
                    "%(company)s has no workshop location.", company=company.name
                )
            )
        return {
            "picking_type_id": (
                warehouse.in_type_id if incoming else warehouse.out_type_id
            ).id,
            "partner_id": self.partner_id.id,
            "owner_id": self.partner_id.commercial_partner_id.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "origin": self.name,
            "company_id": company.id,
            "aftersales_receipt_id": self.id,
            "move_ids": [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "product_uom_qty": self.quantity,
                        "location_id": source.id,
                        "location_dest_id": destination.id,
                        "company_id": company.id,
                    }
                )
            ],
        }

    def _prepare_repair_vals(self):
        self.ensure_one()
        company = self.company_id
        workshop = company.aftersales_workshop_location_id
        return {
            "partner_id": self.partner_id.commercial_partner_id.id,
            "product_id": self.product_id.id,
            "product_qty": self.quantity,
            "lot_id": self.lot_id.id,
            "company_id": company.id,
            "product_location_src_id": workshop.id,
            "product_location_dest_id": workshop.id,
            "schedule_date": self.promised_date or fields.Datetime.now(),
            "under_warranty": self.request_id.service_category == "c",
            "internal_notes": self.fault,
            "aftersales_receipt_id": self.id,
        }
