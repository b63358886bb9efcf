# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..tools.guard import check_role


class AftersalesFollowup(models.Model):
    """A due call, letter or visit to a customer, and what he said (section 8)."""

    _name = "aftersales.followup"
    _description = "Follow-up"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "due_at, id"
    _check_company_auto = True

    _guarded_fields = ("state", "done_at", "is_late", "previous_id")
    #: what a customer said, and about what, stays once the call is done
    _said_fields = (
        "satisfaction",
        "is_running",
        "due_at",
        "partner_id",
        "request_id",
        "order_id",
        "company_id",
    )

    #: the rule's, not the caller's
    _rule_fields = ("rule_id", "trigger", "cause_at", "due_at", "blocks_close")

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
        [("due", "To Contact"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="due",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    rule_id = fields.Many2one("aftersales.followup.rule", index="btree_not_null")
    trigger = fields.Selection(
        [
            ("order", "After each finished order"),
            ("guidance", "After phone guidance"),
            ("service_end", "Some time after the service"),
            ("key_customer", "Key customer or region, on a schedule"),
            ("recheck", "Dissatisfied: until satisfied"),
        ],
        string="Occasion",
        required=True,
        default="order",
    )
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("letter", "Letter"),
            ("visit", "Visit"),
            ("survey", "Survey"),
        ],
        required=True,
        default="phone",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    department_id = fields.Many2one(
        "hr.department", check_company=True, index="btree_not_null"
    )
    request_id = fields.Many2one(
        "aftersales.request",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
    order_id = fields.Many2one(
        "aftersales.order",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
    technician_id = fields.Many2one(
        related="order_id.technician_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, check_company=True
    )
    lot_id = fields.Many2one("stock.lot", string="Machine", check_company=True)
    contact_name = fields.Char()
    phone = fields.Char()
    user_id = fields.Many2one(
        "res.users", string="Caller", index="btree_not_null", tracking=True
    )
    cause_at = fields.Datetime(string="Since", required=True, readonly=True)
    due_at = fields.Datetime(required=True, index=True, tracking=True)
    next_call_at = fields.Datetime(
        string="Call At", help="Agreed or next attempt; due date until then."
    )
    done_at = fields.Datetime(readonly=True, copy=False)
    is_late = fields.Boolean(
        string="Late", readonly=True, copy=False, help="Done after it was due."
    )
    blocks_close = fields.Boolean(string="Keeps the Request Open")
    script = fields.Text(compute="_compute_script")
    attempt_ids = fields.One2many(
        "aftersales.followup.attempt", "followup_id", string="Not Reached"
    )
    attempt_count = fields.Integer(compute="_compute_attempt_count", store=True)
    satisfaction = fields.Selection(
        [
            ("5", "Very satisfied"),
            ("4", "Satisfied"),
            ("3", "Neutral"),
            ("2", "Dissatisfied"),
            ("1", "Very dissatisfied"),
        ],
        copy=False,
        tracking=True,
    )
    is_running = fields.Boolean(string="Machine Runs", default=True, copy=False)
    usage = fields.Text(string="Use", help="How the machine is used, hours, load.")
    service_history = fields.Text(help="What the customer says about past service.")
    wishes = fields.Text(help="Wishes about product, parts, service.")
    result = fields.Text(copy=False)
    previous_id = fields.Many2one(
        "aftersales.followup",
        string="Follows",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
    )
    next_ids = fields.One2many(
        "aftersales.followup", "previous_id", string="Followed By"
    )

    _order_unique = models.UniqueIndex(
        "(rule_id, order_id) WHERE order_id IS NOT NULL AND previous_id IS NULL",
        "This order has its call already.",
    )
    _due_idx = models.Index("(due_at) WHERE state = 'due'")
    _done_needs_answer = models.Constraint(
        "CHECK (state != 'done' OR satisfaction IS NOT NULL)",
        "A finished follow-up has an answer.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("rule_id")
    def _compute_script(self):
        for followup in self:
            followup.script = followup.rule_id.sudo().script

    @api.depends("attempt_ids")
    def _compute_attempt_count(self):
        for followup in self:
            followup.attempt_count = len(followup.attempt_ids)

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.followup", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name"):
                vals["name"] = number
            vals.setdefault("cause_at", fields.Datetime.now())
            vals.setdefault("next_call_at", vals.get("due_at"))
        return super().create(vals_list)

    def write(self, vals):
        """:raise UserError: for what a customer said in a finished call, or by what
        its rule makes a call due, unless the service manager writes it"""
        said = [name for name in self._said_fields if name in vals]
        if said and not self.env.su and any(f.state == "done" for f in self):
            raise UserError(
                self.env._("What a customer said is not changed afterwards.")
            )
        if (
            not self.env.su
            and any(name in vals for name in self._rule_fields)
            and any(followup.rule_id for followup in self)
            and not self.env.user.has_group("aftersales_service.group_manager")
        ):
            raise UserError(
                self.env._(
                    "The rule decides when the customer is called and whether the "
                    "request waits for it. Write a time agreed with him into “Call At”."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(followup.state == "done" for followup in self):
            raise UserError(self.env._("What a customer said is not deleted."))

    # === ACTION METHODS ===#
    def action_not_reached(self, note=None):
        """Note an attempt at which nobody answered; the next is in an hour.

        :raise UserError: the follow-up is not due any more
        """
        self._ensure_due()
        now = fields.Datetime.now()
        self.write(
            {
                "attempt_ids": [Command.create({"note": note, "at": now})],
                "next_call_at": now + relativedelta(hours=1),
            }
        )
        return True

    def action_done(self):
        """Finish the call: a dissatisfied customer reopens the request and is called
        again until satisfied (R-FUP-01).

        :raise UserError: not due, or the satisfaction is missing
        """
        self.lock_for_update()
        self._ensure_due()
        missing = self.filtered(lambda followup: not followup.satisfaction)
        if missing:
            raise UserError(
                self.env._(
                    "Please ask how satisfied the customer is: %(numbers)s.",
                    numbers=", ".join(missing.mapped("name")),
                )
            )
        now = fields.Datetime.now()
        for followup in self:
            followup._write_guarded(
                {
                    "state": "done",
                    "done_at": now,
                    "is_late": now > followup.due_at,
                    "user_id": followup.user_id.id or self.env.uid,
                }
            )
        self.activity_feedback(["mail.mail_activity_data_call"])
        # sudo: the caller need not own the request whose clock stops
        self.request_id.sudo()._sla_reach("callback", at=now)
        self._answer_guidance()
        self._follow_until_satisfied()
        return True

    def action_send_survey(self):
        """Ask by e-mail instead of calling: the customer's answer ends the follow-up.

        :raise UserError: not due, without request, or the customer has no e-mail
        """
        self._ensure_due()
        template = self.env.ref("aftersales_service.mail_template_followup_survey")
        for followup in self:
            request = followup.request_id
            if not request or not (request.email_from or request.partner_id.email):
                raise UserError(
                    self.env._(
                        "%(number)s: the customer has no e-mail; please call.",
                        number=followup.name,
                    )
                )
            # sudo: the caller may ask for any request he has to follow up
            request.sudo().rating_send_request(template, force_send=False)
            followup.channel = "survey"
        return True

    def action_cancel(self):
        """Call a follow-up off: nobody will ask the customer; the service manager's."""
        self._ensure_due()
        check_role(self, "aftersales_service.group_manager")
        self._write_guarded({"state": "cancelled"})
        return True

    def action_view_request(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.request",
            "res_id": self.request_id.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS ===#
    def _ensure_due(self):
        closed = self.filtered(lambda followup: followup.state != "due")
        if closed:
            raise UserError(
                self.env._(
                    "These follow-ups are finished already: %(numbers)s.",
                    numbers=", ".join(closed.mapped("name")),
                )
            )

    def _answer_guidance(self):
        """Carry the answer over to the guidance lines it confirms (R-FUP-02)."""
        for followup in self.filtered(lambda f: f.trigger == "guidance"):
            # sudo: see action_done
            lines = followup.request_id.sudo().guidance_ids.filtered(
                lambda line: line.result == "pending"
            )
            lines.write(
                {
                    "result": "running" if followup.is_running else "not_running",
                    "callback_note": followup.result,
                }
            )

    def _is_dissatisfied(self):
        self.ensure_one()
        worst = self.company_id.aftersales_bad_rating
        return int(self.satisfaction or 5) <= worst or not self.is_running

    def _follow_until_satisfied(self):
        unhappy = self.filtered(lambda followup: followup._is_dissatisfied())
        if not unhappy:
            return
        for followup in unhappy:
            # sudo: the caller reopens by what the customer says, not by his rights
            request = followup.request_id.sudo()
            if request.state in ("solved", "closed"):
                request.action_reopen(
                    self.env._(
                        "The customer is not satisfied (%(number)s): %(result)s",
                        number=followup.name,
                        result=followup.result or "",
                    )
                )
        rules = self.env["aftersales.followup.rule"]._get_rules(
            "recheck", unhappy.company_id
        )
        now = fields.Datetime.now()
        todo = [
            (followup, rule)
            for followup in unhappy
            for rule in rules[followup.company_id][:1]
        ]
        due = self.env["aftersales.followup.rule"]._get_due_dates(
            [(rule, followup.company_id, now) for followup, rule in todo]
        )
        vals_list = []
        for (followup, rule), due_at in zip(todo, due, strict=True):
            vals_list.append(
                {
                    "rule_id": rule.id,
                    "trigger": "recheck",
                    "channel": rule.channel,
                    "blocks_close": rule.blocks_close,
                    "previous_id": followup.id,
                    "cause_at": now,
                    "due_at": due_at,
                    **{
                        fname: followup[fname].id
                        for fname in (
                            "company_id",
                            "department_id",
                            "request_id",
                            "order_id",
                            "partner_id",
                            "lot_id",
                            "user_id",
                        )
                    },
                    "contact_name": followup.contact_name,
                    "phone": followup.phone,
                }
            )
        # sudo: made by the answer, not by the right to plan calls
        self.sudo().create(vals_list)

    @api.model
    def _get_open_domain(self):
        return Domain("state", "=", "due") & Domain("blocks_close", "=", True)
