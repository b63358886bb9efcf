# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Months whose entry left the books in the accounting before they followed it are
    planned anew (R-PEN-06)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    deducted = env["aftersales.deduction.line"].search(
        [("state", "=", "done"), ("move_id", "!=", False)]
    )
    for line in deducted:
        language = line.company_id.partner_id.lang
        line.with_context(lang=language)._follow_bill()
