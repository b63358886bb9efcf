# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """The sales vice president sees which papers of emergencies are missing (R-CLM-04);
    a card changed by hand stays."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    manager = env.ref("aftersales_service.group_manager")
    card = env.ref("aftersales_claims.start_card_claims_filing", False)
    if card and card.group_ids == manager:
        card.group_ids |= env.ref("aftersales_service.group_sales_vp")
