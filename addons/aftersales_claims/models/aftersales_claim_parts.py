# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import RedirectWarning, UserError, ValidationError


class AftersalesClaim(models.Model):
    """No part of another machine, and none outside warranty but as goodwill, reaches
    the approvers (R-CLM-01, R-WAR-01)."""

    _inherit = "aftersales.claim"

    # === COMPUTE METHODS ===#
    def _compute_on_hold_reason(self):
        """Who verifies sees at once which parts are not those of the machine."""
        res = super()._compute_on_hold_reason()
        for claim in self:
            if claim.state == "submitted":
                claim.on_hold_reason = "\n".join(claim._get_part_blockers()) or False
        return res

    # === CONSTRAINT METHODS ===#
    @api.constrains("lot_id", "order_id")
    def _check_fitted_parts(self):
        self.line_ids._check_fitted_here()

    # === ACTION METHODS ===#
    def action_verify(self):
        """:raises UserError: a part is not of the machine, changed since submitting"""
        self._check_parts()
        return super().action_verify()

    # === CORE METHODS OVERRIDES ===#
    @api.model
    def _sql_error_to_message(self, exc):
        """Imported together, what is wrong with a part is said in words as well."""
        for name in ("aftersales.claim.line", "aftersales.claim.line.piece"):
            if exc.diag.table_name == self.env[name]._table:
                return self.env[name]._sql_error_to_message(exc)
        return super()._sql_error_to_message(exc)

    def web_save(self, vals, specification, next_id=None):
        """On the form a refused duplicate offers to open the other claim."""
        offering = self.with_context(aftersales_offer_claim=True)
        return super(AftersalesClaim, offering).web_save(
            vals, specification, next_id=next_id
        )

    # === BUSINESS METHODS ===#
    def _raise_duplicate(self, text):
        """Refuse what the claims of ``self`` hold already; on a screen (the context
        says so) lead there who may read them.

        :raises ValidationError, RedirectWarning: always
        """
        offered = self.env.context.get("aftersales_offer_claim")
        # constraints run as superuser, the button is for the user
        claims = offered and self.sudo(False)._filtered_access("read")
        if not claims:
            raise ValidationError(text)
        action = claims._get_records_action(claims, self.env._("Warranty Claims"))
        views = [(False, view) for view in action["view_mode"].split(",")]
        raise RedirectWarning(
            text,
            {**action, "views": views, "target": "current"},
            self.env._("Open %(claims)s", claims=", ".join(claims.mapped("name"))),
        )

    def _get_submit_blockers(self):
        return super()._get_submit_blockers() + self._get_part_blockers(submitting=True)

    def _get_part_blockers(self, submitting=False):
        """Return why parts of this claim cannot be claimed, in the user's words.

        :param submitting: see ``aftersales.claim.line._get_part_obstacles``
        """
        self.ensure_one()
        blockers = self.line_ids._get_part_obstacles(submitting)
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
