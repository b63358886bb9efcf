# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.language import in_language_of

ACTIVITY = "aftersales_claims.mail_activity_type_liability_costs"


class AftersalesLiability(models.Model):
    """Nobody pays more than his share of what a claim costs: costs that came down after
    the decision lower what it divides, by the same percentages (R-CLM-10)."""

    _inherit = "aftersales.liability"

    cost_change = fields.Monetary(
        string="Costs Since the Decision",
        compute="_compute_cost_change",
        store=True,
        help="By how much the claim costs more than was divided by the decision. "
        "Negative: shares are lowered when they are posted, or with Adjust to the "
        "Costs. What costs more is borne by the company, or decided anew.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("state", "amount_base", "claim_id.cost_total")
    def _compute_cost_change(self):
        for liability in self:
            change = 0.0
            if liability.state in ("approved", "posted"):
                change = liability.currency_id.round(
                    liability.claim_id.cost_total - liability.amount_base
                )
            liability.cost_change = change

    # === ACTION METHODS ===#
    def action_post(self):
        """Costs that came down since the approval are divided as they are now.

        :raises UserError: shares are posted for more already
        """
        for liability in self:
            if liability.cost_change >= 0:
                continue
            if liability.state == "posted":
                raise UserError(
                    self.env._(
                        "%(claim)s costs less than %(decision)s divided: adjust it to "
                        "the costs, its open shares are posted with that.",
                        claim=liability.claim_id.name,
                        decision=liability.name,
                    )
                )
            if liability.state == "approved":
                liability._ensure_group("aftersales_service.group_accountant")
                liability._lower_to_costs()
        return super().action_post()

    def action_adjust_costs(self):
        """Post the shares anew, as the percentages approved divide what the claim still
        costs: what was posted is reversed, once.

        :raises UserError: costs did not come down or wait to be posted, none are left,
            a credit holds other claims as well, or the ERP's own on a locked period
        """
        self._ensure_group("aftersales_service.group_accountant")
        self._ensure_state("posted")
        for liability in self:
            liability.lock_for_update()
            liability._ensure_costs_posted()
            if liability.cost_change >= 0:
                raise UserError(
                    self.env._(
                        "%(claim)s costs no less than %(decision)s divided.",
                        claim=liability.claim_id.name,
                        decision=liability.name,
                    )
                )
            liability = liability.with_company(liability.company_id)
            shares = liability.share_ids
            shares._reverse(self.env._("Adjusted to the costs"))
            liability._lower_to_costs()
            # sudo: the state of a share follows its entry only
            shares.sudo().write({"state": "draft", "reversal_move_id": False})
            shares._post()
            # sudo: see above
            liability.sudo().activity_unlink([ACTIVITY])
        return True

    def action_reverse(self, comment=None):
        res = super().action_reverse(comment=comment)
        # sudo: the to-do may be somebody else's
        self.sudo().activity_unlink([ACTIVITY])
        return res

    # === BUSINESS METHODS ===#
    def _lower_to_costs(self):
        """Divide what the claim costs by now.

        :raises UserError: nothing is left to divide
        """
        self.ensure_one()
        # sudo: figures of costs, for the accountant whose role was checked
        liability = self.sudo()
        divided, costs = liability.amount_base, liability.claim_id.cost_total
        if liability.currency_id.compare_amounts(costs, 0) <= 0:
            raise UserError(
                self.env._(
                    "%(claim)s has no cost left to divide: reverse or cancel "
                    "%(decision)s.",
                    claim=self.claim_id.name,
                    decision=self.name,
                )
            )
        shares = liability.share_ids
        labels = {share: share._prepare_label() for share in shares}
        liability.amount_base = costs
        shares._lower_penalties(labels)
        liability._message_log(
            body=self.env._(
                "The costs came down from %(divided)s to %(costs)s: the shares are "
                "those of what is left.",
                divided=self.currency_id.format(divided),
                costs=self.currency_id.format(costs),
            ),
            author_id=self.env.user.partner_id.id,
        )

    def _follow_costs(self):
        """Tell the accountant, once, that posted shares are more than the claim costs
        by now; and nobody any more when they are not."""
        # sudo: who enters costs need not have rights on decisions
        posted = self.sudo().filtered(lambda item: item.state == "posted")
        lower = posted.filtered(lambda item: item.cost_change < 0)
        (posted - lower).activity_unlink([ACTIVITY])
        told = lower.activity_search([ACTIVITY]).mapped("res_id")
        for liability in lower.filtered(lambda item: item.id not in told):
            share = liability.share_ids.filtered("account_move_id")[:1]
            if share:
                clerk = share._get_bill_clerk(share.account_move_id.create_uid)
            else:
                clerk = liability.company_id._get_aftersales_stand_in(
                    "group_accountant"
                )
            if clerk:
                own = in_language_of(liability, clerk, company=liability.company_id)
                own.activity_schedule(
                    ACTIVITY,
                    user_id=clerk.id,
                    summary=own.env._("The claim costs less: adjust the shares"),
                )
