# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Penalties whose entry left the books in the accounting before they followed it
    tell so: final only, to be posted again or reversed (R-PEN-06)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    posted = env["aftersales.penalty"].search(
        [("state", "=", "posted"), ("move_id", "!=", False)]
    )
    for penalty in posted:
        language = penalty.company_id.partner_id.lang
        penalty.with_context(lang=language)._follow_bill()
