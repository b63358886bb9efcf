# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import LazyTranslate

from odoo.addons.aftersales_service.tools.language import in_language_of

from .aftersales_claim_supply_again import ACTIVITY

_lt = LazyTranslate(__name__)

TOO_MANY = _lt("More parts are out than approved")


class AftersalesClaim(models.Model):
    """The to-do about the parts ends by itself once there is nothing to see to; more
    parts outside than approved are somebody's to see to, too (R-CLM-05, R-CLM-06)."""

    _inherit = "aftersales.claim"

    # === COMPUTE METHODS ===#
    def _compute_on_hold_reason(self):
        res = super()._compute_on_hold_reason()
        for claim in self:
            if text := claim._get_surplus_text():
                claim.on_hold_reason = "\n".join(
                    filter(None, (claim.on_hold_reason, text))
                )
        return res

    # === BUSINESS METHODS ===#
    def _get_surplus_text(self):
        """Return, in the user's words, which parts are out that nobody approved, as
        when the return of an exchange was called off; empty if none."""
        self.ensure_one()
        if self.state not in ("approved", "done"):
            return ""
        # sudo: who follows his parts need not see the transfers of the other trades
        lines = self.sudo().line_ids.filtered(
            lambda line: (
                line.product_id.uom_id.compare(
                    line._get_quantity_out(), line.approved_quantity
                )
                > 0
            )
        )
        if not lines:
            return ""
        return self.env._(
            "More is out than approved: %(parts)s. Have the rest brought back, or "
            "raise the claim.",
            parts=", ".join(
                self.env._(
                    "%(quantity)s of %(part)s instead of %(approved)s",
                    quantity=f"{line._get_quantity_out():g}",
                    part=line.product_id.display_name,
                    approved=f"{line.approved_quantity:g}",
                )
                for line in lines
            ),
        )

    def _get_supply_todo_text(self):
        return super()._get_supply_todo_text() or self._get_surplus_text()

    def _notify_supply_cancelled(self):
        res = super()._notify_supply_cancelled()
        for claim in self:
            if claim._get_surplus_text():
                claim._ask_for_supply(TOO_MANY)
        return res

    def _close_supply_todos(self):
        """End the to-dos about parts that are reserved, ordered or sent by now."""
        if not self:
            return
        # sudo: who brings the goods need not read the to-dos of others
        todos = self.sudo().activity_search([ACTIVITY])
        for claim_id, own in todos.grouped("res_id").items():
            claim = self.sudo().browse(claim_id)
            if claim.state == "approved" and not claim._get_supply_todo_text():
                told = in_language_of(claim, user=own[:1].user_id)
                claim.activity_feedback(
                    [ACTIVITY],
                    feedback=told.env._("The parts are there or on their way."),
                )

    @api.model
    def _cron_supply_lateness(self):
        """End the to-dos of what was settled in another way, too."""
        res = super()._cron_supply_lateness()
        activity_type = self.env.ref(ACTIVITY)
        self.search(
            [("activity_ids.activity_type_id", "=", activity_type.id)]
        )._close_supply_todos()
        return res
