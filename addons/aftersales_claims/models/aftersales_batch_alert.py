# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.text import is_blank
from .stock_lot_batch import normalize_batch


class AftersalesBatchAlert(models.Model):
    """Batch quality problem (R-INT-11): several requests on one production batch.

    raised -> confirmed -> closed, or raised -> rejected; both are raised again if as
    many machines fail anew. Confirmed, everything of the batch is taken back and the
    company pays the freight.
    """

    _name = "aftersales.batch.alert"
    _description = "Batch Alert"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "raised_at desc, id desc"
    _check_company_auto = True
    _guarded_fields = (
        "state",
        "raised_at",
        "recognised_at",
        "recognised_by_id",
        "warned",
        "is_below",
        "closed_at",
    )
    _editable_in = {
        ("raised",): (
            "company_id",
            "product_id",
            "production_batch",
        ),
        ("raised", "confirmed"): (
            "finding",
            "freight_amount",
        ),
    }

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
            ("raised", "Raised"),
            ("confirmed", "Confirmed"),
            ("rejected", "Not a Batch Problem"),
            ("closed", "Closed"),
        ],
        default="raised",
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
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, index=True, check_company=True
    )
    production_batch = fields.Char(required=True, index=True)
    user_id = fields.Many2one(
        "res.users", string="Responsible", index=True, tracking=True
    )
    raised_at = fields.Datetime(
        default=fields.Datetime.now, required=True, readonly=True
    )
    deadline = fields.Datetime(
        string="Recognise On Site Before",
        compute="_compute_deadline",
        store=True,
        index=True,
    )
    recognised_at = fields.Datetime(readonly=True, copy=False, tracking=True)
    recognised_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    warned = fields.Boolean(readonly=True, copy=False)
    finding = fields.Text(copy=False)
    request_ids = fields.One2many(
        "aftersales.request", "batch_alert_id", string="Requests"
    )
    line_ids = fields.One2many(
        "aftersales.batch.alert.line", "alert_id", string="Concerned"
    )
    capa_ids = fields.One2many("aftersales.capa", "batch_alert_id")
    is_below = fields.Boolean(
        string="Too Few Machines Left",
        readonly=True,
        copy=False,
        help="Requests have left the alert, and the rest would not raise it any more.",
    )
    freight_amount = fields.Monetary(
        help="Freight of the take-back, always at the company's cost.",
        groups="aftersales_service.group_costs",
    )
    # one alert for each batch, also when two requests arrive at once
    _batch_uniq = models.UniqueIndex(
        "(company_id, product_id, production_batch)",
        "This batch has its alert already.",
    )
    _freight_positive = models.Constraint(
        "CHECK (freight_amount >= 0)", "Freight cannot be negative."
    )

    # === COMPUTE METHODS ===#
    @api.depends("raised_at", "company_id")
    def _compute_deadline(self):
        for alert in self:
            alert.deadline = alert.raised_at + relativedelta(
                days=alert.company_id.aftersales_batch_recognition_days
            )

    @api.depends("deadline", "recognised_at")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for alert in self:
            alert.is_late = not alert.recognised_at and now > alert.deadline

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("recognised_at", "=", False) & Domain(
            "deadline", "<", fields.Datetime.now()
        )
        return domain if True in value else ~domain

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company("aftersales.batch.alert", vals_list)
        return super().create([self._with_batch(vals) for vals in vals_list])

    def write(self, vals):
        before = {alert: alert.user_id for alert in self if "user_id" in vals}
        res = super().write(self._with_batch(vals))
        for alert, user in before.items():
            alert._hand_over_todos(user)
        if {"company_id", "product_id", "production_batch"} & vals.keys():
            # sudo: who corrects what an alert is about need not read all it concerns
            alerts = self.sudo()
            alerts.line_ids.filtered(
                lambda line: line.state == "open"
            )._drop_strangers()
            alerts.request_ids._leave_batch_alert()
        return res

    @api.model
    def _with_batch(self, vals):
        """Return ``vals`` with the batch as everybody writes it."""
        if not vals.get("production_batch"):
            return vals
        return {**vals, "production_batch": normalize_batch(vals["production_batch"])}

    # === ACTION METHODS ===#
    def action_confirm(self):
        """Recognised on site as a batch problem: list all that is concerned, also
        what was made or moved since the alert was raised."""
        self._recognise("confirmed")
        self._create_lines()
        return True

    def action_reject(self):
        """Recognised on site: the faults have nothing in common."""
        self._recognise("rejected")
        return True

    def action_close(self):
        """Close when everything concerned was taken back or cleared."""
        self._check_role()
        for alert in self:
            if alert.state != "confirmed":
                raise UserError(
                    self.env._("%(name)s is not confirmed.", name=alert.name)
                )
            waiting = alert.line_ids.filtered(lambda line: line.state == "open")
            if waiting:
                raise UserError(
                    self.env._(
                        "%(name)s: still to be taken back or cleared: %(lots)s",
                        name=alert.name,
                        lots=", ".join(waiting.lot_id.mapped("name")),
                    )
                )
        self._write_guarded({"state": "closed", "closed_at": fields.Datetime.now()})
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_refresh_lines(self):
        """Look again for machines and stock of the batch."""
        self._check_role()
        self.filtered(
            lambda alert: alert.state in ("raised", "confirmed")
        )._create_lines()
        return True

    def action_take_back_all(self):
        """Take back all that is still open; what is good was cleared before."""
        self.line_ids.filtered(lambda line: line.state == "open").action_take_back()
        return True

    def action_create_capa(self):
        """Open an empty CAPA sheet filled from the alert."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.capa",
            "view_mode": "form",
            "context": {
                "default_batch_alert_id": self.id,
                "default_company_id": self.company_id.id,
                "default_product_id": self.product_id.id,
                "default_problem": self.finding,
            },
        }

    # === BUSINESS METHODS ===#
    def _check_role(self):
        if not self.env.user.has_group(
            "aftersales_service.group_quality"
        ) and not self.env.user.has_group("aftersales_service.group_manager"):
            raise UserError(
                self.env._("Only quality or the service manager decide on a batch.")
            )

    def _recognise(self, state):
        self._check_role()
        for alert in self:
            if alert.state != "raised":
                raise UserError(
                    self.env._("%(name)s was decided already.", name=alert.name)
                )
            if is_blank(alert.finding):
                raise UserError(
                    self.env._(
                        "%(name)s: write down what was found on site.", name=alert.name
                    )
                )
        self._write_guarded(
            {
                "state": state,
                "recognised_at": fields.Datetime.now(),
                "recognised_by_id": self.env.uid,
            }
        )
        self.activity_unlink(["mail.mail_activity_data_todo"])
