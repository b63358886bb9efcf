# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .common_recovery import RecoveryCommon


class RecoveryBooksCommon(RecoveryCommon):
    """Credit notes of suppliers, and what the accounting does to them."""

    def _credit(self, statement):
        self.as_user(statement, "accountant").action_credit()

    def _reverse_in_accounting(self, move, amount=None):
        """Reverse ``move`` by the ERP's own dialog, or ``amount`` of it; returns the
        reversal."""
        wizard = (
            self.as_user(self.env["account.move.reversal"], "accountant")
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": fields.Date.today()})
        )
        action = wizard.reverse_moves()
        reversal = self.as_user(move, "accountant").browse(action["res_id"])
        if amount:
            reversal.invoice_line_ids.price_unit = amount
        if reversal.state == "draft":
            reversal.action_post()
        return reversal

    def _create_small_liability(self, cost, percent):
        """A second claim with ``cost`` of freight, posted and divided."""
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Stopped",
            failure_date=fields.Date.today() - relativedelta(days=40),
            estimated_cost=cost,
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self._add_cost(claim, "shipping", cost)
        self.as_user(claim, "accountant").action_post_costs()
        return self._create_posted_liability(percent=percent, claim=claim)

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
