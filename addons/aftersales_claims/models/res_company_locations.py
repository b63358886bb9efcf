# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """Goods of claims are looked for where they were sent: what is supplied, waits,
    comes back or is closed is known by its location (R-CLM-06, R-CLM-09)."""

    _inherit = "res.company"

    # === CRUD METHODS ===#
    def write(self, vals):
        """:raises UserError: another location is chosen than that of live goods"""
        for company in self:
            for fname, check in (
                ("aftersales_warranty_location_id", company._check_no_goods_sent),
                ("aftersales_awaiting_location_id", company._check_nothing_waits),
            ):
                if company[fname] and vals.get(fname, company[fname].id) != (
                    company[fname].id
                ):
                    check(company[fname])
        return super().write(vals)

    # === BUSINESS METHODS ===#
    def _check_no_goods_sent(self, location):
        """:raises UserError: goods of claims that can still be supplied or reversed
        went to ``location``, or are to go there"""
        self.ensure_one()
        # sudo: goods of claims, whoever changes the settings
        moves = self.env["stock.move"].sudo()
        sent = moves.search(
            [
                ("company_id", "=", self.id),
                ("state", "!=", "cancel"),
                (
                    "aftersales_claim_line_id.state",
                    "in",
                    ("to_approve", "approved", "done"),
                ),
                "|",
                ("location_dest_id", "=", location.id),
                ("location_final_id", "=", location.id),
            ],
            limit=1,
        )
        if sent:
            raise UserError(
                self.env._(
                    "Goods of %(claim)s and maybe others went to %(location)s, where "
                    "supply and reversal look for them. Rename this location or give "
                    "it another account instead of choosing another.",
                    claim=sent.aftersales_claim_line_id.claim_id.name,
                    location=location.display_name,
                )
            )

    def _check_nothing_waits(self, location):
        """:raises UserError: parts wait for their claims at ``location``"""
        if waiting := location._find_goods():
            raise UserError(
                self.env._(
                    "%(part)s and maybe others wait for their claims at %(location)s. "
                    "Settle these claims first, or rename this location instead of "
                    "choosing another.",
                    part=waiting.product_id.display_name,
                    location=location.display_name,
                )
            )
