# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, is_html_empty

from odoo.addons.aftersales_service.tools.guard import check_stays_on_file
from odoo.addons.aftersales_service.tools.kanban import order_states


class AftersalesLiability(models.Model):
    """Liability decision 售后赔偿责任认定书 (R-CLM-10).

    State table: draft -> to_approve (action_submit, quality vice president) ->
    approved (general manager's tier) -> posted (action_post, accountant; again for
    shares that left the books); to_approve -> draft (returned), cancelled.
    """

    _name = "aftersales.liability"
    _description = "Liability Decision"
    _inherit = ["mail.thread", "mail.activity.mixin", "aftersales.decision.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _state_field = "state"
    _state_from = ["to_approve"]
    _state_to = ["approved"]
    _cancel_state = "cancelled"
    _rejected_state = "draft"
    # what the general manager approved, and what the books rest on
    _editable_in = {
        ("draft",): (
            "claim_id",
            "date",
            "user_id",
            "cause_id",
            "analysis",
            "measures",
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
            ("draft", "Draft"),
            ("to_approve", "To Approve"),
            ("approved", "Approved"),
            ("posted", "Posted"),
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
    claim_id = fields.Many2one(
        "aftersales.claim",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="claim_id.partner_id", store=True)
    lot_id = fields.Many2one(related="claim_id.lot_id", store=True)
    date = fields.Date(default=fields.Date.context_today, required=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Decided By",
        default=lambda self: self.env.user,
        required=True,
        tracking=True,
    )
    cause_id = fields.Many2one(related="claim_id.cause_id", readonly=False)
    analysis = fields.Html(string="Cause Analysis")
    measures = fields.Html(string="Penalties and Measures")
    share_ids = fields.One2many("aftersales.liability.share", "liability_id", copy=True)
    share_total = fields.Float(
        string="Total %",
        digits=(16, 2),
        compute="_compute_share_total",
        store=True,
    )
    amount_base = fields.Monetary(
        string="Cost of the Claim",
        compute="_compute_amount_base",
        store=True,
        help="Cost divided by the shares; fixed when the decision is approved.",
    )
    amount_recovered = fields.Monetary(compute="_compute_amount_recovered", store=True)

    _share_total_hundred = models.Constraint(
        "CHECK(state IN ('draft', 'cancelled') OR share_total = 100)",
        "The shares of a liability decision must add up to exactly 100 %.",
    )
    _claim_uniq = models.UniqueIndex(
        "(claim_id) WHERE state != 'cancelled'",
        "This claim already has a liability decision.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("share_ids.percent")
    def _compute_share_total(self):
        for liability in self:
            liability.share_total = sum(liability.share_ids.mapped("percent"))

    @api.depends("claim_id.cost_total", "state")
    def _compute_amount_base(self):
        for liability in self:
            if liability.state in ("draft", "to_approve"):
                liability.amount_base = liability.claim_id.cost_total
            else:
                liability.amount_base = liability.amount_base

    @api.depends("share_ids.amount", "share_ids.party", "share_ids.state")
    def _compute_amount_recovered(self):
        for liability in self:
            liability.amount_recovered = sum(
                liability.share_ids.filtered(
                    lambda share: (
                        share.state == "posted"
                        and share.party not in ("company", "department")
                    )
                ).mapped("amount")
            )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company(
            "aftersales.liability", vals_list, self._get_company_id_of
        )
        # a decision just cancelled makes room for its successor
        self.flush_model(["state"])
        return super().create(vals_list)

    @api.model
    def _get_company_id_of(self, vals):
        """Return the company of the claim a decision with ``vals`` is about."""
        claim_id = vals.get("claim_id") or self.env.context.get("default_claim_id")
        # sudo: the company only; the claim itself is checked by the create
        return self.env["aftersales.claim"].browse(claim_id).sudo().company_id.id

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        check_stays_on_file(self, "draft")

    # === ACTION METHODS ===#
    def action_submit(self):
        """Submit the quality vice president's decision to the general manager.

        :raises UserError: shares other than exactly 100 %, no analysis, no cost
        """
        self._ensure_group("aftersales_service.group_quality_vp")
        self._ensure_state("draft")
        for liability in self:
            if blockers := liability._get_submit_blockers():
                raise UserError("\n".join([liability.name, *blockers]))
        # sudo: the reviews of an earlier round belong to nobody
        self.sudo().review_ids.unlink()
        # sudo: who decides is who submits
        self.sudo().user_id = self.env.user
        self._request_approval()
        return True

    def action_return(self, comment=None):
        """Send decisions back to the quality vice president with a comment."""
        self._ensure_state("to_approve")
        self._ensure_comment(comment)
        for liability in self:
            liability._check_can_decide()
        self._log_decision("returned", comment)
        # sudo: the reviews of a round that ends belong to nobody
        self.sudo().review_ids.unlink()
        self._set_state("draft")
        return True

    def action_post(self):
        """Post the consequence of each share, once (R-CLM-10); of a posted decision,
        of those the accounting has taken out of the books since.

        :raises UserError: costs of the claim are not posted yet, an account is
            missing, or the ERP's own error on a locked period
        """
        self._ensure_group("aftersales_service.group_accountant")
        self.filtered(lambda item: not item.has_open_share)._ensure_state("approved")
        for liability in self:
            liability.lock_for_update()
            liability._ensure_costs_posted()
            liability.with_company(liability.company_id).share_ids._post()
        self._log_decision("posted")
        self._set_state("posted")
        return True

    def action_reverse(self, comment=None):
        """Reverse what the shares posted and cancel the decision.

        :raises UserError: no comment, or the ERP's own error on a locked period
        """
        self._ensure_group("aftersales_service.group_accountant")
        self._ensure_state("posted")
        self._ensure_comment(comment)
        for liability in self:
            liability.lock_for_update()
            liability.with_company(liability.company_id).share_ids._reverse(comment)
        self._log_decision("reversed", comment)
        self._set_state("cancelled")
        return True

    def action_cancel(self, comment=None):
        """Give up decisions that have posted nothing."""
        self._ensure_group("aftersales_service.group_quality_vp")
        self._ensure_state("draft", "to_approve", "approved")
        self._log_decision("cancelled", comment)
        self._set_state("cancelled")
        return True

    def action_view_claim(self):
        return self.claim_id._get_records_action(self.claim_id, self.env._("Claim"))

    # === BUSINESS METHODS ===#
    def _ensure_costs_posted(self):
        """:raises UserError: costs of the claim wait to be posted"""
        for liability in self:
            if any(cost.state == "draft" for cost in liability.claim_id.cost_ids):
                raise UserError(
                    self.env._(
                        "Post the costs of %(claim)s first.",
                        claim=liability.claim_id.name,
                    )
                )

    def _get_submit_blockers(self):
        """Return the reasons, in the user's words, why this can't be submitted."""
        self.ensure_one()
        blockers = []
        if not self.share_ids or float_compare(self.share_total, 100, 2) != 0:
            blockers.append(
                self.env._(
                    "The shares add up to %(total).2f %%, not to 100 %%.",
                    total=self.share_total,
                )
            )
        if is_html_empty(self.analysis):
            blockers.append(self.env._("Write the cause analysis."))
        if self.claim_id.state not in ("approved", "done"):
            blockers.append(self.env._("The claim is not approved."))
        if self.currency_id.compare_amounts(self.claim_id.cost_total, 0) <= 0:
            blockers.append(self.env._("The claim has no cost to divide."))
        return blockers + self.share_ids._get_party_blockers()

    def _apply_approval(self):
        """The general manager has approved: fix the amounts, propose penalties."""
        # sudo: the base is fixed with the costs of the day
        liability = self.sudo()
        amount = liability.claim_id.cost_total
        self._set_state("approved", amount_base=amount)
        liability.share_ids._propose_penalties()

    def _get_approval_summary(self):
        """What the general manager sees behind his link: the shares."""
        summary = super()._get_approval_summary()
        summary["facts"] += [
            (self._get_field_label("claim_id"), self.claim_id.name),
            (self._get_field_label("analysis"), self.analysis or ""),
            (
                self._get_field_label("amount_base"),
                self.currency_id.format(self.amount_base),
            ),
        ]
        share_fields = self.env["aftersales.liability.share"]._fields
        summary["header"] = [
            share_fields[fname]._description_string(self.env)
            for fname in ("party", "percent", "amount")
        ]
        summary["lines"] = [
            [
                share._get_party_label(),
                f"{share.percent:g} %",
                self.currency_id.format(share.amount),
            ]
            for share in self.share_ids
        ]
        return summary

    def _get_approval_fingerprint(self):
        """The shares and the amount they divide."""
        shares = [
            f"{share.id}:{share.party}:{share.partner_id.id}:{share.department_id.id}"
            f":{share.employee_id.id}:{share.percent:.2f}"
            for share in self.share_ids
        ]
        return self._hash_fingerprint([f"{self.amount_base:.2f}", *shares])

    def _log_decision(self, event, comment=None, on_behalf=None):
        labels = dict(
            self.env["aftersales.claim.version"]
            ._fields["event"]
            ._description_selection(self.env)
        )
        label = labels[event]
        if self.env.context.get("aftersales_approval_link"):
            label = self.env._("%(event)s by e-mail link", event=label)
        parts = [label, comment]
        if on_behalf:
            parts.append(self.env._("on behalf of %(user)s", user=on_behalf.name))
        for liability in self:
            # sudo: the log is written by the document
            liability.sudo()._message_log(
                body=": ".join(filter(None, parts)),
                author_id=self.env.user.partner_id.id,
            )
