# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    aftersales_claim_line_id = fields.Many2one(
        "aftersales.claim.line",
        string="Claim Line",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    # === CORE METHODS OVERRIDES ===#
    def _action_done(self, cancel_backorder=False):
        if self.company_id != self.env.company and self.aftersales_claim_line_id:
            # the ERP values by the company the user works in: the goods of a claim
            # would leave without an entry
            done = self.browse()
            for company, moves in self.grouped("company_id").items():
                own = moves.with_company(company)
                done |= own._action_done(cancel_backorder).with_env(self.env)
            return done
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves._create_claim_costs()
        moves.aftersales_claim_line_id.claim_id._update_lateness()
        return moves

    def _set_value(self, correction_quantity=None):
        """What is corrected of goods done before they are in the books is corrected of
        the claim's cost too: the stock closing posts the value of the day (R-CLM-09).
        """
        res = super()._set_value(correction_quantity=correction_quantity)
        self._update_claim_costs()
        return res

    def _action_assign(self, force_qty=False):
        """Goods that came in end the to-do of whoever waited for them (R-CLM-06)."""
        res = super()._action_assign(force_qty=force_qty)
        # nobody waits yet for what is just called for
        if "aftersales_may_wait" not in self.env.context:
            reserved = self.filtered(
                lambda move: (
                    move.aftersales_claim_line_id
                    and move.state in ("assigned", "partially_available")
                )
            )
            # sudo: who brings the goods need not read claims
            reserved.sudo().aftersales_claim_line_id.claim_id._close_supply_todos()
        return res

    def _action_cancel(self):
        res = super()._action_cancel()
        if not self.env.context.get("aftersales_calling_off"):
            # sudo: who cancels a transfer need not write claims
            self.sudo().aftersales_claim_line_id.claim_id._notify_supply_cancelled()
        return res

    def _prepare_merge_moves_distinct_fields(self):
        """Each claim line keeps a move of its own: the same part may be on two."""
        return [
            *super()._prepare_merge_moves_distinct_fields(),
            "aftersales_claim_line_id",
        ]

    def _get_new_picking_values(self):
        vals = super()._get_new_picking_values()
        claim = self.aftersales_claim_line_id.claim_id
        if len(claim) == 1:
            vals["aftersales_claim_id"] = claim.id
            vals["carrier_partner_id"] = claim.carrier_id.id
            # urgent parts are reserved first (R-CLM-13)
            vals["priority"] = "1" if claim.priority != "0" else "0"
        return vals

    def _get_account_move_line_vals(self):
        """Material of a claim goes to the company's account of the day, expense or
        provision, with the claim's analytic distribution; a return follows the
        entry of the move it returns (R-CLM-09)."""
        vals_list = super()._get_account_move_line_vals()
        # sudo: the storekeeper who takes goods back need not read claims nor entries
        move = self.sudo()
        claim = move.aftersales_claim_line_id.claim_id
        if not claim:
            return vals_list
        is_return = bool(self.location_id.valuation_account_id)
        vals, counterpart = vals_list if is_return else reversed(vals_list)
        original = move.env["account.move.line"]
        if is_return:
            lines = move.origin_returned_move_id.account_move_id.line_ids.filtered(
                lambda line: line.product_id == move.product_id
            )
            warranty = claim.company_id._get_aftersales_warranty_accounts()
            # the account may have been another one in the settings
            original = (
                lines.filtered(lambda line: line.account_id in warranty)
                or lines.filtered(lambda line: line.balance > 0)
            )[:1]
        account = original.account_id or (
            claim.company_id._get_aftersales_warranty_account(
                fields.Date.context_today(self)
            )
        )
        vals["account_id"] = account.id
        vals["partner_id"] = claim.partner_id.commercial_partner_id.id
        if claim.analytic_distribution:
            vals["analytic_distribution"] = claim.analytic_distribution
        # else the ERP's models could take the analysis back again
        counterpart["analytic_distribution"] = False
        return vals_list

    # === BUSINESS METHODS ===#
    def _get_claimed_quantity(self):
        """Return what the moves have moved or will move, in the product's unit."""
        return sum(
            move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
            if move.state == "done"
            else move.product_qty
            for move in self
        )

    def _call_off_for_claim(self, excess):
        """Take ``excess`` (in the product's unit) out of the moves not done yet, the
        latest first."""
        open_moves = self.filtered(lambda move: move.state not in ("done", "cancel"))
        for move in open_moves.sorted("id", reverse=True):
            uom = move.product_id.uom_id
            if uom.compare(excess, 0) <= 0:
                break
            left = max(move.product_qty - excess, 0.0)
            excess -= move.product_qty - left
            if uom.is_zero(left):
                move._action_cancel()
            else:
                move.product_uom_qty = uom._compute_quantity(left, move.product_uom)
                move._action_assign()

    def _create_claim_costs(self):
        """Material costs of the valued moves of claims, each move once."""
        moves = self.filtered(
            lambda move: (
                move.aftersales_claim_line_id
                and move.state == "done"
                and (move.is_out or move.is_in)
            )
        )
        if not moves:
            return self.env["aftersales.claim.cost"]
        # sudo: who moves the goods need not see costs
        return (
            self.env["aftersales.claim.cost"]
            .sudo()
            .create([move.sudo()._prepare_claim_cost_vals() for move in moves])
        )

    def _update_claim_costs(self):
        """Bring costs no entry holds yet in line with the value of their goods."""
        moves = self.filtered(
            lambda move: move.aftersales_claim_line_id and move.state == "done"
        )
        if not moves:
            return
        # sudo: who corrects a transfer need not see costs
        costs = (
            self.env["aftersales.claim.cost"]
            .sudo()
            .search(
                [
                    ("stock_move_id", "in", moves.ids),
                    ("account_move_id", "=", False),
                    ("closing_move_id", "=", False),
                ]
            )
        )
        for cost in costs:
            move = cost.stock_move_id
            cost.amount = move.value if move.is_out else -move.value

    def _prepare_claim_cost_vals(self):
        self.ensure_one()
        line = self.aftersales_claim_line_id
        return {
            "claim_id": line.claim_id.id,
            "claim_line_id": line.id,
            "kind": "material",
            "name": self.product_id.display_name,
            # a return on another day, with its entry
            "date": self.env.context.get("force_period_date")
            or fields.Date.context_today(self),
            "amount": self.value if self.is_out else -self.value,
            "stock_move_id": self.id,
            "account_move_id": self.account_move_id.id,
            "state": "posted",
        }

    def _prepare_claim_return_vals(self, target):
        """Values of the move that returns what of ``self`` is still out, or None."""
        self.ensure_one()
        returned = self.returned_move_ids.filtered(lambda move: move.state == "done")
        quantity = self.quantity - sum(returned.mapped("quantity"))
        if self.product_uom.compare(quantity, 0) <= 0:
            return None
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": quantity,
            "product_uom": self.product_uom.id,
            "location_id": self.location_dest_id.id,
            "location_dest_id": target.id,
            "company_id": self.company_id.id,
            "origin_returned_move_id": self.id,
            "aftersales_claim_line_id": self.aftersales_claim_line_id.id,
            "to_refund": True,
        }

    def _set_claim_part_lots(self, lots):
        """Move exactly these serial numbers; goods without one are the ERP's to pick.

        :param lots: {stock.lot: quantity}
        """
        self.ensure_one()
        if not all(lots):
            return
        self.move_line_ids.unlink()
        for lot, quantity in lots.items():
            self._take_lot(lot, quantity)

    def _fill_claim_return_lines(self):
        """Return exactly the serial numbers that went out."""
        self.ensure_one()
        self.move_line_ids.unlink()
        left = self.product_uom_qty
        vals_list = []
        back = self.origin_returned_move_id.returned_move_ids - self
        # of a lot some may be back already, and the others not
        back_lots = defaultdict(float)
        for item in back.filtered(lambda move: move.state == "done").move_line_ids:
            back_lots[item.lot_id] += item.quantity_product_uom
        for origin in self.origin_returned_move_id.move_line_ids:
            unit, own = origin.product_uom_id, self.product_id.uom_id
            there = min(back_lots[origin.lot_id], origin.quantity_product_uom)
            if origin.lot_id:
                back_lots[origin.lot_id] -= there
            else:
                there = 0.0
            rest = own._compute_quantity(origin.quantity_product_uom - there, unit)
            quantity = min(left, rest)
            if unit.compare(quantity, 0) <= 0:
                continue
            left -= quantity
            vals_list.append(
                fields.Command.create(
                    {
                        **self._prepare_move_line_vals(),
                        "lot_id": origin.lot_id.id,
                        "quantity": quantity,
                    }
                )
            )
        self.move_line_ids = vals_list
