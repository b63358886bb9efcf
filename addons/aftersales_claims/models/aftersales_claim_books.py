# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models
from odoo.exceptions import UserError


class AftersalesClaim(models.Model):
    """Claim costs in the books and out of them again (R-CLM-08, R-CLM-09)."""

    _inherit = "aftersales.claim"

    # === ACTION METHODS ===#
    def action_post_costs(self):
        """Post the costs that are not goods, one entry for each of their dates: what a
        month or quarter cost is the same in the ledger and in the books (R-CLM-09).

        :raises UserError: nothing to post, costs above the approved ones (R-CLM-05),
            an account missing in the settings, or the ERP's own error on a locked
            period; the claim is unchanged then
        """
        self._ensure_group("aftersales_service.group_accountant")
        self._ensure_state("approved", "done")
        self.lock_for_update()
        self._check_costs_approved()
        for company, claims in self.grouped("company_id").items():
            claims.with_company(company)._post_draft_costs()
        self._log_event("posted", self._get_version_note("posted", None))
        return True

    def action_reverse(self, comment=None, date=None):
        """Take claims out of the books: reverse the entries, bring the goods back
        to the awaiting location, cancel; ``action_draft`` takes them up again.

        :param comment: why, required
        :param date: accounting date of the reversal, today by default
        :raises UserError: the liability decision is posted, or a locked period
        """
        self._ensure_group("aftersales_service.group_accountant")
        self._ensure_state("approved", "done")
        self._ensure_comment(comment)
        date = date or fields.Date.context_today(self)
        for claim in self:
            claim.lock_for_update()
            if claim.liability_ids.filtered(lambda item: item.state == "posted"):
                raise UserError(
                    self.env._(
                        "Reverse the liability decision of %(claim)s first.",
                        claim=claim.name,
                    )
                )
            claim = claim.with_company(claim.company_id)
            claim._reverse_cost_entries(date, comment)
            # goods come back by the reversal, not by a storekeeper's decision
            goods = claim._as_system()
            goods._cancel_open_transfers()
            goods.with_context(force_period_date=date)._return_goods()
            goods.cost_ids.filtered(lambda cost: cost.state == "draft").unlink()
            goods.cost_ids.write({"state": "reversed"})
        self._log_version("reversed", comment)
        self._set_state("cancelled", supplied_at=False, days_late=0)
        # sudo: the goods wait for the claim now, whoever reversed it; only after the
        # state, an approved claim would send them out again. What went out in part
        # only keeps its way: the rest is still to be sent
        self.sudo().line_ids.filtered(
            lambda line: (
                line.supply in ("ship", "technician")
                and line.waiting_quantity
                and line.product_id.uom_id.compare(line.waiting_quantity, line.quantity)
                >= 0
            )
        ).supply = "fitted"
        return True

    # === BUSINESS METHODS ===#
    def _post_draft_costs(self):
        """Post the draft costs of claims of one company, all entries together."""
        journal = self.company_id._get_aftersales_claim_journal()
        costs_of_entries, vals_list = [], []
        for claim in self:
            costs = claim.cost_ids.filtered(lambda cost: cost.state == "draft")
            if not costs:
                raise UserError(
                    self.env._("%(claim)s has no cost to post.", claim=claim.name)
                )
            for date, own in costs.grouped("date").items():
                costs_of_entries.append(own)
                vals_list.append(claim._prepare_cost_entry(own, date, journal))
        # who posts the costs of claims all day does not follow each of their entries
        Move = self.env["account.move"].with_context(mail_create_nosubscribe=True)
        moves = Move.create(vals_list).with_env(self.env)
        moves._post_validated()
        # sudo: their figures follow; read together, or each claim reads its own
        self.sudo().liability_ids.fetch(["state"])
        for move, own in zip(moves, costs_of_entries, strict=True):
            # sudo: the state of a cost follows its entry only
            own.sudo().write({"state": "posted", "account_move_id": move.id})

    def _prepare_cost_entry(self, costs, date, journal):
        """Return the account.move values of ``costs`` of one ``date``: warranty expense
        or provision against each kind's counterpart account."""
        self.ensure_one()
        company = self.company_id
        account = company._get_aftersales_warranty_account(date)
        line_vals = []
        for cost in costs:
            common = {
                "name": cost._get_entry_label(),
                "partner_id": cost.partner_id.commercial_partner_id.id,
            }
            line_vals += [
                {
                    **common,
                    "account_id": account.id,
                    "debit": cost.amount,
                    "analytic_distribution": self.analytic_distribution or False,
                },
                {
                    **common,
                    "account_id": company._get_aftersales_cost_account(cost.kind).id,
                    "credit": cost.amount,
                    # else the ERP's models could take the analysis back again
                    "analytic_distribution": False,
                },
            ]
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": date,
            "ref": self.name,
            "line_ids": [Command.create(vals) for vals in line_vals],
        }

    def _get_charged_account(self):
        """Return the account the claim is charged to in the books, whatever settings
        and method are by now; before its entries, that of the day of its costs."""
        self.ensure_one()
        company = self.company_id
        # sudo: entries of the stock are not every accountant's to read
        costs = self.sudo().cost_ids
        live = costs.filtered(lambda cost: cost.state == "posted" and cost.amount > 0)
        lines = live.account_move_id.line_ids
        warranty = company._get_aftersales_warranty_accounts()
        # the account may have been another one in the settings
        charged = lines.filtered(
            lambda line: line.account_id in warranty
        ) or lines.filtered(lambda line: line.balance > 0)
        if charged:
            return charged[:1].account_id
        return company._get_aftersales_warranty_account(
            live[:1].date or fields.Date.context_today(self)
        )

    def _reverse_cost_entries(self, date, comment):
        """Reverse the posted entries of costs that are not goods."""
        self.ensure_one()
        costs = self.cost_ids.filtered(
            lambda cost: cost.state == "posted" and not cost.stock_move_id
        )
        # sudo: the state of a cost follows its entry only
        for move in costs.sudo().account_move_id.sudo(False):
            reversal = move.with_context(
                aftersales_reversing_claim=True
            )._reverse_moves(
                [
                    {
                        "date": date,
                        "ref": self.env._(
                            "Reversal of %(entry)s, %(claim)s: %(comment)s",
                            entry=move.name,
                            claim=self.name,
                            comment=comment,
                        ),
                    }
                ]
            )
            # the ERP shifts the date out of a locked period silently
            reversal.date = date
            reversal._check_fiscal_lock_dates()
            # the costs follow the reversal, see account.move
            reversal._post(soft=False)
