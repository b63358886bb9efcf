# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Tools on a shelf in somebody's place are held by him (R-TOL-03)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    places = env["stock.location"].search([("aftersales_employee_ids", "!=", False)])
    quants = env["stock.quant"].search(
        [
            ("location_id", "child_of", places.ids),
            ("location_id", "not in", places.ids),
            ("product_id.is_tool", "=", True),
        ]
    )
    for fname in ("custodian_id", "tool_state"):
        env.add_to_compute(quants.lot_id._fields[fname], quants.lot_id)
