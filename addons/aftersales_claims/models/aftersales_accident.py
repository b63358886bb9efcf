# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class AftersalesAccident(models.Model):
    """Responsibility accident 责任事故: what it cost, who answers for it (R-PEN-02).

    draft -> investigating (action_investigate) -> to_confirm (action_submit) ->
    confirmed (chairman and general manager by tiers; penalties are proposed) ->
    closed; a rejection goes back to investigating.
    """

    _name = "aftersales.accident"
    _description = "Responsibility Accident"
    _inherit = ["mail.thread", "mail.activity.mixin", "aftersales.decision.mixin"]
    _order = "occurred_on desc, id desc"
    _check_company_auto = True

    _state_from = ["to_confirm"]
    _state_to = ["confirmed"]
    _cancel_state = "cancelled"
    _rejected_state = "investigating"
    # whoever reported it enters it
    _guarded_fields = ("state", "reported_by_id")

    #: penalty rule by the kind of accident
    _penalty_rule_codes = {"general": "complaint", "major": "major_accident"}

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
        index="trigram",
    )
    title = fields.Char(string="What Happened", required=True, tracking=True)
    state = fields.Selection(
        [
            ("draft", "Reported"),
            ("investigating", "Investigated"),
            ("to_confirm", "To Confirm"),
            ("confirmed", "Confirmed"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    kind = fields.Selection(
        [("general", "General accident"), ("major", "Major accident")],
        default="major",
        required=True,
        tracking=True,
        help="General: a justified customer complaint. Major: fined by the loss.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        default=lambda self: self.env.company.aftersales_department_id,
    )
    occurred_on = fields.Date(required=True, default=fields.Date.context_today)
    reported_by_id = fields.Many2one(
        "res.users", required=True, copy=False, default=lambda self: self.env.user
    )
    request_id = fields.Many2one(
        "aftersales.request", check_company=True, index="btree_not_null"
    )
    order_id = fields.Many2one(
        "aftersales.order", check_company=True, index="btree_not_null"
    )
    claim_id = fields.Many2one(
        "aftersales.claim", check_company=True, index="btree_not_null"
    )
    description = fields.Text()
    cause = fields.Text(tracking=True)
    opinion = fields.Text(
        string="Committee's Opinion", help="How the committee wants it handled."
    )
    member_ids = fields.One2many(
        "aftersales.accident.member", "accident_id", string="Committee"
    )
    loss_ids = fields.One2many("aftersales.accident.loss", "accident_id")
    loss_total = fields.Monetary(compute="_compute_loss_total", store=True)
    share_ids = fields.One2many(
        "aftersales.accident.share", "accident_id", string="Responsible"
    )
    share_total = fields.Float(
        string="Shares (%)", compute="_compute_share_total", store=True
    )
    measure_ids = fields.One2many(
        "aftersales.accident.measure", "accident_id", string="Administrative Measures"
    )
    fine_total = fields.Monetary(compute="_compute_fine_total")
    calculation = fields.Text(compute="_compute_fine_total")
    penalty_count = fields.Integer(compute="_compute_penalty_count")
    may_investigate = fields.Boolean(
        compute="_compute_may_investigate", compute_sudo=True
    )

    # === COMPUTE METHODS ===#
    @api.depends("loss_ids.amount")
    def _compute_loss_total(self):
        for accident in self:
            accident.loss_total = sum(accident.loss_ids.mapped("amount"))

    @api.depends("share_ids.share")
    def _compute_share_total(self):
        for accident in self:
            accident.share_total = sum(accident.share_ids.mapped("share"))

    @api.depends("loss_total", "kind", "occurred_on", "company_id")
    def _compute_fine_total(self):
        """The fine of the whole loss by the brackets; read by the committee."""
        Rule = self.env["aftersales.penalty.rule"]
        rules = Rule._find(
            ("major_accident", accident.occurred_on, accident.company_id)
            for accident in self
            if accident.occurred_on
        )
        for accident in self:
            rule = rules.get(
                ("major_accident", accident.occurred_on, accident.company_id)
            )
            if accident.kind != "major" or not rule:
                accident.fine_total, accident.calculation = 0.0, False
                continue
            accident.fine_total, accident.calculation = rule._calculate(
                max(accident.loss_total, 0.0)
            )

    def _compute_penalty_count(self):
        counts = dict(
            self.env["aftersales.penalty"]._read_group(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)],
                ["res_id"],
                ["__count"],
            )
        )
        for accident in self:
            accident.penalty_count = counts.get(accident.id, 0)

    @api.depends("reported_by_id", "member_ids.user_id")
    @api.depends_context("uid")
    def _compute_may_investigate(self):
        """Who confirms an accident, or carries out what follows, does not write what
        he confirms (R-PEN-02)."""
        user = self.env.user
        leads = user.has_group("aftersales_service.group_quality_vp") or (
            user.has_group("aftersales_service.group_manager")
        )
        for accident in self:
            accident.may_investigate = leads or user in (
                accident.reported_by_id | accident.member_ids.user_id
            )

    # === CONSTRAINT METHODS ===#
    @api.constrains("share_ids")
    def _check_shares(self):
        for accident in self:
            if accident.share_total > 100.001:
                raise ValidationError(
                    self.env._(
                        "The shares of %(number)s exceed 100 %%.", number=accident.name
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company("aftersales.accident", vals_list)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(accident.state != "draft" for accident in self):
            raise UserError(self.env._("An investigated accident is not deleted."))

    # === ACTION METHODS ===#
    def action_investigate(self):
        """The quality vice president sets up the committee."""
        self._ensure_state("draft")
        self._ensure_group(
            "aftersales_service.group_quality_vp", "aftersales_service.group_manager"
        )
        for accident in self:
            if not accident.member_ids:
                raise UserError(
                    self.env._("Please name the members of the committee first.")
                )
        self._set_state("investigating")
        return True

    def action_submit(self):
        """Send loss, cause and shares to the chairman and the general manager.

        :raise UserError: loss, cause or shares incomplete
        """
        self._ensure_state("investigating")
        self._ensure_group("aftersales_service.group_quality_vp")
        for accident in self:
            blockers = accident._get_submit_blockers()
            if blockers:
                raise UserError("\n".join(blockers))
        self._request_approval()
        return True

    def action_close(self):
        """Close the confirmed accidents: nothing of them is open any more.

        :raise UserError: naming the penalties that are not decided yet
        """
        self._ensure_state("confirmed")
        # sudo: the penalties of the accident, seen or not
        undecided = self.sudo().share_ids.penalty_id.filtered(
            lambda penalty: penalty.state in ("draft", "notified", "appealed")
        )
        if undecided:
            raise UserError(
                self.env._(
                    "These penalties are not decided yet: %(numbers)s.",
                    numbers=", ".join(undecided.mapped("name")),
                )
            )
        self._set_state("closed")
        return True

    def action_cancel(self):
        """Give up a report that proved unfounded."""
        self._ensure_state("draft", "investigating", "to_confirm")
        self._ensure_group("aftersales_service.group_quality_vp")
        self._set_state("cancelled")
        return True

    def action_view_penalties(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_penalty_action"
        )
        return {
            **action,
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {},
        }

    # === BUSINESS METHODS ===#
    def _get_submit_blockers(self):
        """Return the reasons, in the user's words, why this can't be submitted."""
        self.ensure_one()
        blockers = []
        if not (self.cause or "").strip():
            blockers.append(self.env._("Write the cause."))
        if self.kind == "major" and self.loss_total <= 0:
            blockers.append(self.env._("List what was lost."))
        if not self.share_ids or self.share_total <= 0:
            blockers.append(self.env._("Name who is responsible, with his share."))
        return blockers

    def _check_may_investigate(self):
        """:raises AccessError: neither quality vice president nor committee, nor
        whoever reported it or manages the department"""
        if self.env.su:
            return
        self.check_access("read")
        # sudo: who sits in the committee, whoever asks
        for accident in self.sudo():
            if not accident.may_investigate:
                raise AccessError(
                    self.env._(
                        "%(accident)s: its committee and the quality vice president "
                        "enter committee, losses and shares.",
                        accident=accident.name,
                    )
                )

    def _check_committee(self):
        """:raise ValidationError: somebody judges what he answers for (R-PEN-05)"""
        # sudo: the users behind the employees
        for accident in self.sudo():
            responsible = accident.share_ids.employee_id.user_id
            biased = accident.member_ids.user_id & responsible
            if biased:
                raise ValidationError(
                    self.env._(
                        "%(names)s answers for the accident and does not sit in its "
                        "committee.",
                        names=", ".join(biased.mapped("name")),
                    )
                )

    def _check_can_decide(self):
        """Nobody confirms an accident he is responsible for (R-PEN-05)."""
        res = super()._check_can_decide()
        # sudo: the users behind the employees
        if self.env.user in self.sudo().share_ids.employee_id.user_id:
            raise AccessError(
                self.env._("Nobody decides on an accident he is responsible for.")
            )
        return res

    def _apply_approval(self):
        """Both have confirmed: propose the penalties, measures take effect."""
        res = super()._apply_approval()
        self._propose_penalties()
        return res

    def _log_decision(self, event, comment=None, on_behalf=None):
        labels = {
            "accepted": self.env._("Accepted"),
            "approved": self.env._("Confirmed"),
            "rejected": self.env._("Sent back"),
        }
        for accident in self:
            # sudo: the log is written by the document
            accident.sudo()._message_log(
                body=": ".join(filter(None, [labels.get(event, event), comment])),
                author_id=self.env.user.partner_id.id,
            )

    def _propose_penalties(self):
        vals_list = [
            {
                "rule_code": self._penalty_rule_codes[accident.kind],
                "employee_id": share.employee_id.id,
                "company_id": accident.company_id.id,
                "res_model": accident._name,
                "res_id": accident.id,
                "event_date": accident.occurred_on,
                "evidence": share._prepare_evidence(),
                "loss_amount": accident.loss_total,
                "share": share.share if accident.kind == "major" else 100.0,
                "request_id": accident.request_id.id,
                "order_id": accident.order_id.id,
            }
            # sudo: the shares of the accident, read for the decision just taken
            for accident in self.sudo()
            for share in accident.share_ids.filtered("share")
        ]
        penalties = self.env["aftersales.penalty"]._propose(vals_list)
        # sudo: see above
        for penalty in penalties.sudo():
            share = (
                self.sudo()
                .browse(penalty.res_id)
                .share_ids.filtered(
                    lambda s, penalty=penalty: s.employee_id == penalty.employee_id
                )
            )
            share.penalty_id = penalty
        return penalties
