# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Costs reversed before get the row that takes them back (R-CLM-08, R-CLM-09);
    dates given before are of whoever made the document (R-CLM-16)."""
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
        language = reversal.company_id.partner_id.lang
        own.with_context(lang=language)._set_reversal(reversal)
    for table in (
        "aftersales_capa",
        "aftersales_capa_action",
        "aftersales_quality_complaint",
    ):
        # the new column was filled with the user of the upgrade; who set a date
        # before is not known better than by who made the record
        cr.execute(
            SQL(
                "UPDATE %s SET due_set_by_id = create_uid WHERE due_set_by_id = %s",
                SQL.identifier(table),
                SUPERUSER_ID,
            )
        )
    env.invalidate_all()
