# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, models, tools
from odoo.tools import SQL


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        sequences = super().create(vals_list)
        if any(sequences.mapped("code")):
            self.env.registry.clear_cache()
        return sequences

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint(("active", "code", "company_id")):
            self.env.registry.clear_cache()
        return res

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # === BUSINESS METHODS ===#
    @api.model
    @tools.ormcache("code", "company_id")
    def _get_id_by_code(self, code, company_id):
        """Return the id of the sequence ``code`` of the company, else of all."""
        # sudo: numbering a document needs no right on sequences
        return (
            self.sudo()
            .search(
                [("code", "=", code), ("company_id", "in", [company_id, False])],
                order="company_id",
                limit=1,
            )
            .id
        )

    def _next_batch(self, code, count):
        """Return ``count`` numbers of the sequence ``code`` in one query where the
        sequence allows it (no gaps promised, no date ranges).

        :return: list of str
        """
        if not count:
            return []
        # sudo: numbering a document needs no right on sequences
        sequence = self.sudo().browse(self._get_id_by_code(code, self.env.company.id))
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [self.next_by_code(code) for _ in range(count)]
        # raw SQL: PostgreSQL draws all numbers at once, the ORM one by one
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        return [sequence.get_next_char(number) for (number,) in rows]

    def _name_by_company(self, code, vals_list, get_company_id=None):
        """Name what of ``vals_list`` has no name by the sequence ``code`` of its own
        company, whichever company the user works in.

        :param vals_list: values of the documents to create; changed in place
        :param get_company_id: function of the values; their company or, without one,
            the current company by default
        """
        default = self.env.context.get("default_company_id") or self.env.company.id
        batches = defaultdict(list)
        for vals in vals_list:
            if not vals.get("name"):
                own = get_company_id(vals) if get_company_id else vals.get("company_id")
                batches[own or default].append(vals)
        for company_id, unnamed in batches.items():
            # sudo: whether the user may create there is asked by the create itself
            numbers = (
                self.sudo().with_company(company_id)._next_batch(code, len(unnamed))
            )
            for vals, number in zip(unnamed, numbers, strict=True):
                vals["name"] = number
