# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

STAGES = [
    ("before", "Before leaving"),
    ("safety", "Safety on site"),
    ("arrival", "Arrival inspection"),
    ("commissioning", "Commissioning steps"),
    ("after", "After service"),
]
#: what is to be checked; the technician ticks it off (R-DSP-04, R-DSP-06)
SETUP_FIELDS = {
    "order_id",
    "stage",
    "name",
    "required",
    "product_id",
    "lot_id",
    "quantity_expected",
}


class AftersalesOrderCheck(models.Model):
    """One line of a check list on an order (R-DSP-04, R-DSP-06, R-DSP-12)."""

    _name = "aftersales.order.check"
    _inherit = "aftersales.report.line.mixin"
    _description = "Check on a Service Order"
    _order = "order_id, stage_sequence, sequence, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "aftersales.order",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    stage = fields.Selection(STAGES, required=True, default="before")
    stage_sequence = fields.Integer(compute="_compute_stage_sequence", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    required = fields.Boolean(default=True)
    done = fields.Boolean(copy=False)
    done_at = fields.Datetime(compute="_compute_done_at", store=True, copy=False)
    employee_id = fields.Many2one("hr.employee", string="Technician")
    product_id = fields.Many2one("product.product")
    lot_id = fields.Many2one("stock.lot", string="Serial Number")
    quantity_expected = fields.Float(
        digits="Product Unit", help="By the packing list or the toolbox list."
    )
    quantity_found = fields.Float(digits="Product Unit", copy=False)
    is_short = fields.Boolean(
        string="Shortage or Damage", compute="_compute_is_short", store=True
    )
    is_damaged = fields.Boolean(copy=False)
    note = fields.Char(copy=False)

    @api.depends("stage")
    def _compute_stage_sequence(self):
        order = {stage: position for position, (stage, __) in enumerate(STAGES)}
        for check in self:
            check.stage_sequence = order.get(check.stage, 0)

    @api.depends("done")
    def _compute_done_at(self):
        for check in self:
            check.done_at = check.done and (check.done_at or fields.Datetime.now())

    @api.depends("done", "quantity_expected", "quantity_found", "is_damaged")
    def _compute_is_short(self):
        for check in self:
            check.is_short = check.done and (
                check.is_damaged or check.quantity_found < check.quantity_expected
            )

    @api.constrains("quantity_expected", "quantity_found")
    def _check_quantities(self):
        for check in self:
            if check.quantity_expected < 0 or check.quantity_found < 0:
                raise ValidationError(
                    self.env._(
                        "%(check)s: quantities can't be negative.", check=check.name
                    )
                )

    @api.onchange("done")
    def _onchange_done(self):
        if self.done and not self.quantity_found:
            self.quantity_found = self.quantity_expected

    # === CRUD METHODS ===#
    def write(self, vals):
        if SETUP_FIELDS & vals.keys() and not (
            self.env.su
            or self.env.user.has_group("aftersales_service.group_dispatcher")
        ):
            raise AccessError(
                self.env._("What is checked and required is the dispatcher's to say.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_required(self):
        """A required check can't be skipped by deleting it."""
        if self.env.user.has_group("aftersales_service.group_dispatcher"):
            return
        if any(check.required for check in self):
            raise UserError(self.env._("Only the dispatcher removes a required check."))
