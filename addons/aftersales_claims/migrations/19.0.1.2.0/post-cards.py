# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """A complaint answered in time is not late on the card of who judges it
    (R-CLM-16); cards changed by hand stay."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    card = env.ref("aftersales_claims.start_card_complaints_judge", False)
    if card and card.late_domain == "[('due_date', '<', context_today())]":
        card.late_domain = (
            "[('due_date', '<', context_today()), ('replied_at', '=', False)]"
        )
