# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesRepairTracking(models.Model):
    """Repair tracking sheet 售后产品维修跟踪单: what cannot be repaired on site is
    agreed between departments and tracked until done; hardware to exchange goes on
    its delivery list 售后发货清单 (R-DSP-21)."""

    _name = "aftersales.repair.tracking"
    _description = "Repair Tracking Sheet"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Sheet",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
    )
    state = fields.Selection(
        [
            ("open", "In Progress"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    request_id = fields.Many2one(
        "aftersales.request",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
        domain="[('request_id', '=', request_id)]",
    )
    partner_id = fields.Many2one(related="request_id.partner_id", store=True)
    lot_id = fields.Many2one(
        related="request_id.lot_id", store=True, index="btree_not_null"
    )
    product_id = fields.Many2one(related="request_id.product_id")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
    )
    problem = fields.Text(required=True)
    plan = fields.Text(string="Agreed Plan", tracking=True)
    measurements = fields.Text(string="Measurement and Test Data")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_repair_tracking_attachment_rel",
        "tracking_id",
        "attachment_id",
        string="Test Records",
        copy=False,
    )
    action_ids = fields.One2many(
        "aftersales.repair.tracking.action", "tracking_id", string="Actions"
    )
    delivery_ids = fields.One2many(
        "aftersales.repair.tracking.delivery", "tracking_id", string="Delivery List"
    )
    date_due = fields.Date(
        string="Due", compute="_compute_date_due", store=True, index="btree_not_null"
    )
    open_count = fields.Integer(compute="_compute_date_due", store=True)

    @api.depends("action_ids.date_due", "action_ids.done_on")
    def _compute_date_due(self):
        for sheet in self:
            pending = sheet.action_ids.filtered(lambda action: not action.done_on)
            sheet.open_count = len(pending)
            sheet.date_due = min(
                (action.date_due for action in pending if action.date_due),
                default=False,
            )

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if not vals.get("name"):
                vals["name"] = sequence.next_by_code("aftersales.repair.tracking")
        return super().create(vals_list)

    def action_done(self):
        """Close the sheets; all their actions must be done and the plan written."""
        self._ensure_state("open")
        for sheet in self:
            if not sheet.plan or not sheet.action_ids:
                raise UserError(
                    self.env._("%(name)s has no agreed plan.", name=sheet.name)
                )
            if sheet.open_count:
                raise UserError(
                    self.env._(
                        "%(name)s: %(count)s actions are still open.",
                        name=sheet.name,
                        count=sheet.open_count,
                    )
                )
        self._write_guarded({"state": "done"})
        return True

    def _ensure_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for sheet in self:
            if sheet.state not in states:
                raise UserError(
                    self.env._(
                        "%(sheet)s is %(state)s; this step does not follow.",
                        sheet=sheet.name,
                        state=labels[sheet.state],
                    )
                )

    def action_cancel(self):
        """Cancel open trackings."""
        self._ensure_state("open")
        self._write_guarded({"state": "cancelled"})
        return True

    def action_reopen(self):
        """Take up trackings that were done or cancelled."""
        self._ensure_state("done", "cancelled")
        self._write_guarded({"state": "open"})
        return True

    def action_request_goods(self):
        """Put the delivery list's goods on the service order, whose requisition
        brings them through stock; each line once.

        :raise UserError: no service order, or nothing left to request
        """
        for sheet in self:
            lines = sheet.delivery_ids.filtered(lambda line: not line.part_id)
            if not lines:
                raise UserError(
                    self.env._("%(name)s: nothing left to request.", name=sheet.name)
                )
            if not sheet.order_id or sheet.order_id.state in (
                "reported",
                "done",
                "cancelled",
            ):
                raise UserError(
                    self.env._(
                        "%(name)s: choose an open service order that brings the goods.",
                        name=sheet.name,
                    )
                )
            parts = self.env["aftersales.order.part"].create(
                [
                    {
                        "order_id": sheet.order_id.id,
                        "product_id": line.product_id.id,
                        "quantity": line.quantity,
                    }
                    for line in lines
                ]
            )
            for line, part in zip(lines, parts, strict=True):
                line.part_id = part
        return True
