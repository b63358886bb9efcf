# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Sheets whose entry left the books in the accounting before they followed it tell
    so; payments reversed there are open again (R-TOL-06)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    sheets = env["aftersales.tool.compensation"].search([("state", "=", "posted")])
    env.add_to_compute(sheets._fields["amount_paid"], sheets)
    for sheet in sheets.filtered("move_id"):
        language = sheet.company_id.partner_id.lang
        sheet.with_context(lang=language)._follow_bill()
