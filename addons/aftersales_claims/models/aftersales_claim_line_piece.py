# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from .aftersales_claim_line_duplicate import get_duplicate_message


class AftersalesClaimLinePiece(models.Model):
    """A piece with a serial number that a live claim line holds: one line may name
    several, and each of them is claimed once (R-CLM-01). Kept by the lines."""

    _name = "aftersales.claim.line.piece"
    _description = "Piece Held by a Claim Line"
    _rec_name = "key"
    _log_access = False

    line_id = fields.Many2one(
        "aftersales.claim.line", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    key = fields.Char(required=True, help="Serial number, part and failure date.")

    # the last guard, when two claim at once
    _piece_uniq = models.UniqueIndex("(company_id, key)", get_duplicate_message)
