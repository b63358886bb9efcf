# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import UserError

#: in the context while the parts of a claim are called for: an object, which nobody
#: can send from outside
MAY_WAIT = object()


class StockRule(models.Model):
    _inherit = "stock.rule"

    @api.model
    def run(self, procurements, raise_user_error=True):
        """What the transfer of a claim does not find in stock, and no rule buys or
        makes, waits on that transfer, as with parts sold (R-CLM-06)."""
        if self.env.context.get("aftersales_may_wait") is not MAY_WAIT:
            return super().run(procurements, raise_user_error=raise_user_error)
        needed, waiting = [], []
        for procurement in procurements:
            if (
                # the claim's own need has to get its transfer
                "aftersales_claim_line_id" in procurement.values
                # what takes nothing from stock by itself would wait for ever
                or procurement.values.get("move_dest_ids")
                or procurement.product_uom.is_zero(procurement.product_qty)
            ):
                needed.append(procurement)
            else:
                waiting.append(procurement)
        res = super().run(needed, raise_user_error=raise_user_error)
        if waiting and not self._run_or_wait(waiting) and len(waiting) > 1:
            for procurement in waiting:
                self._run_or_wait([procurement])
        return res

    def _run_or_wait(self, procurements):
        """Return whether the rules could do what is asked; nothing is done if not."""
        try:
            with self.env.cr.savepoint():
                self.with_context(aftersales_may_wait=False).run(procurements)
        except UserError:
            # not lost: the claim says which of its transfers wait for nothing
            return False
        return True

    @api.model
    def _can_get(self, product, location, values):
        """Return whether a rule buys or makes ``product``, or brings it to
        ``location``; one that finds nobody to buy from orders nothing (R-CLM-06).

        :param values: those of the procurement, its company among them
        """
        rule = self._get_rule(product, location, values)
        if rule.action != "buy":
            return bool(rule)
        company = values["company_id"]
        return bool(
            rule._get_matching_supplier(product, 1.0, product.uom_id, company, values)
        )

    def _get_custom_move_fields(self):
        return [*super()._get_custom_move_fields(), "aftersales_claim_line_id"]
