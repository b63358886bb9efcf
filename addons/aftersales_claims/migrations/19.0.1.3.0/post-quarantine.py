# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Shelves of the quarantine are quarantine (R-CLM-11)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    Location = env["stock.location"].with_context(active_test=False)
    quarantine = Location.search([("is_aftersales_quarantine", "=", True)])
    shelves = Location.search([("id", "child_of", quarantine.ids)]) - quarantine
    shelves.is_aftersales_quarantine = True
