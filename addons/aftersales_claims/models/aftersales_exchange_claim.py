# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models
from odoo.exceptions import UserError

#: claims in these hold the piece no longer
ENDED_STATES = ("rejected", "cancelled")


class AftersalesExchange(models.Model):
    """An exchanged piece is claimed like a fitted one: so its cost is counted, somebody
    answers for it and its supplier pays his share (R-CLM-08, R-CLM-12, R-CLM-15)."""

    _inherit = "aftersales.exchange"

    claim_id = fields.Many2one(
        "aftersales.claim",
        string="Warranty Claim",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    claim_state = fields.Selection(related="claim_id.state", string="Claim State")

    # === ACTION METHODS ===#
    def action_create_claim(self):
        """Draft the warranty claim of each piece exchanged.

        :raises UserError: not exchanged, or claimed already
        :return: window action on the claims
        """
        claims = self.env["aftersales.claim"]
        for exchange in self:
            if exchange.state != "exchanged":
                raise UserError(
                    self.env._("%(name)s is not exchanged yet.", name=exchange.name)
                )
            # sudo: a claim of another department holds the piece as well
            claim = exchange.sudo().claim_id
            if claim and claim.state not in ENDED_STATES:
                raise UserError(
                    self.env._(
                        "%(name)s is claimed already: %(claim)s.",
                        name=exchange.name,
                        claim=claim.name,
                    )
                )
            claim = claims.create(exchange._prepare_claim_vals())
            # sudo: the old part and the link follow the claim, whoever drafts it
            own = exchange.sudo()
            own.claim_id = claim
            claim.sudo().is_of_exchange = True
            own.part_return_ids.claim_line_id = claim.line_ids
            claims |= claim
        return claims._get_records_action(claims, self.env._("Warranty Claims"))

    def action_view_claim(self):
        return self.claim_id._get_records_action(self.claim_id, self.env._("Claim"))

    # === BUSINESS METHODS ===#
    def _prepare_claim_vals(self):
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "request_id": self.request_id.id,
            "lot_id": self.request_id.lot_id.id,
            "company_id": self.company_id.id,
            "failure_date": self.date,
            "damage": self.fault,
            "line_ids": [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "quantity": self.quantity,
                        "lot_id": self.lot_id.id,
                        "old_lot_name": self.old_lot_name,
                        "is_causal": True,
                        # the good piece went out with the exchange
                        "supply": "none",
                    }
                )
            ],
        }
