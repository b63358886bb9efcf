# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Costs whose entry was reversed in the accounting before follow it: they are taken
    back at the date of the reversal (R-CLM-09). What stands for them by now is known to
    the accountant only: nothing waits to be posted again by itself. Shares, carrier
    claims and refused parts tell of papers that left the books before (R-CLM-10)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    costs = env["aftersales.claim.cost"].search(
        [
            ("state", "=", "posted"),
            ("stock_move_id", "=", False),
            ("account_move_id.reversal_move_ids.state", "=", "posted"),
        ]
    )
    for move, own in costs.grouped("account_move_id").items():
        if move._is_reversed():
            language = move.company_id.partner_id.lang
            own.with_context(
                lang=language, aftersales_reversing_claim=True
            )._follow_reversal(move._get_reversals()[:1])
    charged = env["aftersales.claim.line"].search([("charge_move_id", "!=", False)])
    charged.charge_state = "charged"
    for name in (
        "aftersales.claim.line",
        "aftersales.liability.share",
        "aftersales.carrier.claim",
        "aftersales.provision",
    ):
        model = env[name]
        domain = [
            (model._billed_field, "=", model._billed_states[0]),
            (model._bill_field, "!=", False),
        ]
        for document in model.search(domain):
            language = document.company_id.partner_id.lang
            document.with_context(lang=language)._follow_bill()
