# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields

from .common_recovery import RecoveryCommon


class RecoveryBooksCommon(RecoveryCommon):
    """Credit notes of suppliers, and what the accounting does to them."""

    def _credit(self, statement):
        self.as_user(statement, "accountant").action_credit()

    def _create_red_letter(self, amount, **vals):
        return self.as_user(self.env["account.move"], "accountant").create(
            {
                "move_type": "in_refund",
                "partner_id": self.supplier.id,
                "invoice_date": fields.Date.today(),
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Bearing", "price_unit": amount, "tax_ids": []}
                    )
                ],
                **vals,
            }
        )

    def _assert_credited(self, statement, credited, balances):
        """The lines and the statement say what the trial balance says."""
        state = ("credited", "credited") if credited else ("accepted", "answered")
        self.assertEqual((*statement.line_ids.mapped("state"), statement.state), state)
        self.assertEqual(bool(statement.credited_at), credited)
        self.assertEqual(statement.amount_credited, 5649 if credited else 0)
        self.assertEqual(self._balance(), balances)
