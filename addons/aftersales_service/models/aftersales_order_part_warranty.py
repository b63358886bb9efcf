# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesOrderPart(models.Model):
    """Which parts are fitted free of charge (R-BIL-01, R-WAR-01)."""

    _inherit = "aftersales.order.part"

    in_warranty = fields.Boolean(
        string="Free of Charge",
        compute="_compute_in_warranty",
        store=True,
        readonly=False,
        help="Fitted free of charge; the cost is the company's. Proposed from the "
        "service category, the warranty of the part's class and the contract.",
    )
    warranty_log = fields.Char(
        string="Why",
        compute="_compute_warranty_log",
        help="Why the part is free of charge or not.",
    )

    @api.depends(
        "product_id",
        "order_id.lot_id",
        "order_id.lot_id.warranty_end",
        "order_id.lot_id.warranty_void",
        "order_id.lot_id.warranty_policy_id",
        "order_id.request_id.service_category",
        "order_id.partner_id.dealer_id",
    )
    def _compute_in_warranty(self):
        """Kept once the part is used: what the customer signed stays."""
        open_parts = self.filtered(
            lambda part: part.order_id.state not in ("reported", "done", "cancelled")
        )
        for part in self - open_parts:
            part.in_warranty = part.in_warranty
        answers = open_parts._get_warranty_answers()
        contracts = open_parts._get_contracts()
        for part in open_parts:
            part.in_warranty = part._is_free(
                answers.get(part.id), contracts.get(part.order_id.id)
            )

    @api.depends("product_id", "order_id.lot_id", "in_warranty")
    @api.depends_context("lang")
    def _compute_warranty_log(self):
        answers = self._get_warranty_answers()
        for part in self:
            answer = answers.get(part.id)
            log = answer and answer["products"].get(part.product_id.id)
            part.warranty_log = log and log["log"]

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        given = [bool(vals.get("in_warranty")) for vals in vals_list]
        free = [part.id for part, flag in zip(parts, given, strict=True) if flag]
        self.browse(free)._check_given_away()
        return parts

    def write(self, vals):
        res = super().write(vals)
        if vals.get("in_warranty"):
            self._check_given_away()
        return res

    def _check_given_away(self):
        """Free of charge is a price too: only a dispatcher or manager gives away what
        neither warranty nor contract carries (R-BIL-01).

        :raise UserError: for a technician
        """
        if self.env.su or self.env.user.has_group(
            "aftersales_service.group_dispatcher"
        ):
            return
        answers = self._get_warranty_answers()
        contracts = self._get_contracts()
        for part in self:
            if not part._is_free(answers.get(part.id), contracts.get(part.order_id.id)):
                raise UserError(
                    self.env._(
                        "%(part)s is not free of charge by warranty or contract; "
                        "only the dispatcher or the service manager gives it away.",
                        part=part.product_id.display_name,
                    )
                )

    def _get_warranty_answers(self):
        """Return ``{part id: answer of its machine}``, asked in one batch."""
        products = {}
        for part in self:
            lot = part.order_id.lot_id
            if lot and part.product_id:
                products[lot.id] = (
                    products.get(lot.id, self.env["product.product"]) | part.product_id
                )
        lots = self.env["stock.lot"].browse(products)
        # sudo: the answer concerns a machine the order shows anyway
        answers = lots.sudo()._get_warranty_entitlement(products=products)
        return {
            part.id: answers[part.order_id.lot_id.id]
            for part in self
            if part.order_id.lot_id.id in answers
        }

    def _get_contracts(self):
        """Return ``{order id: contract in force}``."""
        orders = self.order_id
        # sudo: whether a contract covers the part, not its amount
        contracts = (
            self.env["aftersales.contract"]
            .sudo()
            ._get_contracts([(order.partner_id, order.lot_id) for order in orders])
        )
        return {
            order.id: contracts.get((order.partner_id, order.lot_id))
            for order in orders
        }

    def _is_free(self, answer, contract):
        """Return whether this part is fitted free of charge.

        The category decided for the case comes before the proposal: A on a machine
        in warranty means that somebody found a reason to charge, C on one out of
        warranty that somebody gave it away."""
        self.ensure_one()
        category = self.order_id.request_id.service_category
        state = answer["state"] if answer else "unknown"
        term = answer["products"].get(self.product_id.id) if answer else None
        covered = bool(term and term["covered"])
        if category == "d":
            return True
        if self.order_id._get_charged_dealer().dealer_charge == "all":
            return False
        if category == "c":
            return covered if state == "in" else True
        if category == "b":
            return covered or bool(contract and contract.covers_parts)
        if category == "a":
            return covered and state == "out"
        return covered

    def _get_charged_quantity(self):
        """Return the quantity to be charged: what was used, before the report what
        is needed."""
        self.ensure_one()
        if self.order_id.state in ("reported", "done") or self.quantity_used:
            return self.quantity_used
        return self.quantity
