# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api

#: what the card showed by default
BEFORE = "['|', ('state', '=', 'approved'), ('has_open_share', '=', True)]"
NOW = (
    "['|', '|', ('state', '=', 'approved'), ('has_open_share', '=', True), "
    "'&', ('state', '=', 'posted'), ('cost_change', '<', 0)]"
)


def migrate(cr, version):
    """Posted decisions whose claims cost less by now are told to the accountant, and
    on his card unless it was changed by hand (R-CLM-10)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    card = env.ref("aftersales_claims.start_card_liabilities_post", False)
    if card and card.domain == BEFORE:
        card.domain = NOW
    lower = env["aftersales.liability"].search(
        [("state", "=", "posted"), ("cost_change", "<", 0)]
    )
    for liability in lower:
        language = liability.company_id.partner_id.lang
        liability.with_context(lang=language)._follow_costs()
