# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

STATE_ORDER = (
    "draft",
    "dispatched",
    "accepted",
    "travelling",
    "on_site",
    "reported",
    "done",
)
OPEN_STATES = STATE_ORDER[:-1]


class AftersalesOrder(models.Model):
    """The state machine; one ``action_*`` for each change, for many records.

    Repeating an action (double click, retry after a lost connection) does nothing:
    records that are already where the action leads, or further, are left alone.
    """

    _inherit = "aftersales.order"

    departed_latitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    departed_longitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    arrived_latitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    arrived_longitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    finished_latitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    finished_longitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    is_late = fields.Boolean(
        compute="_compute_is_late",
        search="_search_is_late",
        help="The appointment has passed and nobody is on site.",
    )

    @api.depends("planned_start", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for order in self:
            order.is_late = bool(
                order.planned_start
                and order.planned_start < now
                and order.state in ("draft", "dispatched", "accepted", "travelling")
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("planned_start", "<", fields.Datetime.now()),
            ("state", "in", ("draft", "dispatched", "accepted", "travelling")),
        ]

    @api.constrains(
        "departed_at", "arrived_at", "work_started_at", "finished_at", "reported_at"
    )
    def _check_stamp_order(self):
        """Leave, arrive, start, finish: never in the wrong order (R-DSP-03)."""
        for order in self:
            stamps = [
                stamp
                for stamp in (
                    order.departed_at,
                    order.arrived_at,
                    order.work_started_at,
                    order.finished_at,
                )
                if stamp
            ]
            if stamps != sorted(stamps):
                raise ValidationError(
                    self.env._(
                        "%(order)s: departure, arrival, start and finish must "
                        "follow each other in time.",
                        order=order.name,
                    )
                )

    # === ACTION METHODS ===#
    def action_dispatch(self):
        """Send the orders to their technicians (R-DSP-01, R-DSP-02).

        :raise UserError: no customer, technician or appointment, request not approved
            (R-INT-08), or a conflict without a manager's reason
        """
        self._ensure_dispatcher()
        orders = self._to_move(("draft",), "dispatched")
        for order in orders:
            if not order.partner_id:
                raise UserError(
                    self.env._(
                        "%(order)s: choose the customer before somebody is sent.",
                        order=order.name,
                    )
                )
            if not order.technician_id or not order.planned_start:
                raise UserError(
                    self.env._(
                        "%(order)s needs a technician and an appointment before it "
                        "is dispatched.",
                        order=order.name,
                    )
                )
        # sold on since the order was made?
        orders._check_machine_owner()
        orders.request_id._check_dispatch_allowed()
        # two dispatchers who send the same person at once see neither's order
        orders.technician_ids._take_turns()
        orders._check_dispatch_blockers()
        orders._set_state("dispatched", dispatched_at=fields.Datetime.now())
        orders.request_id._sla_reach("dispatch")
        orders._create_checks("before")
        orders._notify_technicians()
        orders.request_id._apply_order_states()
        return True

    def action_accept(self):
        """The technician takes the order."""
        orders = self._to_move(("dispatched",), "accepted")
        orders._ensure_own()
        orders._set_state("accepted", accepted_at=fields.Datetime.now())
        orders._log_step(self.env._("Accepted."))
        orders.request_id._apply_order_states()
        return True

    def action_refuse(self, reason=None):
        """The technician refuses; kept as a recorded violation (R-DSP-01) and put
        back to the dispatcher.

        :param reason: text; asked for in a dialog when missing
        :raise UserError: when the order is already travelling or further
        """
        if not (reason or "").strip():
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Refuse"),
                "res_model": "aftersales.order.reason",
                "view_mode": "form",
                "target": "new",
                "context": {
                    "default_order_ids": self.ids,
                    "default_operation": "refuse",
                },
            }
        orders = self.filtered(lambda order: order.state != "draft")._to_move(
            ("dispatched", "accepted"), "draft"
        )
        orders._ensure_own()
        mine = self.env.user.employee_ids
        # sudo: the technician reports his refusal but may not edit or delete it
        refusals = (
            self.env["aftersales.order.refusal"]
            .sudo()
            .create(
                [
                    {
                        "order_id": order.id,
                        "employee_id": (
                            (mine & order.technician_ids)[:1] or order.technician_id
                        ).id,
                        "reason": reason.strip(),
                        "planned_start": order.planned_start,
                    }
                    for order in orders
                ]
            )
        )
        for order in orders:
            order._log_step(
                self.env._("Refused: %(reason)s", reason=reason.strip()),
                notify_dispatcher=True,
            )
        orders._action_back_to_draft()
        orders._after_refusal(refusals)
        orders.request_id._apply_order_states()
        return True

    def action_depart(self, latitude=None, longitude=None, at=None):
        """The technician leaves (R-DSP-03, R-DSP-04).

        :param latitude, longitude: position, where the device gives it
        :param at: datetime (UTC) of the event, now by default
        :raise UserError: when a required check "before leaving" is open
        """
        orders = self._to_move(("accepted",), "travelling")
        orders._ensure_own()
        orders._ensure_no_open_checks("before")
        orders._set_state(
            "travelling",
            departed_at=self._get_stamp(at),
            **self._prepare_position("departed", latitude, longitude),
        )
        orders._log_step(self.env._("Left for the customer."))
        orders.request_id._apply_order_states()
        return True

    def action_arrive(self, latitude=None, longitude=None, at=None):
        """The technician is on site; remote guidance begins here without travel."""
        remote = self.filtered(
            lambda o: o.kind == "remote" and o.state in ("dispatched", "accepted")
        )
        orders = remote | (self - remote)._to_move(("travelling",), "on_site")
        orders._ensure_own()
        stamp = self._get_stamp(at)
        orders._set_state(
            "on_site",
            arrived_at=stamp,
            **self._prepare_position("arrived", latitude, longitude),
        )
        for stage in orders._get_site_stages():
            orders._create_checks(stage)
        orders._log_step(self.env._("Arrived on site."))
        orders.request_id._sla_reach("on_site", at=stamp)
        orders.request_id._apply_order_states()
        return True

    def action_start_work(self, at=None):
        """Work begins; the time since arrival was waiting.

        :raise UserError: out of warranty, before the price list was shown and the
            customer agreed (R-DSP-07), or before the safety checks
        """
        orders = self.filtered(lambda o: not o.work_started_at)
        if orders.filtered(lambda o: o.state != "on_site"):
            raise UserError(self.env._("Work starts on site; stamp the arrival first."))
        orders._ensure_own()
        orders._ensure_no_open_checks("safety")
        for order in orders:
            missing = order._get_consent_blockers()
            if missing:
                raise UserError("\n".join(missing))
        orders._set_values(work_started_at=self._get_stamp(at))
        orders._log_step(self.env._("Work started."))
        return True

    def action_done(self):
        """The dispatcher files the order (R-DSP-05, R-DSP-10).

        :raise UserError: while parts are unaccounted for
        """
        self._ensure_dispatcher()
        orders = self._to_move(("reported",), "done")
        for order in orders:
            blockers = order._get_done_blockers()
            if blockers:
                raise UserError(
                    self.env._(
                        "%(order)s can't be filed yet:\n%(reasons)s",
                        order=order.name,
                        reasons="\n".join(f"- {text}" for text in blockers),
                    )
                )
        orders._set_state("done")
        orders._after_done()
        orders.request_id._apply_order_states()
        return True

    def action_cancel(self):
        """Call the orders off; requisitions not yet issued are cancelled with them.

        :raise UserError: when parts are with the technician or a report exists
        """
        self._ensure_dispatcher()
        orders = self.filtered(lambda order: order.state != "cancelled")
        for order in orders:
            if order.state in ("reported", "done"):
                raise UserError(
                    self.env._(
                        "%(order)s has a report and can't be cancelled.",
                        order=order.name,
                    )
                )
            if order._get_parts_blockers():
                raise UserError(
                    self.env._(
                        "%(order)s: the technician still holds parts; return them "
                        "first.",
                        order=order.name,
                    )
                )
        # sudo: a dispatcher is no stock user; nothing was issued on these
        orders.sudo().picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        ).action_cancel()
        orders._set_state("cancelled")
        orders.request_id._apply_order_states()
        return True

    def action_draft(self):
        """Back to "to schedule" from dispatched, accepted or cancelled."""
        self._ensure_dispatcher()
        orders = self.filtered(lambda order: order.state != "draft")._to_move(
            ("dispatched", "accepted", "cancelled"), "draft"
        )
        orders._action_back_to_draft()
        orders.request_id._apply_order_states()
        return True

    # === BUSINESS METHODS ===#
    def _to_move(self, sources, target):
        """Lock ``self`` and return the records an action has to move.

        :raise UserError: for records neither in ``sources`` nor already past it
        """
        if not self:
            return self
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state"])
        position = STATE_ORDER.index(target)
        to_move = self.filtered(lambda order: order.state in sources)
        for order in self - to_move:
            if (
                target == "draft"
                or order.state == "cancelled"
                or STATE_ORDER.index(order.state) < position
            ):
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(order)s is %(state)s and can't become %(target)s.",
                        order=order.name,
                        state=labels[order.state],
                        target=labels[target],
                    )
                )
        return to_move

    def _set_state(self, state, **vals):
        self._set_values(state=state, **vals)

    def _set_values(self, **vals):
        """Write states and stamps, which no user writes by hand."""
        self.check_access("write")
        # sudo: the action has checked; the fields are closed to direct writing
        self.sudo().write(vals)

    def _action_back_to_draft(self):
        self._set_state(
            "draft",
            dispatched_at=False,
            accepted_at=False,
            override_reason=False,
        )

    def _get_state_label(self):
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _get_stamp(self, at):
        """Return the datetime of an event; a late upload may say when it happened.

        :raise UserError: for a time in the future
        """
        now = fields.Datetime.now()
        if not at:
            return now
        at = fields.Datetime.to_datetime(at)
        if at > now:
            raise UserError(self.env._("A time stamp can't lie in the future."))
        return at

    @api.model
    def _prepare_position(self, prefix, latitude, longitude):
        try:
            latitude, longitude = float(latitude), float(longitude)
        except (TypeError, ValueError):
            return {}
        if abs(latitude) > 90 or abs(longitude) > 180:
            return {}
        return {f"{prefix}_latitude": latitude, f"{prefix}_longitude": longitude}

    def _ensure_dispatcher(self):
        if not self._is_dispatcher():
            raise AccessError(self.env._("Only the dispatcher does this."))

    def _ensure_own(self):
        """The technicians of the order act on it; a dispatcher may stand in."""
        if self._is_dispatcher():
            return
        mine = self.env.user.employee_ids
        for order in self:
            if not order.technician_ids & mine:
                raise AccessError(
                    self.env._("%(order)s isn't yours.", order=order.name)
                )

    def _log_step(self, body, notify_dispatcher=False):
        for order in self:
            partners = self.env["res.partner"]
            if notify_dispatcher:
                # sudo: the user behind an activity or request, for a notification
                partners = order.sudo().request_id.user_id.partner_id
            order.message_post(body=body, partner_ids=partners.ids)

    def _notify_technicians(self):
        """Tell the technicians, in their inbox or by e-mail, where to be when."""
        for order in self:
            # sudo: the users of employees of other departments
            partners = order.technician_ids.sudo().user_id.partner_id
            order.message_subscribe(partner_ids=partners.ids)
            order.message_post(
                body=self.env._(
                    "Dispatched to %(names)s.",
                    names=", ".join(order.technician_ids.mapped("name")),
                ),
                partner_ids=(partners - self.env.user.partner_id).ids,
            )

    def _get_site_stages(self):
        """Return the stages of checks made on site."""
        return ("safety", "arrival", "commissioning", "after")

    def _after_refusal(self, refusals):
        """Hook, in batch: ``refusals`` (aftersales.order.refusal) were logged."""

    def _after_done(self):
        """Hook, in batch: the orders were filed."""
