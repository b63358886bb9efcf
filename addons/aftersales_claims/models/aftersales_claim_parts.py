# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesClaim(models.Model):
    """No part of another machine, and none outside warranty but as goodwill, reaches
    the approvers (R-CLM-01, R-WAR-01)."""

    _inherit = "aftersales.claim"

    # === ACTION METHODS ===#
    def action_verify(self):
        """:raises UserError: a part is not of the machine, changed since submitting"""
        self._check_parts()
        return super().action_verify()

    # === BUSINESS METHODS ===#
    def _get_submit_blockers(self):
        return super()._get_submit_blockers() + self._get_part_blockers()

    def _get_part_blockers(self):
        """Return why parts of this claim cannot be claimed, in the user's words."""
        self.ensure_one()
        blockers = self.line_ids._get_part_obstacles()
        if self.kind != "goodwill":
            blockers += self._get_warranty_blockers()
        return blockers

    def _get_warranty_blockers(self):
        """Return the parts that were not under warranty when they failed. What a
        service order fitted free of charge was judged by its report; where no term is
        known nothing is refused."""
        self.ensure_one()
        # sudo: machine files are not every applicant's to read
        machine = self.sudo().lot_id
        lines = self.sudo().line_ids.filtered(lambda line: not line.order_part_id)
        if not machine or not lines:
            return []
        state = machine._get_warranty_state(self.failure_date)
        if state == "unknown" or (
            # terms of their own have only classes of parts
            state == "in" and not lines.product_id.component_class_id
        ):
            return []
        answer = machine._get_warranty_entitlement(self.failure_date, lines.product_id)
        parts = answer[machine.id]["products"]
        return [
            self.env._(
                "%(reason)s Outside warranty it is goodwill, which the service manager "
                "applies for.",
                reason=parts[product.id]["log"],
            )
            for product in lines.product_id
            if machine._is_out_of_warranty(product, parts[product.id])
        ]

    def _check_parts(self):
        """:raises UserError: a part is not of its machine, or out of warranty"""
        for claim in self:
            if blockers := claim._get_part_blockers():
                raise UserError("\n".join([claim.name, *blockers]))
