# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Costs reversed before get the row that takes them back (R-CLM-08, R-CLM-09)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    Cost = env["aftersales.claim.cost"]
    taken_back = Cost.search([("reversed_cost_id", "!=", False)]).reversed_cost_id
    costs = Cost.search(
        [
            ("state", "=", "reversed"),
            ("stock_move_id", "=", False),
            ("reversed_cost_id", "=", False),
            ("reversal_move_id", "!=", False),
            ("id", "not in", taken_back.ids),
        ]
    )
    for reversal, own in costs.grouped("reversal_move_id").items():
        own._set_reversal(reversal)
