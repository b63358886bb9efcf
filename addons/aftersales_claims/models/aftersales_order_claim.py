# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesOrder(models.Model):
    """Claims of what an order fitted free of charge."""

    _inherit = "aftersales.order"

    claim_ids = fields.One2many("aftersales.claim", "order_id", string="Claims")
    claim_count = fields.Integer(compute="_compute_claim_count")

    @api.depends("claim_ids")
    def _compute_claim_count(self):
        for order in self:
            order.claim_count = len(order.claim_ids)

    # === ACTION METHODS ===#
    def action_create_claim(self):
        """Draft a warranty claim of the parts fitted free of charge.

        :raises UserError: nothing fitted in warranty, or all of it is claimed
        :return: window action on the claim; ``claim_ids`` hold it too
        """
        claims = self.env["aftersales.claim"]
        for order in self:
            if not order._get_claimable_parts():
                raise UserError(
                    self.env._(
                        "%(order)s fitted no part under warranty that is not claimed "
                        "already.",
                        order=order.name,
                    )
                )
            claims |= claims.create(order._prepare_claim_vals())
        return claims._get_records_action(claims, self.env._("Warranty Claims"))

    def action_view_claims(self):
        self.ensure_one()
        return {
            **self.claim_ids._get_records_action(
                self.claim_ids, self.env._("Warranty Claims")
            ),
            "context": {"default_order_id": self.id},
        }

    # === BUSINESS METHODS ===#
    def _get_free_parts_location(self):
        """Parts fitted free of charge wait for their claim (R-CLM-09)."""
        self.ensure_one()
        return (
            self.company_id.aftersales_awaiting_location_id
            or super()._get_free_parts_location()
        )

    def _get_claimable_parts(self):
        """Return the parts fitted in warranty that no live claim holds and that were
        not charged to the customer after a refusal."""
        self.ensure_one()
        # sudo: a claim of another department holds its part as well
        claimed = (
            self.env["aftersales.claim.line"]
            .sudo()
            .search(
                [
                    ("order_part_id", "in", self.part_ids.ids),
                    "|",
                    ("state", "not in", ("rejected", "cancelled")),
                    ("charged_quantity", ">", 0),
                ]
            )
            .order_part_id
        )
        return self.part_ids.filtered(
            lambda part: (
                part.in_warranty and part.quantity_used > 0 and part not in claimed
            )
        )

    def _prepare_claim_vals(self):
        self.ensure_one()
        # the technician often finds just what was reported: said once
        texts = (self.request_id.fault, self.fault_found, self.cause)
        fault = "\n".join(dict.fromkeys(text.strip() for text in texts if text))
        return {
            "order_id": self.id,
            "request_id": self.request_id.id,
            "partner_id": self.partner_id.id or self.request_id.partner_id.id,
            "lot_id": self.lot_id.id or self.request_id.lot_id.id,
            "company_id": self.company_id.id,
            "department_id": self.department_id.id or self.request_id.department_id.id,
            "damage": fault,
            "failure_date": fields.Date.context_today(
                self, self.request_id.reported_at or self.create_date
            ),
            "line_ids": [
                Command.create(vals) for vals in self._prepare_claim_line_vals()
            ],
        }

    def _prepare_claim_line_vals(self):
        self.ensure_one()
        return [
            {
                "product_id": part.product_id.id,
                "quantity": part.quantity_used,
                "lot_id": part.lot_id.id,
                "old_lot_name": part.old_lot_name,
                "order_part_id": part.id,
                "supply": "fitted" if part.product_id.is_storable else "none",
            }
            for part in self._get_claimable_parts()
        ]
