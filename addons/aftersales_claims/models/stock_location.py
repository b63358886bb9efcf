# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class StockLocation(models.Model):
    _inherit = "stock.location"

    is_aftersales_quarantine = fields.Boolean(
        string="Old Parts Quarantine",
        compute="_compute_is_aftersales_quarantine",
        store=True,
        readonly=False,
        recursive=True,
        index="btree_not_null",
        help="Old parts wait here for inspection and disposal. They were paid for by "
        "the claim, so what lies here has no value in the books and is never for "
        "sale. The same holds for every shelf in it.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("location_id.is_aftersales_quarantine")
    def _compute_is_aftersales_quarantine(self):
        """A shelf of the quarantine is quarantine (R-CLM-11)."""
        for location in self:
            location.is_aftersales_quarantine = (
                location.is_aftersales_quarantine
                or location.location_id.is_aftersales_quarantine
            )

    # === CRUD METHODS ===#
    def write(self, vals):
        """A shelf taken out of the quarantine is none of it any more (R-CLM-11).

        :raises UserError: goods lie on it, which would enter or leave the books
            without a transfer
        """
        moved = self.browse()
        if "location_id" in vals:
            parent = self.browse(vals["location_id"])
            moved = self.filtered(
                lambda location: (
                    location.location_id != parent
                    and location.location_id.is_aftersales_quarantine
                    != parent.is_aftersales_quarantine
                )
            )
            moved._check_empty_for_quarantine()
        res = super().write(vals)
        moved._leave_quarantine()
        return res

    # === BUSINESS METHODS ===#
    def _get_available_part(self, product, lot):
        """Return how much of ``product`` is free here and on the shelves in here, in
        its unit of measure.

        :param lot: the stock.lot asked for; an empty record for any
        """
        self.ensure_one()
        Quant = self.env["stock.quant"]
        if not lot:
            return Quant._get_available_quantity(product, self)
        # sudo: what lies there, whoever moves it
        quants = Quant.sudo()._gather(product, self, lot_id=lot)
        free = sum(
            quant.quantity - quant.reserved_quantity
            for quant in quants
            if quant.lot_id == lot.sudo()
        )
        return max(free, 0.0)

    def _find_goods(self):
        """Return a stock.quant of what lies here or on the shelves in here, if any."""
        # sudo: what lies there, whoever arranges the warehouse
        return (
            self.env["stock.quant"]
            .sudo()
            .search(
                [("location_id", "child_of", self.ids), ("quantity", "!=", 0)], limit=1
            )
        )

    def _check_empty_for_quarantine(self):
        if not self:
            return
        if quant := self._find_goods():
            raise UserError(
                self.env._(
                    "%(part)s lies at %(location)s. What is in quarantine is not in "
                    "the books: move the goods by a transfer first, then the shelf.",
                    part=quant.product_id.display_name,
                    location=quant.location_id.display_name,
                )
            )

    def _leave_quarantine(self):
        """Take the mark off those of ``self`` that no longer stand in the quarantine,
        with their shelves; a place the settings name keeps it, wherever it stands."""
        out = self.filtered(
            lambda location: not location.location_id.is_aftersales_quarantine
        )
        if not out:
            return
        places = self.with_context(active_test=False).search(
            [("id", "child_of", out.ids)]
        )
        # sudo: the settings of every company, whoever arranges the warehouse
        companies = self.env["res.company"].sudo().search([])
        named = places & (
            companies.aftersales_quarantine_location_id
            | companies.aftersales_rework_location_id
        ).sudo(False)
        keep = named.search([("id", "child_of", named.ids)]) if named else named
        (places - keep).is_aftersales_quarantine = False
        (places & keep).is_aftersales_quarantine = True

    def _should_be_valued(self):
        """Old parts in quarantine are outside the stock valuation (R-CLM-11)."""
        return not self.is_aftersales_quarantine and super()._should_be_valued()

    def _search_is_valued(self, operator, value):
        domain = Domain(super()._search_is_valued(operator, value))
        quarantine = Domain("is_aftersales_quarantine", "=", True)
        if (operator == "=") == bool(value):
            return domain & ~quarantine
        return domain | quarantine
