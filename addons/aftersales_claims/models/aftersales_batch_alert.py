# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.aftersales_service.tools.language import in_company_language


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
    request_count = fields.Integer(compute="_compute_request_count")
    claim_count = fields.Integer(compute="_compute_claim_count")
    line_ids = fields.One2many(
        "aftersales.batch.alert.line", "alert_id", string="Concerned"
    )
    capa_ids = fields.One2many("aftersales.capa", "batch_alert_id")
    freight_amount = fields.Monetary(
        help="Freight of the take-back, always at the company's cost.",
        groups="aftersales_service.group_costs",
    )
    cost_amount = fields.Monetary(
        string="Cost So Far",
        compute="_compute_cost_amount",
        compute_sudo=True,
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
            alert.is_late = (alert.recognised_at or now) > alert.deadline

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("recognised_at", "=", False) & Domain(
            "deadline", "<", fields.Datetime.now()
        )
        return domain if True in value else ~domain

    def _compute_request_count(self):
        counts = dict(
            self.env["aftersales.request"]._read_group(
                [("batch_alert_id", "in", self.ids)], ["batch_alert_id"], ["__count"]
            )
        )
        for alert in self:
            alert.request_count = counts.get(alert, 0)

    @api.depends_context("uid")
    def _compute_claim_count(self):
        for alert in self:
            claims = self.env["aftersales.claim"]
            if claims.has_access("read"):
                claims = claims.search([("request_id", "in", alert.request_ids.ids)])
            alert.claim_count = len(claims)

    def _compute_cost_amount(self):
        for alert in self:
            alert.cost_amount = alert.freight_amount + alert._get_claim_cost()

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company("aftersales.batch.alert", vals_list)
        return super().create(vals_list)

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
        return True

    def action_refresh_lines(self):
        """Look again for machines and stock of the batch."""
        self._check_role()
        self.filtered(
            lambda alert: alert.state in ("raised", "confirmed")
        )._create_lines()
        return True

    def action_view_requests(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Service Requests"),
            "res_model": "aftersales.request",
            "view_mode": "list,form",
            "domain": [("batch_alert_id", "in", self.ids)],
        }

    def action_view_claims(self):
        """The claims of the batch, which make its cost."""
        claims = self.env["aftersales.claim"].search(
            [("request_id", "in", self.request_ids.ids)]
        )
        return claims._get_records_action(claims, self.env._("Warranty Claims"))

    def action_view_costs(self):
        """What the cost so far is made of, freight of the take-back aside."""
        domain = [
            ("claim_id.request_id", "in", self.request_ids.ids),
            ("state", "!=", "reversed"),
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Claim Costs"),
            "res_model": "aftersales.claim.cost",
            "view_mode": "list,pivot,graph",
            "domain": domain,
            "context": {"create": False},
        }

    def action_view_capas(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Measures"),
            "res_model": "aftersales.capa",
            "view_mode": "list,form",
            "domain": [("batch_alert_id", "in", self.ids)],
        }

    def action_create_capa(self):
        """Open an empty CAPA sheet filled from the alert."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.capa",
            "view_mode": "form",
            "context": {
                "default_batch_alert_id": self.id,
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
            if not alert.finding:
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

    def _create_lines(self):
        """List every machine of the batch, at customers and in stock, once."""
        for alert in self:
            # sudo: quality need not read stock to learn what lies in it
            lots = (
                self.env["stock.lot"]
                .sudo()
                .search(
                    [
                        ("product_id", "=", alert.product_id.id),
                        ("production_batch", "=", alert.production_batch),
                        ("company_id", "in", (False, alert.company_id.id)),
                        ("id", "not in", alert.line_ids.lot_id.ids),
                    ]
                )
            )
            in_stock = {
                lot: (locations[:1], quantity)
                for lot, locations, quantity in self.env["stock.quant"]
                .sudo()
                ._read_group(
                    [
                        ("lot_id", "in", lots.ids),
                        ("location_id.usage", "=", "internal"),
                        ("quantity", ">", 0),
                    ],
                    ["lot_id"],
                    ["location_id:recordset", "quantity:sum"],
                )
            }
            nowhere = (self.env["stock.location"], 1.0)
            vals_list = []
            for lot in lots:
                location, quantity = in_stock.get(lot, nowhere)
                vals_list.append(
                    {
                        "alert_id": alert.id,
                        "lot_id": lot.id,
                        "partner_id": False if location else lot.customer_id.id,
                        "location_id": location.id,
                        "quantity": quantity,
                    }
                )
            self.env["aftersales.batch.alert.line"].create(vals_list)

    def _get_claim_cost(self):
        """Return what the claims of the alert's requests have cost so far."""
        self.ensure_one()
        return sum(self.request_ids.claim_ids.mapped("cost_total"))

    @api.model
    def _raise_for(self, requests=None):
        """Raise the alerts due for the batches of ``requests``; for all by default.

        Constant number of queries per company, once per batch (R-INT-11).

        :return: the new aftersales.batch.alert records
        """
        Request = self.env["aftersales.request"]
        new_alerts = self.browse()
        companies = (
            requests.company_id
            if requests is not None
            else self.env["res.company"].search([])
        )
        for company in companies:
            domain = Request._get_batch_domain(company)
            if requests is not None:
                lots = requests.filtered(lambda r, c=company: r.company_id == c).lot_id
                domain &= Domain(
                    "lot_id.production_batch",
                    "in",
                    lots.filtered("production_batch").mapped("production_batch"),
                )
            by_batch = defaultdict(Request.browse)
            for lot, found in Request._read_group(domain, ["lot_id"], ["id:recordset"]):
                by_batch[lot.product_id, lot.production_batch] |= found
            if not by_batch:
                continue
            existing = {
                (alert.product_id, alert.production_batch): alert
                for alert in self.search(
                    [
                        ("company_id", "=", company.id),
                        ("production_batch", "in", [b for _p, b in by_batch]),
                    ]
                )
            }
            for key, found in by_batch.items():
                alert = existing.get(key)
                # one machine that fails again and again is a repeat repair (R-INT-10)
                if not alert and len(found.lot_id) >= company.aftersales_batch_count:
                    alert = self.create(
                        {
                            "company_id": company.id,
                            "product_id": key[0].id,
                            "production_batch": key[1],
                            "user_id": company._get_aftersales_batch_user().id,
                        }
                    )
                    new_alerts |= alert
                elif alert and alert._needs_raising(found):
                    alert._raise_again()
                if alert:
                    found.filtered(
                        lambda r: not r.batch_alert_id
                    ).batch_alert_id = alert
        # who goes to look on site sees at once how far it reaches
        new_alerts._create_lines()
        new_alerts._notify_raised()
        return new_alerts

    def _notify_raised(self):
        for alert in self:
            alert.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=(alert.user_id or self.env.user).id,
                date_deadline=alert.deadline.date(),
                summary=self.env._(
                    "Recognise the batch problem on site: %(batch)s",
                    batch=alert.production_batch,
                ),
            )

    # === CRON ===#
    @api.model
    @in_company_language
    def _cron_detect(self):
        """Raise what intake did not see; tell those responsible for late ones."""
        self._raise_for()
        late = self.search([("is_late", "=", True), ("warned", "=", False)])
        late._notify_raised()
        late._write_guarded({"warned": True})
