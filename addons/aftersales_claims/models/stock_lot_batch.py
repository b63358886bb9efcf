# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import unicodedata

from odoo import api, fields, models


def normalize_batch(text):
    """Return a production batch as batches are compared: "c1", " C1" and the same in
    full width are one batch; nothing for none."""
    text = unicodedata.normalize("NFKC", text or "")
    return " ".join(text.split()).upper() or False


class StockLot(models.Model):
    """The production batch of a machine or lot, one way of writing it (R-INT-11)."""

    _inherit = "stock.lot"

    batch_key = fields.Char(
        string="Production Batch as Compared",
        compute="_compute_batch_key",
        store=True,
        index="btree_not_null",
    )

    @api.depends("production_batch")
    def _compute_batch_key(self):
        for lot in self:
            lot.batch_key = normalize_batch(lot.production_batch)

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_batch(vals) for vals in vals_list])

    def write(self, vals):
        sorts = {"production_batch", "product_id"} & vals.keys()
        before = {lot: (lot.product_id, lot.batch_key) for lot in self if sorts}
        res = super().write(self._with_batch(vals))
        changed = self.filtered(
            lambda lot: lot in before and before[lot] != (lot.product_id, lot.batch_key)
        )
        if changed:
            changed._sort_batches()
        return res

    @api.model
    def _with_batch(self, vals):
        """Return ``vals`` with the batch as everybody writes it."""
        if not vals.get("production_batch"):
            return vals
        return {**vals, "production_batch": normalize_batch(vals["production_batch"])}

    def _sort_batches(self):
        """The batch of ``self`` was corrected: their requests and what an alert lists
        of them follow."""
        # sudo: whoever corrects a machine file need not read what follows from it
        lines = self.env["aftersales.batch.alert.line"].sudo()
        lines.search(
            [("lot_id", "in", self.ids), ("state", "=", "open")]
        )._drop_strangers()
        # sudo: as above
        requests = self.env["aftersales.request"].sudo()
        requests = requests.search([("lot_id", "in", self.ids)])
        requests._leave_batch_alert()
        requests._detect_batch_problem()
