# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: the to-do of whoever asks for approval of the costs
TO_ASK = "aftersales_claims.mail_activity_type_claim_costs"


class AftersalesClaim(models.Model):
    """Freight, labour and travel above what was approved ask for approval before they
    reach the books (R-CLM-05)."""

    _inherit = "aftersales.claim"

    other_cost_approved = fields.Monetary(
        string="Approved Other Costs",
        readonly=True,
        copy=False,
        groups="aftersales_service.group_costs",
        help="Expected other costs at the last approval. Money that parts no longer "
        "need is not approved for freight, labour and travel.",
    )
    other_cost = fields.Monetary(
        string="Actual Other Costs",
        compute="_compute_other_cost",
        store=True,
        groups="aftersales_service.group_costs",
        help="Costs beside the goods that stock valuation posts, posted or not. "
        "Material typed in for parts that nothing supplies counts as far as it goes "
        "beyond what was approved for these parts.",
    )
    has_cost_excess = fields.Boolean(
        string="Costs above Approval",
        compute="_compute_has_cost_excess",
        store=True,
        help="Costs wait to be posted that go beyond the approved ones by more than "
        "the company's tolerance. They are posted after another approval.",
    )
    can_ask_costs = fields.Boolean(compute="_compute_can_ask_costs")

    _cost_excess_idx = models.Index("(id) WHERE has_cost_excess IS TRUE")

    # === COMPUTE METHODS ===#
    @api.depends(
        "cost_ids.amount",
        "cost_ids.kind",
        "cost_ids.state",
        "cost_ids.stock_move_id",
        "is_of_exchange",
        "line_ids.approved_amount",
        "line_ids.supplied_quantity",
        "line_ids.supply",
    )
    def _compute_other_cost(self):
        for claim in self:
            typed = claim.cost_ids.filtered(
                lambda cost: cost.state != "reversed" and not cost.stock_move_id
            )
            material = typed.filtered(lambda cost: cost.kind == "material")
            other = sum((typed - material).mapped("amount"))
            if material:
                # parts that no move of stock puts into the books are typed in instead
                parts = claim.line_ids.filtered(
                    lambda line: line.supply == "none" and not line.supplied_quantity
                )
                allowed = (
                    0.0
                    if claim.is_of_exchange
                    else sum(parts.mapped("approved_amount"))
                )
                other += max(sum(material.mapped("amount")) - allowed, 0.0)
            claim.other_cost = other

    @api.depends(
        "state",
        "other_cost",
        "other_cost_approved",
        "cost_total",
        "cost_posted",
        "amount_total",
        "amount_approved",
        "company_id.aftersales_cost_tolerance_percent",
        "company_id.aftersales_cost_tolerance_amount",
    )
    def _compute_has_cost_excess(self):
        """What is in the books already waits for nobody."""
        for claim in self:
            currency = claim.currency_id
            claim.has_cost_excess = (
                claim.state in ("approved", "done")
                and currency.compare_amounts(claim.cost_total, claim.cost_posted) != 0
                and currency.compare_amounts(claim.other_cost, claim._get_cost_limit())
                > 0
            )

    @api.depends_context("uid")
    @api.depends("has_cost_excess", "user_id")
    def _compute_can_ask_costs(self):
        asks = self._asks_for_all_costs()
        for claim in self:
            claim.can_ask_costs = claim.has_cost_excess and (
                asks or claim.user_id == self.env.user
            )

    def _compute_on_hold_reason(self):
        res = super()._compute_on_hold_reason()
        for claim in self.filtered("has_cost_excess"):
            reasons = (claim.on_hold_reason, claim._get_cost_excess_text())
            claim.on_hold_reason = "\n".join(filter(None, reasons))
        return res

    # === ACTION METHODS ===#
    def action_ask_costs(self, comment=None):
        """Ask the approvers for the costs that go beyond the approved ones: expected
        are the actual ones from now on (R-CLM-05). A closed claim is open again.

        :param comment: why it cost more, required
        :raises AccessError: neither accountant, service manager nor applicant
        :raises UserError: no comment, or the costs are within what was approved
        """
        self._ensure_state("approved", "done")
        self._ensure_comment(comment)
        for claim in self:
            claim.lock_for_update()
            if not claim.has_cost_excess:
                raise UserError(
                    self.env._(
                        "The costs of %(claim)s are within what was approved.",
                        claim=claim.name,
                    )
                )
            if not claim.can_ask_costs:
                raise AccessError(
                    self.env._(
                        "Approval of the costs of %(claim)s is asked for by the "
                        "accountant, the service manager or the applicant.",
                        claim=claim.name,
                    )
                )
            # sudo: the applicant need not see what it cost
            known = claim.sudo()
            # with the state, or the higher estimate would ask on its own
            claim._set_state(
                "to_approve",
                estimated_cost=max(known.estimated_cost, known.other_cost),
            )
            claim._log_version("raised", comment)
            claim._request_approval()
        self._remove_cost_to_dos()
        return True

    def action_cancel(self, comment=None):
        res = super().action_cancel(comment=comment)
        self._remove_cost_to_dos()
        return res

    # === BUSINESS METHODS ===#
    def _check_costs_approved(self):
        """:raises UserError: costs go beyond the approved ones by more than the
        tolerance; each claim is named with its figures"""
        if refused := self.filtered("has_cost_excess"):
            raise UserError(
                "\n".join(
                    f"{claim.name}: {claim._get_cost_excess_text()}"
                    for claim in refused
                )
            )

    def _get_cost_limit(self):
        """Return up to what amount other costs are posted without asking: what was
        approved for them plus the larger of the two tolerances of the company. Of the
        total what still stands counts, lines reduced later give no room."""
        self.ensure_one()
        company = self.company_id
        total = min(self.amount_approved, self.amount_total)
        return self.other_cost_approved + max(
            total * company.aftersales_cost_tolerance_percent / 100,
            company.aftersales_cost_tolerance_amount,
        )

    def _get_cost_raise(self):
        """Return by how much the expected other costs exceed the approved ones; zero
        before the first approval."""
        self.ensure_one()
        if not self.approved_at:
            return 0.0
        return max(self.estimated_cost - self.other_cost_approved, 0.0)

    def _get_cost_excess_text(self):
        """Return what the user reads about costs above the approved ones."""
        self.ensure_one()
        if not self.env.user.has_group("aftersales_service.group_costs"):
            return self.env._(
                "The costs of this claim are above what was approved. Ask to approve "
                "them."
            )
        # sudo: the figures are those of group_costs, asked for above
        claim = self.sudo()
        return self.env._(
            "Freight, labour, travel and the like come to %(actual)s, approved were "
            "%(approved)s, and up to %(limit)s is posted without asking. Ask to "
            "approve the costs on the claim, or correct the cost lines.",
            actual=claim.currency_id.format(claim.other_cost),
            approved=claim.currency_id.format(claim.other_cost_approved),
            limit=claim.currency_id.format(claim._get_cost_limit()),
        )

    def _asks_for_all_costs(self):
        """Whether the user asks for the costs of any claim, not of his own only."""
        return self.env.su or any(
            self.env.user.has_group(f"aftersales_service.group_{name}")
            for name in ("accountant", "manager")
        )

    # === TO-DO ===#
    def _remind_of_cost_excess(self):
        """Put it on the applicant's list that the costs need approval, once; whoever
        has no access to the claim is left to the card of the start page."""
        claims = self.filtered("has_cost_excess")
        if not claims:
            return
        # sudo: who enters freight or work need not read to-dos of the claim
        claims = claims.sudo()
        reminded = claims.activity_search([TO_ASK]).mapped("res_id")
        for user, mine in claims.grouped("user_id").items():
            mine.filtered(lambda item: item.id not in reminded)._schedule_cost_to_do(
                user, self.env._("Ask to approve the costs")
            )

    def _update_cost_to_dos(self):
        """Costs have changed: who has nothing to ask any more is left in peace."""
        self.filtered(lambda claim: not claim.has_cost_excess)._remove_cost_to_dos()
        self._remind_of_cost_excess()

    def _schedule_cost_to_do(self, user, summary):
        """Give ``user`` the to-do on each claim, without a mail for each cost line
        entered."""
        if not self or not (user._is_internal() and user.active):
            return
        claims = self.filtered(lambda claim: claim.company_id in user.company_ids)
        # his own companies, not those whoever enters the costs is working in
        his = claims.with_user(user).with_context(allowed_company_ids=None)
        readable = his._filtered_access("read")
        claims.browse(readable.ids).with_context(
            mail_activity_quick_update=True
        ).activity_schedule(TO_ASK, user_id=user.id, summary=summary)

    def _remove_cost_to_dos(self):
        # sudo: the to-do may be somebody else's
        self.sudo().activity_unlink([TO_ASK])

    # === DECISIONS ===#
    def _apply_approval(self):
        res = super()._apply_approval()
        self._remind_of_cost_excess()
        return res

    def _after_rejection(self):
        """Refused costs leave the claim approved as it was: expected is what was
        approved, and whoever asked corrects the cost lines or asks again."""
        res = super()._after_rejection()
        # sudo: amounts follow the decision, whoever takes it
        claim = self.sudo()
        if claim.state == "approved" and claim._get_cost_raise():
            claim.with_context(skip_validation_check=True).write(
                {"estimated_cost": claim.other_cost_approved}
            )
            asked = claim.version_ids.filtered(lambda v: v.event == "raised")
            if claim.has_cost_excess and asked:
                claim._schedule_cost_to_do(
                    asked.sorted("id")[-1:].user_id,
                    self.env._("Costs refused: correct them or ask again"),
                )
        return res
