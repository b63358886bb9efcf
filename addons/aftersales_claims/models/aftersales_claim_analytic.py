# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from itertools import product

from odoo import api, fields, models


class AftersalesClaim(models.Model):
    """What the costs of a claim are analysed by (R-CLM-09)."""

    _name = "aftersales.claim"
    _inherit = ["aftersales.claim", "analytic.mixin"]

    analytic_distribution = fields.Json(
        compute="_compute_analytic_distribution",
        store=True,
        readonly=False,
        copy=True,
    )

    @api.depends("partner_id", "lot_id", "department_id", "company_id")
    def _compute_analytic_distribution(self):
        """By customer and machine type (the ERP's distribution models) and by the
        department's analytic account."""
        # sudo: applicants need not know the analytic plans
        Model = self.env["account.analytic.distribution.model"].sudo()
        distributions = {}
        for claim in self:
            machine = claim.lot_id.product_id
            of_case = (claim.partner_id, machine, claim.company_id)
            if of_case not in distributions:
                distributions[of_case] = Model._get_distribution(
                    {
                        "partner_id": claim.partner_id.id,
                        "partner_category_id": claim.partner_id.category_id.ids,
                        "product_id": machine.id,
                        "product_categ_id": machine.categ_id.id,
                        "company_id": claim.company_id.id,
                    }
                )
            account = claim.department_id.sudo().aftersales_analytic_account_id
            claim.analytic_distribution = (
                self._cross_distribution(distributions[of_case], account) or False
            )

    def _redirect_distribution(self, account):
        """Return the claim's distribution with ``account`` in the place of what it has
        of the same plan: customer and machine type stay analysed as they are.

        :param account: account.analytic.account of the department that bears the cost
        """
        self.ensure_one()
        others = defaultdict(float)
        for key, percent in (self.analytic_distribution or {}).items():
            accounts = account.browse(map(int, key.split(",")))
            rest = accounts.filtered(lambda a: a.root_plan_id != account.root_plan_id)
            if rest:
                others[",".join(map(str, rest.ids))] += percent
        return self._cross_distribution(others, account)

    @api.model
    def _cross_distribution(self, distribution, account):
        """Return ``distribution`` and ``account`` as one: an amount is one analytic
        line in all its plans, not one line for each of them, and so counts once.

        :param distribution: dict of the ERP's models, keys of several plans each
        :param account: account.analytic.account of the department, or empty
        """
        # sudo: applicants need not know the analytic plans
        Account = self.env["account.analytic.account"].sudo()
        by_plans = {}
        for key, percent in distribution.items():
            accounts = Account.browse(map(int, key.split(",")))
            by_plans.setdefault(accounts.root_plan_id, {})[key] = percent
        if account and not any(account.root_plan_id & plans for plans in by_plans):
            by_plans[account.root_plan_id] = {str(account.id): 100.0}
        if any(abs(sum(part.values()) - 100) > 0.01 for part in by_plans.values()):
            # a plan of which a part is left open cannot be crossed with the others
            return {k: v for part in by_plans.values() for k, v in part.items()}
        crossed = {}
        for combination in product(*(part.items() for part in by_plans.values())):
            percent = 100.0
            for _key, part in combination:
                percent *= part / 100
            crossed[",".join(key for key, _part in combination)] = percent
        return crossed if by_plans else {}
