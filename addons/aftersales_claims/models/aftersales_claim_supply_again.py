# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

from odoo.addons.aftersales_service.tools.language import in_language_of

_lt = LazyTranslate(__name__)

#: to-do of whoever follows the parts
ACTIVITY = "aftersales_claims.mail_activity_type_supply"
CANCELLED = _lt("Supply was cancelled")
CAME_BACK = _lt("Parts were returned to the warehouse")


class AftersalesClaim(models.Model):
    """Parts nobody sends any more: a transfer, purchase or production order of an
    approved claim was cancelled (R-CLM-06). Who follows the claim is told, sees it on
    the claim and calls for the parts again."""

    _inherit = "aftersales.claim"

    has_supply_gap = fields.Boolean(compute="_compute_has_supply_gap")

    # === COMPUTE METHODS ===#
    def _compute_has_supply_gap(self):
        for claim in self:
            claim.has_supply_gap = bool(claim._get_gap_text())

    def _compute_on_hold_reason(self):
        res = super()._compute_on_hold_reason()
        for claim in self.filtered("has_supply_gap"):
            claim.on_hold_reason = "\n".join(
                filter(None, (claim.on_hold_reason, claim._get_gap_text()))
            )
        return res

    # === ACTION METHODS ===#
    def action_supply_again(self):
        """Call again for the parts that are approved and that nobody sends.

        :raises UserError: everything is supplied or on its way
        """
        self.check_access("write")
        self._ensure_state("approved")
        for claim in self:
            claim.lock_for_update()
            # the system moves the goods, as with the approval
            system = claim._as_system()
            moves = system._get_orphaned_moves() | system._get_orderable_moves()
            if not moves and not claim._get_supply_gaps():
                raise UserError(
                    claim._get_gap_text()
                    or self.env._(
                        "Everything of %(claim)s is supplied or on its way.",
                        claim=claim.name,
                    )
                )
            moves.with_context(aftersales_calling_off=True)._action_cancel()
            # before: what nobody sends even now is asked for anew
            claim.activity_unlink([ACTIVITY])
            system._supply()
        return True

    # === BUSINESS METHODS ===#
    def _get_supply_gaps(self):
        """Return the lines whose parts are approved and that nobody sends."""
        self.ensure_one()
        if self.state != "approved" or self.supply_state not in ("waiting", "partial"):
            return self.line_ids.browse()
        # sudo: who follows his parts need not see the transfers of the other trades
        claim = self.sudo()
        missing = claim.line_ids.filtered(
            lambda line: (
                line.supply in ("ship", "technician")
                and line._get_quantity_to_procure() > 0
            )
        )
        return missing | claim._get_orphaned_moves().aftersales_claim_line_id

    def _get_orphaned_moves(self):
        """Return the moves that wait for a purchase or production order given up."""
        self.ensure_one()
        orders = (self._get_purchase_orders(), self._get_production_orders())
        cancelled = any(
            order.state == "cancel" for document in orders for order in document
        )
        alive = any(
            order.state not in ("cancel", "done")
            for document in orders
            for order in document
        )
        moves = self.picking_ids.move_ids
        if not cancelled or alive:
            return moves.browse()
        return moves.filtered(lambda move: move.state in ("waiting", "confirmed"))

    def _get_gap_text(self):
        """Return, in the user's words, which parts nobody sends; empty if none."""
        self.ensure_one()
        lines = self._get_supply_gaps()
        if not lines:
            return ""
        return self.env._(
            "Nobody sends these parts any more: %(parts)s. Supply them again, or "
            "reduce or reject their lines.",
            parts=", ".join(lines.product_id.mapped("display_name")),
        )

    def _notify_supply_cancelled(self):
        """Ask whoever follows the claim to see to parts nobody sends any more."""
        for claim in self:
            if claim._get_supply_gaps():
                claim._ask_for_supply(CANCELLED)

    def _notify_supply_returned(self):
        """Ask whoever follows the claim to see to parts that came back."""
        for claim in self:
            # sent in exchange already, there is nothing to see to
            if claim.state == "done" or claim._get_supply_gaps():
                claim._ask_for_supply(CAME_BACK)

    def _ask_for_supply(self, summary):
        """Ask whoever verified the claim, else its applicant, to see to the parts.

        :param summary: a lazy text, said in his language
        """
        self.ensure_one()
        if self.activity_search([ACTIVITY]):
            return
        user = self.verified_by_id or self.user_id
        if user.share or not user.active:
            # a station only follows its claim, who has left follows none
            user = self.department_id.manager_id.user_id or self.env.user
        told = in_language_of(self, user=user)
        self.activity_schedule(
            ACTIVITY,
            user_id=user.id,
            note=told._get_supply_todo_text() or told.env._("The claim is closed."),
            summary=str(told.env._(summary)),
        )

    def _get_supply_todo_text(self):
        """Return what whoever follows the claim has to see to; empty if nothing."""
        return self._get_gap_text()

    def _reopen(self, state, **vals):
        """The parts are promised anew by the next approval."""
        # sudo: written by the supply itself, whoever takes the claim up
        self.sudo().filtered("approved_at").with_context(
            skip_validation_check=True
        ).write({"supply_due_date": False, "supplied_at": False, "days_late": 0})
        return super()._reopen(state, **vals)
