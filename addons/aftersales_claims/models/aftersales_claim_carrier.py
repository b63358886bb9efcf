# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesClaim(models.Model):
    """What was damaged or lost on the way of a claim's parts (R-CLM-07)."""

    _inherit = "aftersales.claim"

    carrier_claim_ids = fields.One2many("aftersales.carrier.claim", "claim_id")
    carrier_claim_count = fields.Integer(compute="_compute_carrier_claim_count")

    @api.depends("carrier_claim_ids")
    def _compute_carrier_claim_count(self):
        for claim in self:
            # sudo: a count; who opens the claim need not see claims on carriers
            claim.carrier_claim_count = len(claim.sudo().carrier_claim_ids)

    # === ACTION METHODS ===#
    def action_view_carrier_claims(self):
        """From the claim to its claims on carriers; a new one knows what it is of."""
        self.ensure_one()
        # sudo: the service need not read transfers; whose carrier it was is enough
        picking = self.sudo().picking_ids[-1:]
        return self._prepare_carrier_claim_action(self, picking)

    # === BUSINESS METHODS ===#
    def _prepare_carrier_claim_action(self, owner, picking):
        """Return the window of the carrier claims of ``owner``.

        :param owner: the claim, or one of its transfers
        :param picking: stock.picking a new carrier claim is about
        """
        fname = "picking_id" if owner == picking else "claim_id"
        carrier = picking.carrier_partner_id or self.carrier_id
        # who may not open a shipment does not name it either
        shipment = picking.sudo(False)._filtered_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_claims.aftersales_carrier_claim_action"
            ),
            "domain": [(fname, "=", owner.id)],
            "context": {
                "default_claim_id": self.id,
                "default_picking_id": shipment.id,
                "default_carrier_id": carrier.id,
                "default_company_id": self.company_id.id,
            },
        }

    def _get_account_moves(self):
        # sudo: which entries there are; they are read with own rights
        claims = self.sudo().carrier_claim_ids
        entries = claims.account_move_id | claims.reversal_move_id
        entries |= claims.former_bill_ids
        return super()._get_account_moves() | entries.with_env(self.env)
