# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """The freight of a shipment is a cost of its claim (R-CLM-07, R-CLM-08): who
    ships knows it, the accountant posts it."""

    _inherit = "stock.picking"

    aftersales_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Freight Currency"
    )
    aftersales_freight = fields.Monetary(
        string="Freight",
        currency_field="aftersales_currency_id",
        copy=False,
        help="What the carrier charges for this shipment: a cost of the claim, which "
        "the accountant posts.",
    )
    aftersales_freight_cost_ids = fields.One2many(
        "aftersales.claim.cost", "picking_id", string="Freight Costs"
    )

    _aftersales_freight_positive = models.Constraint(
        "CHECK (aftersales_freight >= 0)", "Freight cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        pickings = super().create(vals_list)
        if any(vals.get("aftersales_freight") for vals in vals_list):
            pickings.filtered("aftersales_freight")._set_freight_cost()
        return pickings

    def write(self, vals):
        res = super().write(vals)
        if {"aftersales_freight", "carrier_partner_id"} & set(vals):
            self._set_freight_cost(raised="aftersales_freight" in vals)
        return res

    def _set_freight_cost(self, raised=True):
        """Let the draft cost of each shipment of a claim be its freight.

        :param raised: the amount itself was written, not the carrier alone
        :raises UserError: the freight is in the books already
        """
        # sudo: the storekeeper ships; the costs of the claim are not his to read
        for picking in self.sudo().filtered("aftersales_claim_id"):
            live = picking.aftersales_freight_cost_ids.filtered(
                lambda cost: cost.state != "reversed"
            )
            if any(cost.state == "posted" for cost in live):
                if raised:
                    raise UserError(
                        self.env._(
                            "The freight of %(transfer)s is in the books: it changes "
                            "only by reversing its claim.",
                            transfer=picking.name,
                        )
                    )
                continue
            if not picking.aftersales_freight:
                live.unlink()
                continue
            vals = {
                "amount": picking.aftersales_freight,
                "partner_id": picking.carrier_partner_id.id,
            }
            if live:
                live.write(vals)
            else:
                live.create(
                    {
                        **vals,
                        "claim_id": picking.aftersales_claim_id.id,
                        "picking_id": picking.id,
                        "kind": "shipping",
                        "name": picking.shipping_number or picking.name,
                    }
                )
