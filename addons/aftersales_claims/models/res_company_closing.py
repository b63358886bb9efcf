# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    """Goods of claims and exchanges with periodic valuation: the ERP's stock closing
    posts them, to the account and analytic distribution of their claims (R-CLM-09)."""

    _inherit = "res.company"

    # === CORE METHODS OVERRIDES ===#
    def action_close_stock_valuation(self, at_date=None, auto_post=False):
        """Link the closing entry to the claims and exchanges whose goods it posts, so
        that one comes from its lines to them and back."""
        self.ensure_one()
        moves = self._get_claim_closing_moves(at_date)
        action = super().action_close_stock_valuation(
            at_date=at_date, auto_post=auto_post
        )
        # sudo: the entry of a cost follows the closing, whoever closes
        closing = self.env["account.move"].sudo().browse(action["res_id"])
        closing.aftersales_closed_move_ids = moves
        closing._link_closed_goods()
        return action

    def _action_close_stock_valuation(self, at_date=None):
        vals_list = super()._action_close_stock_valuation(at_date=at_date)
        return vals_list + self._get_claim_closing_vals(at_date)

    def _get_last_closing_date(self):
        """Of the closings in force: one that was reversed in the accounting closed
        nothing, what it posted is posted by the next (R-CLM-09)."""
        closings = self._get_stock_closings().filtered(lambda it: it.state == "posted")
        in_force = closings.filtered(lambda it: not it._is_reversed())[-1:]
        if in_force == closings[-1:]:
            return super()._get_last_closing_date()
        if not in_force:
            return False
        # as the ERP dates the last closing
        state = self.env["ir.model.fields"]._get("account.move", "state")
        # sudo: who closes need not read the log of the entry
        changes = in_force.sudo().message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id == state
        )
        return changes.sorted("id")[-1:].create_date or fields.Datetime.to_datetime(
            in_force.date
        )

    # === BUSINESS METHODS ===#
    @api.private
    def _get_stock_closings(self):
        """Return the last closing entries of the stock, in the order they were drawn
        up, as the ERP remembers them."""
        self.ensure_one()
        # sudo: as the ERP does
        params = self.env["ir.config_parameter"].sudo()
        known = params.get_param(f"{self.id}.stock_valuation_closing_ids") or ""
        ids = [int(closing_id) for closing_id in known.split(",") if closing_id]
        return self.env["account.move"].browse(ids).exists()

    @api.private
    def _get_claim_closing_moves(self, at_date=None):
        """Return the stock.move of claims and exchanges that a closing by ``at_date``
        posts: those the ERP's own closing takes to the warranty location's account."""
        self.ensure_one()
        location = self.aftersales_warranty_location_id
        domain = (
            Domain("company_id", "=", self.id)
            & (
                Domain("aftersales_claim_line_id", "!=", False)
                | Domain("aftersales_exchange_id", "!=", False)
            )
            & Domain("product_id.is_storable", "=", True)
            & Domain("product_id.valuation", "=", "periodic")
            & (
                Domain("is_out", "=", True)
                & Domain("location_dest_id", "=", location.id)
                | Domain("is_in", "=", True) & Domain("location_id", "=", location.id)
            )
        )
        if since := self._get_last_closing_date():
            domain &= Domain("date", ">", since)
        if at_date:
            domain &= Domain("date", "<=", at_date)
        return self.env["stock.move"].with_company(self).search(domain)

    def _get_claim_closing_vals(self, at_date=None):
        """Return the values of journal items that bring the claims' goods from the
        warranty location's account to where each claim is charged: to the provision
        where the company's method says so, by the claim's analytic distribution."""
        self.ensure_one()
        expense = self.aftersales_warranty_account_id
        if not expense:
            return []
        amounts = defaultdict(float)
        for move in self._get_claim_closing_moves(at_date):
            # what comes back leaves the account it was charged to
            origin = move.origin_returned_move_id or move
            account = self._get_aftersales_warranty_account(
                fields.Date.context_today(self, origin.date)
            )
            # sudo: who closes the month need not read claims
            claim = move.sudo().aftersales_claim_line_id.claim_id
            distribution = json.dumps(claim.analytic_distribution or {}, sort_keys=True)
            amounts[account, distribution] += move.value if move.is_out else -move.value
        vals_list = []
        for (account, distribution), amount in amounts.items():
            amount = self.currency_id.round(amount)
            analytic = json.loads(distribution)
            if not amount or (account == expense and not analytic):
                continue
            vals_list += self._prepare_claim_closing_vals(
                expense, account, amount, analytic
            )
        return vals_list

    def _prepare_claim_closing_vals(self, expense, account, amount, analytic):
        label = self.env._("Closing: goods of warranty claims")
        charged, taken = self._prepare_inventory_aml_vals(
            account, expense, amount, label
        )[::-1]
        if amount < 0:
            charged, taken = taken, charged
        return [{**charged, "analytic_distribution": analytic or False}, taken]
