# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, models
from odoo.tools import LazyTranslate

from .aftersales_claim_notice import OPEN_STATES

_lt = LazyTranslate(__name__)

NOT_IN_STOCK = _lt("Parts are not in stock")


class AftersalesClaim(models.Model):
    """Parts that are not in stock and that no rule buys or makes: said before the
    claim is decided. Approved all the same, they wait on their transfer, and whoever
    follows the claim is asked to have them ordered (R-CLM-06)."""

    _inherit = "aftersales.claim"

    # === COMPUTE METHODS ===#
    @api.depends("line_ids.product_id", "line_ids.approved_quantity", "line_ids.supply")
    def _compute_notice(self):
        return super()._compute_notice()

    # === BUSINESS METHODS ===#
    def _get_notices(self):
        notices = super()._get_notices()
        if text := self._get_shortage_text():
            notices.append(text)
        return notices

    def _get_approval_summary(self):
        summary = super()._get_approval_summary()
        if self.state in OPEN_STATES and (text := self._get_shortage_text()):
            summary["facts"].append((self._get_field_label("supply_state"), text))
        return summary

    def _decide_review(self, review, decision, comment=None, entered=None):
        """The approver reads on the page which parts wait now."""
        notice = super()._decide_review(review, decision, comment, entered)
        if decision != "approve" or self.state != "approved":
            return notice
        # sudo: approvers have no rights on stock
        waiting = self.sudo()._get_waiting_text()
        if not waiting:
            return notice
        return self.env._("Approved. %(notice)s", notice=waiting)

    def _get_gap_text(self):
        # sudo: who follows his parts need not see the transfers of the other trades
        texts = (super()._get_gap_text(), self.sudo()._get_waiting_text())
        return "\n".join(filter(None, texts))

    # === before the approval ===#
    def _get_shortage_text(self):
        """Return what to do about parts nobody could send; empty if there are none."""
        self.ensure_one()
        # sudo: who applies or approves need not read the stock
        products = self.sudo()._find_unavailable_parts()
        if not products:
            return ""
        return self.env._(
            "Not in stock, and no rule says how to buy or make them: %(parts)s. The "
            "claim can be approved, its parts wait until somebody orders them. Give "
            "the product a supplier or a route, or claim a part that is there.",
            parts=self._describe_parts(products),
        )

    def _find_unavailable_parts(self):
        """Return the products of which too little is in stock or comes in, and which
        the ERP would not know how to get."""
        self.ensure_one()
        company = self.company_id
        route = company.aftersales_claim_route_id
        Rule = self.env["stock.rule"].with_company(company)
        values = {
            "company_id": company,
            "warehouse_id": company.aftersales_claim_type_id.warehouse_id,
            "route_ids": route,
        }
        goals = {
            "ship": company.aftersales_warranty_location_id,
            "technician": company.aftersales_field_location_id,
        }
        needs = defaultdict(float)
        for line in self.line_ids:
            goal = goals.get(line.supply)
            if not goal or not line.product_id or not route:
                continue
            quantity = line._get_missing_quantity()
            parts = line._get_components(quantity) or {line.product_id: quantity}
            for product, need in parts.items():
                if product.is_storable:
                    source = Rule._get_rule(product, goal, values).location_src_id
                    needs[source, product] += need
        unavailable = self.env["product.product"]
        for (source, product), need in needs.items():
            stock = product.with_company(company).with_context(location=source.id)
            there = max(stock.free_qty, stock.virtual_available)
            if (
                source
                and product.uom_id.compare(there, need) < 0
                and not Rule._can_get(product, source, values)
            ):
                unavailable |= product
        return unavailable

    # === after the approval ===#
    def _notify_shortage(self):
        """Ask whoever follows the claim to have ordered what waits for nothing."""
        if self._get_short_moves():
            self._ask_for_supply(NOT_IN_STOCK)

    def _get_waiting_text(self):
        self.ensure_one()
        moves = self._get_short_moves()
        if not moves:
            return ""
        return self.env._(
            "Not in stock, and nothing is on order: %(parts)s. The transfer waits "
            "until they are there: have them bought or made. Once the product has a "
            "supplier or a route, Supply Again orders them.",
            parts=self._describe_parts(moves.product_id),
        )

    def _get_short_moves(self):
        """Return the moves of open transfers that wait for goods which are neither in
        stock nor come in, nor are ordered for the claim."""
        self.ensure_one()
        moves = self.picking_ids.move_ids.filtered(
            lambda move: (
                move.state in ("confirmed", "partially_available")
                and move.product_id.is_storable
                and not move.move_orig_ids
            )
        )
        if not moves or self.state != "approved":
            return moves.browse()
        moves -= self._get_orphaned_moves()
        lines = self._get_purchase_orders().order_line.filtered(
            lambda line: (
                line.state != "cancel"
                and line.product_uom_id.compare(line.qty_received, line.product_qty) < 0
            )
        )
        ordered = lines.product_id
        for production in self._get_production_orders():
            if production.state not in ("done", "cancel"):
                ordered |= production.product_id
        return moves.filtered(
            lambda move: (
                move.product_id not in ordered
                and move.product_id.uom_id.compare(
                    move.forecast_availability, move.product_qty
                )
                < 0
            )
        )

    def _get_orderable_moves(self):
        """Return the short moves of goods the rules know by now how to get."""
        self.ensure_one()
        Rule = self.env["stock.rule"]
        return self._get_short_moves().filtered(
            lambda move: Rule._can_get(
                move.product_id,
                move.location_id,
                {"company_id": move.company_id, "warehouse_id": move.warehouse_id},
            )
        )

    def _describe_parts(self, products):
        """Return the names of ``products`` and where else in the company some are."""
        own = self.company_id.sudo().aftersales_claim_type_id.warehouse_id
        # sudo: in which warehouse they are, whoever is told
        quants = self.env["stock.quant"].sudo()
        groups = quants._read_group(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", self.company_id.id),
                ("location_id.usage", "=", "internal"),
                ("location_id.warehouse_id", "not in", [False, own.id]),
            ],
            ["product_id", "location_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        elsewhere = defaultdict(float)
        for product, location, quantity, reserved in groups:
            elsewhere[product, location.warehouse_id] += quantity - reserved
        names = []
        for product in products.with_env(self.env):
            places = [
                self.env._(
                    "%(quantity)s in %(warehouse)s",
                    quantity=f"{quantity:g}",
                    warehouse=warehouse.name,
                )
                for (item, warehouse), quantity in elsewhere.items()
                if item == product and product.uom_id.compare(quantity, 0) > 0
            ]
            name = product.display_name
            names.append(f"{name} ({', '.join(places)})" if places else name)
        return ", ".join(names)
