# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AccountMoveReversal(models.TransientModel):
    """*Reverse and Create Invoice*: the new bill is that of the documents billed with
    the one reversed, which are not to be billed anew (R-DSP-16, R-CLM-10, R-CLM-11)."""

    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        bills = self.move_ids
        action = super().reverse_moves(is_modify=is_modify)
        if is_modify:
            # created in the order of the bills; the field keeps no order
            new_bills = self.new_move_ids.sorted("id")
            for bill, corrected in zip(bills, new_bills, strict=True):
                bill._replace_with(corrected)
        return action
