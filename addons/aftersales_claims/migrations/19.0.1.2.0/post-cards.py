# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api

#: card, field, what it was by default, what it is now
CARDS = (
    (
        "start_card_liabilities_post",
        "domain",
        "[('state', '=', 'approved')]",
        "['|', ('state', '=', 'approved'), ('has_open_share', '=', True)]",
    ),
    (
        "start_card_complaints_judge",
        "late_domain",
        "[('due_date', '<', context_today())]",
        "[('due_date', '<', context_today()), ('replied_at', '=', False)]",
    ),
)


def migrate(cr, version):
    """Decisions with a share to bill again are posted, complaints answered in time
    are not late (R-CLM-10, R-CLM-16); cards changed by hand stay."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, fname, before, now in CARDS:
        card = env.ref(f"aftersales_claims.{name}", False)
        if card and card[fname] == before:
            card[fname] = now
