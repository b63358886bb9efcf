# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Each serial number of a live claim line is held by a row of its own (R-CLM-01);
    of two claims that hold one already, the older does. Nobody who decided a claim
    decides on an appeal that is open now (R-CLM-05)."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    Line = env["aftersales.claim.line"]
    numbered = Line.search(
        [("state", "not in", ("rejected", "cancelled")), ("old_lot_name", "!=", False)]
    )
    env.add_to_compute(Line._fields["duplicate_key"], numbered)
    numbered._update_pieces()
    appeals = env["aftersales.claim.appeal"].search(
        [("state", "in", ("filed", "in_decision"))]
    )
    for appeal in appeals:
        decisions = appeal.claim_id._get_decisions()
        appeal.first_decider_ids |= decisions.user_id | decisions.on_behalf_of_id
        appeal.claim_id._exclude_deciders()
    env.flush_all()
