# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.guard import check_role, check_stays_on_file
from ..tools.kanban import order_states
from ..tools.language import in_company_language


class AftersalesStation(models.Model):
    """File of a repair point or service station 特约维修点 (R-DSP-20).

    ===========  ====================  ==============================================
    State        Action                Condition
    ===========  ====================  ==============================================
    applied      action_check          what was checked, on which result
    checked      action_contract       contract, validity, region; a positive check
    contracted   action_suspend/_end   a reason
    suspended    action_contract
    ended        action_apply          applies anew
    ===========  ====================  ==============================================
    """

    _name = "aftersales.station"
    _description = "Service Station"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "state, name"
    _check_company_auto = True
    _guarded_fields = ("state", "check_date", "check_user_id")

    name = fields.Char(related="partner_id.name", store=True)
    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, check_company=True, tracking=True
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        [
            ("applied", "Applied"),
            ("checked", "Checked"),
            ("contracted", "Contracted"),
            ("suspended", "Suspended"),
            ("ended", "Ended"),
        ],
        default="applied",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=order_states,
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user
    )
    region_id = fields.Many2one("aftersales.region", string="Area", tracking=True)
    area_note = fields.Char(string="Area in Words")
    application_date = fields.Date(default=fields.Date.context_today)
    application_note = fields.Text(string="Application")
    check_date = fields.Date(readonly=True, copy=False)
    check_user_id = fields.Many2one(
        "res.users", string="Checked by", readonly=True, copy=False
    )
    check_result = fields.Selection(
        [("good", "Suitable"), ("bad", "Not Suitable")], copy=False, tracking=True
    )
    check_note = fields.Text(string="What was Checked", copy=False)
    contract_ref = fields.Char(string="Contract", copy=False, tracking=True)
    date_start = fields.Date(string="Valid from", copy=False, tracking=True)
    date_end = fields.Date(string="Valid until", copy=False, tracking=True)
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Prices agreed; empty: the service price list.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    labour_rate = fields.Monetary(
        string="Rate per Hour", groups="aftersales_service.group_costs"
    )
    travel_rate = fields.Monetary(
        string="Rate per km", groups="aftersales_service.group_costs"
    )
    parts_support = fields.Text(help="Which parts it holds, how bad ones are swapped.")
    event_ids = fields.One2many(
        "aftersales.station.event", "station_id", string="Training and Audits"
    )
    next_audit_date = fields.Date(tracking=True, index=True)
    last_training_date = fields.Date(
        compute="_compute_last_events", store=True, string="Last Training"
    )
    last_audit_date = fields.Date(
        compute="_compute_last_events", store=True, string="Last Audit"
    )
    order_count = fields.Integer(compute="_compute_order_count")
    can_work = fields.Boolean(
        compute="_compute_can_work",
        help="Contracted, within its dates, and trained.",
    )

    _rates_check = models.Constraint(
        "CHECK(labour_rate >= 0 AND travel_rate >= 0)",
        "The rates of a station cannot be negative.",
    )
    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A contract cannot end before it starts.",
    )
    _partner_uniq = models.UniqueIndex(
        "(partner_id, company_id) WHERE active IS TRUE",
        "This partner has a station file already.",
    )

    @api.depends("event_ids.date", "event_ids.kind", "event_ids.result")
    def _compute_last_events(self):
        for station in self:
            for fname, kind in (
                ("last_training_date", "training"),
                ("last_audit_date", "audit"),
            ):
                dates = station.event_ids.filtered(
                    lambda event, kind=kind: (
                        event.kind == kind and event.date and event.result == "passed"
                    )
                ).mapped("date")
                station[fname] = max(dates, default=False)

    @api.depends("state", "date_start", "date_end", "last_training_date")
    def _compute_can_work(self):
        today = fields.Date.context_today(self)
        for station in self:
            station.can_work = bool(
                station.state == "contracted"
                and station.last_training_date
                and (not station.date_start or station.date_start <= today)
                and (not station.date_end or today <= station.date_end)
            )

    def _compute_order_count(self):
        groups = self.env["aftersales.order"]._read_group(
            [("station_id", "in", self.partner_id.ids)], ["station_id"], ["__count"]
        )
        counts = {partner.id: count for partner, count in groups}
        for station in self:
            station.order_count = counts.get(station.partner_id.id, 0)

    @api.constrains("state", "contract_ref", "date_start", "date_end", "region_id")
    def _check_contract(self):
        for station in self.filtered(lambda s: s.state == "contracted"):
            if not (station.contract_ref and station.date_start and station.date_end):
                raise ValidationError(
                    self.env._(
                        "%(station)s: a contracted station has a contract number and "
                        "its validity.",
                        station=station.name,
                    )
                )

    def _ensure_state(self, *states):
        for station in self:
            if station.state not in states:
                raise UserError(
                    self.env._(
                        "%(station)s is %(state)s; this step does not follow.",
                        station=station.name,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[station.state],
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        check_stays_on_file(self, "applied")

    def action_check(self):
        """Record the check of an application; needs its result and what was seen."""
        self._ensure_state("applied")
        for station in self:
            if not station.check_result or not station.check_note:
                raise UserError(
                    self.env._("Record what was checked and whether it is suitable.")
                )
        self._write_guarded(
            {
                "state": "checked",
                "check_date": fields.Date.context_today(self),
                "check_user_id": self.env.uid,
            }
        )
        return True

    def action_contract(self):
        """Take a checked station into the network."""
        self._ensure_state("checked", "suspended")
        check_role(self, "aftersales_service.group_manager")
        for station in self:
            if station.check_result != "good":
                raise UserError(
                    self.env._(
                        "%(station)s was found not suitable.", station=station.name
                    )
                )
        self._write_guarded({"state": "contracted"})
        # sudo: whoever manages the network need not be able to edit partners
        self.sudo().partner_id.is_service_station = True
        return True

    def action_suspend(self):
        """Give no work to contracted stations for now."""
        self._ensure_state("contracted")
        check_role(self, "aftersales_service.group_manager")
        self._write_guarded({"state": "suspended"})
        return True

    def action_end(self):
        """End the contract; the partner is no station of any company any more."""
        self._ensure_state("contracted", "suspended", "checked")
        check_role(self, "aftersales_service.group_manager")
        self._write_guarded({"state": "ended"})
        # sudo: see action_contract; files of other companies count too
        others = self.sudo().search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("state", "in", ("contracted", "suspended")),
            ]
        )
        (self.sudo().partner_id - others.partner_id).is_service_station = False
        return True

    def action_apply(self):
        """Let ended stations apply again, to be checked anew."""
        self._ensure_state("ended")
        self._write_guarded({"state": "applied", "check_result": False})
        return True

    def action_view_orders(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_order_action"
        )
        action["domain"] = [("station_id", "=", self.partner_id.id)]
        action["context"] = {}
        return action

    @api.model
    def _get_station(self, partner):
        """Return the contracted file of ``partner`` in the current company."""
        if not partner:
            return self
        # sudo: its price list, for whoever draws up a quotation
        return self.sudo().search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "contracted"),
            ],
            limit=1,
        )

    @api.model
    @in_company_language
    def _cron_schedule_audits(self):
        """Remind the responsible of due audits and of contracts that end (R-DSP-20);
        a second run adds nothing."""
        limit = fields.Date.add(fields.Date.context_today(self), days=30)
        stations = self.search(
            [
                ("state", "=", "contracted"),
                "|",
                ("next_audit_date", "<=", limit),
                ("date_end", "<=", limit),
            ]
        )
        for station in stations.filtered(lambda s: not s.activity_ids):
            station.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=min(
                    day for day in (station.next_audit_date, station.date_end) if day
                ),
                summary=self.env._("Audit due, or contract about to end"),
                user_id=station.user_id.id or self.env.uid,
            )
