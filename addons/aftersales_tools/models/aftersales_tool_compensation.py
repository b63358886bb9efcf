# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.aftersales_service.tools.kanban import order_states

from ..tools.compensation import compute_compensation

#: what the sheet is calculated from; the person who owes does not set it
CALCULATION_FIELDS = {
    "price",
    "tool_currency_id",
    "date_start",
    "depreciation_rate",
    "floor_rate",
    "life_months",
    "fault_share",
    "no_price_reason",
}
#: what is frozen once the sheet is signed
FROZEN_FIELDS = CALCULATION_FIELDS | {
    "employee_id",
    "lot_id",
    "date_loss",
    "reason",
    "company_id",
    "signature",
    "amount",
    "circumstances",
}


class AftersalesToolCompensation(models.Model):
    """The compensation sheet 服务器械赔偿单 of a tool lost or broken by fault.

    ========  ==========================  ==========================================
    Action    Who                         Restriction
    ========  ==========================  ==========================================
    confirm   the person, storekeeper     signed by the person; frozen from then on
    approve   tiers (service manager)     nobody approves his own
    post      accountant                  once; again when its entry left the books;
                                          the tool is scrapped once
    found     accountant                  reverses what was posted
    ========  ==========================  ==========================================
    """

    _name = "aftersales.tool.compensation"
    _description = "Tool Compensation"
    _inherit = [
        "aftersales.billed.mixin",
        "tier.validation",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _state_from = ["confirmed"]
    _state_to = ["approved"]
    _cancel_state = "cancelled"
    _tier_validation_manual_config = False
    _guarded_fields = (
        "state",
        "signed_at",
        "move_id",
        "reversal_move_id",
        "deduction_id",
        "amount_kept",
        "is_charge_gone",
        "former_bill_ids",
        "scrap_id",
        "found_picking_id",
    )

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
        index="trigram",
    )
    state = fields.Selection(
        [
            ("draft", "Reported"),
            ("confirmed", "Confirmed"),
            ("approved", "Approved"),
            ("posted", "Posted"),
            ("reversed", "Found Again"),
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
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Person",
        compute="_compute_employee_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        index="btree_not_null",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Tool",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_tool", "=", True)],
    )
    lot_name = fields.Char(
        related="lot_id.name",
        string="Number on the Sheet",
        help="Printed for whoever owes, also when he has no right on the tool.",
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    tool_class_id = fields.Many2one(
        related="lot_id.tool_class_id", string="Class at the Time", store=True
    )
    reason = fields.Selection(
        [("lost", "Lost"), ("damaged", "Damaged by fault")],
        default="lost",
        required=True,
        tracking=True,
    )
    date_loss = fields.Date(
        string="Date of Loss", required=True, default=fields.Date.context_today
    )
    reported_at = fields.Datetime(
        default=fields.Datetime.now, readonly=True, copy=False
    )
    reported_by_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, readonly=True, copy=False
    )
    circumstances = fields.Text(help="Where, when and how the tool got lost or broke.")
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        check_company=True,
        index="btree_not_null",
    )

    # --- calculation, kept as it was on the day ---
    tool_currency_id = fields.Many2one(
        "res.currency",
        string="Price Currency",
        compute="_compute_calculation_base",
        store=True,
        readonly=False,
        precompute=True,
    )
    price = fields.Monetary(
        string="Original Price",
        currency_field="tool_currency_id",
        compute="_compute_calculation_base",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    date_start = fields.Date(
        string="First Use",
        compute="_compute_calculation_base",
        store=True,
        readonly=False,
        precompute=True,
    )
    depreciation_rate = fields.Float(
        string="Depreciation per Half-Year (%)",
        digits=(5, 2),
        compute="_compute_calculation_base",
        store=True,
        readonly=False,
        precompute=True,
    )
    floor_rate = fields.Float(
        string="Floor (%)",
        digits=(5, 2),
        compute="_compute_calculation_base",
        store=True,
        readonly=False,
        precompute=True,
    )
    life_months = fields.Integer(
        string="Life (months)",
        compute="_compute_calculation_base",
        store=True,
        readonly=False,
        precompute=True,
    )
    fault_share = fields.Float(
        string="Share of the Fault (%)", default=100.0, digits=(5, 2), tracking=True
    )
    half_years = fields.Integer(
        string="Completed Half-Years", compute="_compute_amount", store=True
    )
    residual_percent = fields.Float(
        string="Residual (%)", digits=(5, 2), compute="_compute_amount", store=True
    )
    residual_value = fields.Monetary(
        currency_field="tool_currency_id", compute="_compute_amount", store=True
    )
    is_expired = fields.Boolean(
        string="Life Ended", compute="_compute_amount", store=True
    )
    amount_tool_currency = fields.Monetary(
        string="Compensation in Price Currency",
        currency_field="tool_currency_id",
        compute="_compute_amount",
        store=True,
    )
    amount = fields.Monetary(
        string="Compensation", compute="_compute_amount", store=True, tracking=True
    )
    price_missing = fields.Boolean(compute="_compute_price_missing")
    no_price_reason = fields.Char(
        string="Why Without Price",
        copy=False,
        tracking=True,
        help="A tool without an original price costs nothing only for a reason, given "
        "by the storekeeper, the manager or finance.",
    )

    # --- signature, payment ---
    signature = fields.Image(max_width=1024, max_height=512, copy=False)
    signed_by = fields.Char(copy=False)
    signed_at = fields.Datetime(readonly=True, copy=False)
    payment_mode = fields.Selection(
        [("finance", "Paid to finance"), ("deduction", "Deducted from wages")],
        default="finance",
        required=True,
        tracking=True,
    )
    date_payable = fields.Date(string="Payable By", copy=False, tracking=True)

    _check_fault_share = models.Constraint(
        "CHECK(fault_share BETWEEN 0 AND 100)",
        "The share of the fault is a percentage between 0 and 100.",
    )
    _check_price = models.Constraint(
        "CHECK(price >= 0)", "The original price cannot be negative."
    )
    _lot_open_uniq = models.UniqueIndex(
        "(lot_id) WHERE state NOT IN ('reversed', 'cancelled')",
        "There is an open compensation sheet for this tool already.",
    )
    _check_life = models.Constraint(
        "CHECK (life_months >= 0)", "The life of a tool cannot be negative."
    )

    # === COMPUTE METHODS ===#
    @api.depends("lot_id")
    def _compute_employee_id(self):
        for sheet in self:
            if not sheet.employee_id:
                sheet.employee_id = sheet.lot_id.custodian_id

    @api.depends("employee_id")
    def _compute_department_id(self):
        for sheet in self:
            sheet.department_id = sheet.employee_id.department_id

    @api.depends("lot_id", "company_id")
    def _compute_calculation_base(self):
        """Copied, not related: the sheet stays as it was when it was written."""
        for sheet in self:
            if sheet.state != "draft":
                continue
            # sudo: the sheet shows price and class to the person who pays
            lot = sheet.sudo().lot_id
            terms = (
                lot.tool_class_id._get_terms(sheet.company_id)
                if lot.tool_class_id
                else lot.tool_class_id
            )
            sheet.tool_currency_id = (
                lot.tool_currency_id or sheet.company_id.currency_id
            )
            sheet.price = lot.tool_price
            sheet.date_start = lot.in_service_since
            sheet.depreciation_rate = terms.depreciation_rate
            sheet.floor_rate = terms.floor_rate
            sheet.life_months = terms.life_months

    @api.depends("price")
    def _compute_price_missing(self):
        for sheet in self:
            sheet.price_missing = not sheet.price

    @api.depends(
        "price",
        "tool_currency_id",
        "date_start",
        "date_loss",
        "depreciation_rate",
        "floor_rate",
        "life_months",
        "fault_share",
    )
    def _compute_amount(self):
        for sheet in self:
            # whether the day is yet to come depends on who looks, so not here
            if not sheet.date_loss or sheet._is_lost_before_use():
                sheet.half_years = sheet.residual_percent = sheet.residual_value = 0
                sheet.amount_tool_currency = sheet.amount = 0
                sheet.is_expired = False
                continue
            currency = sheet.tool_currency_id or sheet.company_id.currency_id
            result = compute_compensation(
                sheet.price,
                sheet.date_start or None,
                sheet.date_loss,
                rate=sheet.depreciation_rate,
                floor=sheet.floor_rate,
                life_months=sheet.life_months,
                fault_share=sheet.fault_share,
                digits=currency.decimal_places,
            )
            sheet.half_years = result.half_years
            sheet.residual_percent = result.residual_percent
            sheet.residual_value = result.residual_value
            sheet.is_expired = result.expired
            sheet.amount_tool_currency = result.amount
            sheet.amount = currency._convert(
                result.amount,
                sheet.company_id.currency_id,
                sheet.company_id,
                sheet.date_loss,
            )

    def _is_lost_before_use(self):
        self.ensure_one()
        return bool(
            self.date_start and self.date_loss and self.date_loss < self.date_start
        )

    def _get_calculation_error(self):
        """Return why the sheet cannot be calculated, or False."""
        self.ensure_one()
        if self.date_loss and self.date_loss > fields.Date.context_today(self):
            return self.env._("The loss cannot lie in the future.")
        if self._is_lost_before_use():
            return self.env._("The loss lies before the first use of the tool.")
        return False

    def _get_price_error(self):
        """Return why a tool without a price cannot be settled, or False: nobody
        owes nothing because a price was forgotten (R-TOL-06)."""
        self.ensure_one()
        if not self.price_missing or (self.no_price_reason or "").strip():
            return False
        return self.env._(
            "%(sheet)s: enter the original price of the tool, or why there is none.",
            sheet=self.name,
        )

    # === CONSTRAINT METHODS ===#
    @api.constrains("date_loss", "date_start")
    def _check_dates(self):
        for sheet in self:
            error = sheet._get_calculation_error()
            if error:
                raise ValidationError(error)

    @api.constrains("lot_id")
    def _check_lot(self):
        for sheet in self:
            # sudo: the class decides, also for a tool the person no longer holds
            lot = sheet.sudo().lot_id
            if not lot.is_tool or not lot.tool_class_id.is_durable:
                raise ValidationError(
                    self.env._(
                        "%(tool)s is no durable tool; consumables are not compensated.",
                        tool=lot.display_name,
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.tool.compensation", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            self._check_person_rights(vals)
            if not vals.get("name"):
                vals["name"] = number
        sheets = super().create(vals_list)
        sheets._check_own_tools()
        sheets._notify_manager()
        return sheets

    def write(self, vals):
        if FROZEN_FIELDS & set(vals):
            frozen = self.filtered(lambda sheet: sheet.state != "draft")
            if frozen:
                raise UserError(
                    self.env._(
                        "%(sheets)s is signed; its calculation does not change any "
                        "more.",
                        sheets=", ".join(frozen.mapped("name")),
                    )
                )
        self._check_person_rights(vals)
        if {"employee_id", "lot_id"} & set(vals) and not self._is_clerk():
            raise UserError(
                self.env._("Person and tool of a sheet are changed by the storekeeper.")
            )
        if "payment_mode" in vals and not self._is_clerk():
            self._check_state({"draft"})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(sheet.state not in ("draft", "cancelled") for sheet in self):
            raise UserError(
                self.env._("A signed compensation sheet is cancelled, not deleted.")
            )
