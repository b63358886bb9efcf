# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import SQL


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _next_batch(self, code, count):
        """Return ``count`` numbers of the sequence ``code`` in one query where the
        sequence allows it (no gaps promised, no date ranges).

        :return: list of str
        """
        if not count:
            return []
        company = self.env.company
        # sudo: numbering a document needs no right on sequences
        sequence = self.sudo().search(
            [("code", "=", code), ("company_id", "in", [company.id, False])],
            order="company_id",
            limit=1,
        )
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
