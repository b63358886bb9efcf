# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError


class AftersalesToolCustodyLine(models.Model):
    """Where a tool is taken from, one counter at a time (R-TOL-03)."""

    _inherit = "aftersales.tool.custody.line"

    # === BUSINESS METHODS ===#
    def _lock_and_plan(self):
        """Take the rows of tools and stock, and say which quantity comes from where.

        Two counters that want the same tool: one takes the row, the other gets a
        message, or is repeated by the server after the first is done and finds the
        tool gone (R-TOL-03).

        :return: list of ``(line, lot, source location, quantity)``
        :raises UserError: naming the tool that is not there to be taken"""
        sources = {
            custody: custody._get_source_location() for custody in self.custody_id
        }
        locations = self.env["stock.location"].union(*sources.values())
        # sudo: a technician handing over a tool reads the stock of both people
        Quant = self.env["stock.quant"].sudo()
        domain = [
            ("location_id", "child_of", locations.ids),
            ("product_id", "in", self.product_id.ids),
            ("quantity", ">", 0),
        ]
        serial_only = not self.filtered(lambda line: not line.lot_id)
        if serial_only:
            domain.append(("lot_id", "in", self.lot_id.ids))
        try:
            # sudo: the row is taken, not changed
            self.lot_id.sudo().lock_for_update(allow_referencing=True)
            quants = Quant.search(domain, order="in_date, id")
            quants.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise LockError(
                self.env._(
                    "Somebody else is taking one of these tools right now: "
                    "%(tools)s. Try again in a moment.",
                    tools=", ".join(self.product_id.mapped("display_name")),
                )
            ) from error
        # what another counter took before the rows were ours is not in the cache
        quants.invalidate_recordset(["quantity", "reserved_quantity"])
        available = defaultdict(float)
        by_key = defaultdict(list)
        for quant in quants:
            available[quant.id] = quant.quantity - quant.reserved_quantity
            by_key[quant.product_id, quant.lot_id].append(quant)
        plan = []
        for line in self:
            plan += line._plan(sources[line.custody_id], by_key, available)
        return plan

    def _plan(self, source, by_key, available):
        """Return the plan of one line; takes what it plans off ``available``."""
        self.ensure_one()
        uom = self.product_id.uom_id
        missing = self.quantity
        plan = []
        for quant in by_key.get((self.product_id, self.lot_id.sudo()), []):
            location = quant.location_id
            if not (location.parent_path or "").startswith(source.parent_path):
                continue
            taken = min(missing, available[quant.id])
            if uom.compare(taken, 0) <= 0:
                continue
            available[quant.id] -= taken
            missing -= taken
            plan.append((self, self.lot_id, location, taken))
            if uom.compare(missing, 0) <= 0:
                return plan
        raise UserError(self._get_missing_message(self.quantity - missing))

    def _get_missing_message(self, found):
        self.ensure_one()
        custody = self.custody_id
        # sudo: says who holds the tool, also to a technician
        lot = self.lot_id.sudo()
        tool = lot.display_name if lot else self.product_id.display_name
        if lot.tool_state == "conflict":
            return self.env._(
                "%(tool)s is in stock in two places. Count it first, so that it is "
                "in one.",
                tool=tool,
            )
        if custody.kind in ("return", "handover"):
            if not lot:
                return self.env._(
                    "%(person)s holds only %(quantity)s of %(tool)s.",
                    person=custody.employee_id.name,
                    quantity=found,
                    tool=tool,
                )
            return self.env._(
                "%(person)s does not hold %(tool)s.",
                person=custody.employee_id.name,
                tool=tool,
            )
        if lot.custodian_id:
            return self.env._(
                "%(tool)s is out already: %(person)s holds it.",
                tool=tool,
                person=lot.custodian_id.name,
            )
        if lot:
            state = dict(lot._fields["tool_state"]._description_selection(self.env))
            return self.env._(
                "%(tool)s cannot be issued: it is “%(state)s”.",
                tool=tool,
                state=state.get(lot.tool_state, ""),
            )
        return self.env._(
            "Only %(quantity)s of %(tool)s in stock.", quantity=found, tool=tool
        )

    @api.model
    def _prepare_tool_move_vals(
        self, product, lot, source, destination, quantity, company
    ):
        """Return the values of a stock.move with its one line, ready to finish."""
        common = {
            "product_id": product.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": company.id,
            "picked": True,
        }
        return {
            **common,
            "product_uom_qty": quantity,
            "move_line_ids": [
                fields.Command.create(
                    {**common, "quantity": quantity, "lot_id": lot.id}
                )
            ],
        }
