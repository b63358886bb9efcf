# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import format_date


class AftersalesClaim(models.Model):
    """Where the parts of a claim are: every transfer on their way, also the picking
    in the warehouse and what another warehouse sends (R-CLM-06)."""

    _inherit = "aftersales.claim"

    supply_chain = fields.Text(
        string="Way of the Parts",
        compute="_compute_supply_chain",
        help="The transfers of the parts, first to last: from where to where, how far "
        "they are and when they are planned.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("picking_ids.state")
    @api.depends_context("lang", "tz")
    def _compute_supply_chain(self):
        for claim in self:
            # sudo: who tells the customer need not see the transfers of the warehouse
            steps = claim.sudo()._get_supply_steps()
            claim.supply_chain = "\n".join(
                self._describe_supply_step(picking, moves)
                for picking, moves in steps.items()
            )

    # === BUSINESS METHODS ===#
    def _get_supply_steps(self):
        """Return {stock.picking: stock.move} of the parts' way, in its order."""
        self.ensure_one()
        distance = self._measure_supply_moves(self.picking_ids.move_ids, {})
        # what another warehouse sends is called for by the claim, not always linked
        others = self.reference_id.move_ids.filtered(lambda move: move not in distance)
        ends = others.filtered(lambda move: not move.move_dest_ids & others)
        self._measure_supply_moves(ends, distance)
        steps = defaultdict(self.env["stock.move"].browse)
        for move in sorted(distance, key=lambda move: (-distance[move], move.id)):
            if move.picking_id and move.state != "cancel":
                steps[move.picking_id] |= move
        return steps

    @api.model
    def _measure_supply_moves(self, moves, distance):
        """Add to ``distance`` how many steps each of ``moves`` and of those before it
        is away from the customer; returns it."""
        step = max(distance.values(), default=-1) + 1
        while moves:
            distance.update(dict.fromkeys(moves, step))
            step += 1
            # a chain that leads back to itself ends here
            moves = moves.move_orig_ids.filtered(lambda move: move not in distance)
        return distance

    @api.model
    def _describe_supply_step(self, picking, moves):
        """Return one line for the reader: which transfer, from where, how far."""
        states = dict(picking._fields["state"]._description_selection(self.env))
        goods = defaultdict(float)
        for move in moves:
            goods[move.product_id] += move._get_claimed_quantity()
        names = {move.product_id: move.product_id.display_name for move in moves}
        day = picking.date_done or picking.scheduled_date
        return self.env._(
            "%(transfer)s: %(origin)s → %(destination)s, %(state)s, %(day)s: %(parts)s",
            transfer=picking.name,
            origin=moves.location_id[:1].display_name,
            destination=moves.location_dest_id[:1].display_name,
            state=states[picking.state],
            day=format_date(
                self.env, fields.Datetime.context_timestamp(picking, day).date()
            ),
            parts=", ".join(f"{goods[item]:g} {names[item]}" for item in goods),
        )
