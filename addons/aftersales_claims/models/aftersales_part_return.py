# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.aftersales_service.tools.kanban import order_states


class AftersalesPartReturn(models.Model):
    """An old part that has to come back (R-CLM-11).

    | Action           | Who              | From      | To                         |
    |------------------|------------------|-----------|----------------------------|
    | receive          | storekeeper      | expected  | received, by a transfer    |
    | inspect          | quality          | received  | inspected                  |
    | dispose          | storekeeper      | inspected | done, by a transfer        |
    | lapse (cron)     | system           | expected  | invalid, to be charged     |
    | charge / waive   | manager          | invalid   | charged / waived           |
    | cancel           | manager          | expected, | cancelled                  |
    |                  |                  | invalid   |                            |
    """

    _name = "aftersales.part.return"
    _description = "Old Part"
    _inherit = [
        "aftersales.attachment.mixin",
        "aftersales.billed.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "due_date, id"
    _check_company_auto = True
    _attachment_fields = ("photo_ids",)
    # an invoice to a customer, an entry on a technician
    _bill_types = ("out_invoice", "entry")
    _bill_field = "charge_move_id"
    _billed_field = "charge_state"
    _billed_states = ("charged", "to_charge")
    _guarded_fields = (
        "state",
        "charge_state",
        "quantity_received",
        "old_lot_id",
        "chased_on",
        "received_at",
        "inspector_id",
        "inspected_at",
        "collect_notified_on",
        "collect_deadline",
        "disposed_at_supplier_cost",
        "charge_move_id",
        "former_bill_ids",
    )
    _editable_in = {
        ("expected",): (
            "company_id",
            "product_id",
            "quantity",
            "holder_kind",
            "holder_employee_id",
            "holder_partner_id",
            "due_date",
            "request_id",
            "order_id",
            "machine_id",
        ),
        ("received",): ("inspection_result", "disposition"),
        ("received", "inspected"): ("inspection_note",),
        ("expected", "received", "inspected"): ("photo_ids",),
        ("expected", "received", "inspected", "invalid"): ("supplier_id",),
    }

    # === FIELDS ===#
    name = fields.Char(
        string="Tag Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
        index="trigram",
    )
    state = fields.Selection(
        [
            ("expected", "Expected"),
            ("received", "Received"),
            ("inspected", "Inspected"),
            ("done", "Disposed"),
            ("invalid", "Not Returned"),
            ("cancelled", "Cancelled"),
        ],
        default="expected",
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
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_part_id = fields.Many2one(
        "aftersales.order.part",
        string="Service Order Part",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
    )
    request_id = fields.Many2one(
        "aftersales.request",
        string="Service Request",
        index="btree_not_null",
        check_company=True,
    )
    machine_id = fields.Many2one(
        "stock.lot", index="btree_not_null", check_company=True
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        check_company=True,
        domain=[("type", "=", "consu")],
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    tracking = fields.Selection(related="product_id.tracking")
    quantity = fields.Float(
        string="Expected", default=1.0, required=True, digits="Product Unit"
    )
    quantity_received = fields.Float(
        string="Received",
        digits="Product Unit",
        readonly=True,
        copy=False,
        tracking=True,
    )
    old_lot_name = fields.Char(string="Old Serial Number")
    old_lot_id = fields.Many2one(
        "stock.lot",
        string="Old Part's Lot",
        readonly=True,
        copy=False,
        check_company=True,
    )
    supplier_id = fields.Many2one(
        "res.partner",
        compute="_compute_supplier_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
    )
    # who must return it
    holder_kind = fields.Selection(
        [
            ("technician", "Technician"),
            ("customer", "Customer"),
            ("station", "Service Station"),
        ],
        string="Returned By",
        default="technician",
        required=True,
    )
    holder_employee_id = fields.Many2one(
        "hr.employee",
        string="Technician",
        index="btree_not_null",
        check_company=True,
    )
    holder_partner_id = fields.Many2one(
        "res.partner",
        string="Customer or Station",
        index="btree_not_null",
        check_company=True,
    )
    due_date = fields.Date(
        string="Due",
        required=True,
        index=True,
        tracking=True,
        default=lambda self: (
            self.env.company._get_aftersales_today()
            + relativedelta(days=self.env.company.aftersales_old_part_days)
        ),
    )
    chased_on = fields.Date(readonly=True, copy=False)
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    # receipt, inspection, disposition
    move_ids = fields.One2many(
        "stock.move", "aftersales_part_return_id", string="Stock Moves"
    )
    picking_count = fields.Integer(compute="_compute_picking_count")
    received_at = fields.Datetime(readonly=True, copy=False)
    inspection_result = fields.Selection(
        [
            ("supplier", "Supplier's fault"),
            ("own", "Own fault in making or assembly"),
            ("misuse", "Wrong use or maintenance"),
            ("transport", "Transport damage"),
            ("wear", "Normal wear"),
            ("no_fault", "No fault found"),
            ("wrong_part", "Not the part claimed"),
        ],
        copy=False,
        tracking=True,
    )
    inspection_note = fields.Text(copy=False)
    inspector_id = fields.Many2one("res.users", readonly=True, copy=False)
    inspected_at = fields.Datetime(readonly=True, copy=False)
    photo_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_part_return_photo_rel",
        "part_return_id",
        "attachment_id",
        string="Photos",
        copy=False,
    )
    disposition = fields.Selection(
        [
            ("supplier", "Back to the supplier"),
            ("scrap", "Scrap"),
            ("rework", "Rework"),
            ("evidence", "Keep as evidence"),
        ],
        copy=False,
        tracking=True,
    )
    # supplier's five days (R-CLM-12)
    collect_notified_on = fields.Date(
        string="Supplier Told On", readonly=True, copy=False
    )
    collect_deadline = fields.Date(
        string="Collect Before", readonly=True, copy=False, index="btree_not_null"
    )
    disposed_at_supplier_cost = fields.Boolean(readonly=True, copy=False)
    # not returned
    charge_state = fields.Selection(
        [
            ("none", "Nothing to Charge"),
            ("to_charge", "To Charge"),
            ("charged", "Charged"),
            ("waived", "Waived"),
        ],
        string="Charge",
        default="none",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    charge_amount = fields.Monetary(copy=False, groups="aftersales_service.group_costs")
    charge_move_id = fields.Many2one(
        "account.move",
        string="Charge Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        groups="aftersales_service.group_costs",
    )
    waive_reason = fields.Char(copy=False)

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The expected quantity must be positive."
    )
    _received_not_more = models.Constraint(
        "CHECK(quantity_received >= 0 AND quantity_received <= quantity)",
        "No more old parts can come back than were replaced.",
    )
    _charge_positive = models.Constraint(
        "CHECK(charge_amount >= 0)", "The amount to charge cannot be negative."
    )
    _open_due = models.Index("(due_date) WHERE state = 'expected'")

    # === COMPUTE METHODS ===#
    @api.depends("product_id")
    def _compute_supplier_id(self):
        """The part's first vendor; read by the tag and by supplier recovery."""
        for part in self:
            product = part.product_id.with_company(part.company_id)
            seller = product._prepare_sellers()[:1]
            part.supplier_id = part.supplier_id or seller.partner_id

    @api.depends("state", "due_date", "company_id")
    def _compute_is_overdue(self):
        for company, parts in self.grouped("company_id").items():
            today = (company or self.env.company)._get_aftersales_today()
            for part in parts:
                due = part.state == "expected" and part.due_date
                part.is_overdue = bool(due) and due < today

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: the day of each company, whose records the rules show or not
        companies = self.env["res.company"].sudo().search([])
        late = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("due_date", "<", company._get_aftersales_today())
            for company in companies
        )
        domain = Domain("state", "=", "expected") & late
        return domain if True in value else ~domain

    @api.depends("move_ids.picking_id")
    def _compute_picking_count(self):
        for part in self:
            # sudo: a count; who opens an old part need not see transfers
            part.picking_count = len(part.sudo().move_ids.picking_id)

    # === CONSTRAINT METHODS ===#
    @api.constrains("product_id", "quantity")
    def _check_serial_quantity(self):
        for part in self:
            if part.tracking == "serial" and part.quantity != 1:
                raise ValidationError(
                    self.env._(
                        "%(product)s has serial numbers: one tag for each piece.",
                        product=part.product_id.display_name,
                    )
                )

    @api.constrains("holder_kind", "holder_employee_id", "holder_partner_id")
    def _check_holder(self):
        for part in self:
            holder = (
                part.holder_employee_id
                if part.holder_kind == "technician"
                else part.holder_partner_id
            )
            if not holder:
                raise ValidationError(
                    self.env._(
                        "Say who must return the old part %(product)s.",
                        product=part.product_id.display_name,
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company("aftersales.part.return", vals_list)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_moved(self):
        if any(part.quantity_received for part in self):
            raise UserError(
                self.env._("An old part that was received cannot be deleted.")
            )

    # === ACTION METHODS ===#

    def action_print_tag(self):
        """Print the tags to tie to the old parts."""
        return self.env.ref(
            "aftersales_claims.aftersales_part_return_tag_action"
        ).report_action(self)

    def action_view_pickings(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfers"),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": [("move_ids.aftersales_part_return_id", "in", self.ids)],
        }

    # === BUSINESS METHODS ===#

    def _get_holder_partner(self):
        """Return the res.partner who must return the part."""
        self.ensure_one()
        if self.holder_kind == "technician":
            # sudo: the private address of a colleague, only to head the transfer
            return self.holder_employee_id.sudo().work_contact_id
        return self.holder_partner_id

    def _get_responsible_user(self):
        """Return the res.users who chases the part: the technician, else the owner."""
        self.ensure_one()
        # sudo: storekeepers read employees through hr.employee.public only
        employee = self.sudo().holder_employee_id
        return employee.user_id or self.sudo().request_id.user_id or self.env.user
