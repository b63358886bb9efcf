# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesCapaAction(models.Model):
    """One measure with its owner, due date and evidence (R-CLM-16)."""

    _name = "aftersales.capa.action"
    _description = "Measure"
    _inherit = "aftersales.attachment.mixin"
    _order = "capa_id, kind, due_date, id"
    _check_company_auto = True
    _attachment_fields = ("evidence_ids",)

    capa_id = fields.Many2one(
        "aftersales.capa", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="capa_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("containment", "Containment"),
            ("corrective", "Corrective"),
            ("preventive", "Preventive"),
        ],
        required=True,
        default="corrective",
    )
    name = fields.Char(string="Measure", required=True)
    employee_id = fields.Many2one(
        "hr.employee", string="Owner", required=True, index=True, check_company=True
    )
    due_date = fields.Date(required=True, index=True)
    done_on = fields.Date(copy=False)
    result = fields.Char(copy=False)
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_capa_action_evidence_rel",
        "action_id",
        "attachment_id",
        copy=False,
    )
    reminded_on = fields.Date(readonly=True, copy=False)
    is_late = fields.Boolean(compute="_compute_is_late")

    @api.depends("due_date", "done_on")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for action in self:
            action.is_late = bool(
                action.due_date and (action.done_on or today) > action.due_date
            )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions._check_open()
        return actions

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_verified(self):
        self._check_open()

    def _check_open(self):
        """:raises UserError: the effect was verified, the sheet is closed"""
        closed = self.capa_id.filtered(lambda c: c.state in ("closed", "cancelled"))
        if closed and not self.env.su:
            raise UserError(
                self.env._(
                    "%(names)s is closed: its measures stay as they are.",
                    names=", ".join(closed.mapped("name")),
                )
            )

    # === ACTION METHODS ===#
    def action_done(self):
        """The owner reports the measure done, with its result."""
        for action in self:
            if not action.result:
                raise UserError(
                    self.env._("%(name)s: what is the result?", name=action.name)
                )
        self.write({"done_on": fields.Date.context_today(self)})
        return True
