# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestSettlementDeduction(ClaimsCommon):
    """Claims of stations that are reversed after they were settled and billed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.station = cls.env["res.partner"].create(
            {"name": "Ganzhou", "is_company": True, "is_service_station": True}
        )
        cls.env["aftersales.station"].create(
            {
                "partner_id": cls.station.id,
                "company_id": cls.company.id,
                "labour_rate": 120,
                "travel_rate": 2,
            }
        )
        cls.month = fields.Date.today().replace(day=1)
        cls.start = cls._balance(cls)
        cls.accounts = (
            cls.company.aftersales_cost_account_labour_id,
            cls.company.aftersales_cost_account_travel_id,
        )

    # === building blocks ===#
    def _create_station_claim(self):
        """3 hours at 120 and 50 km at 2: 460."""
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Stopped",
            station_id=self.station.id,
            station_hours=3,
            station_distance=50,
        )
        self._carry_out(claim)
        return claim

    def _carry_out(self, claim):
        claim.action_submit()
        self._approve(claim, "service_manager")
        claim.sudo().filed_at = fields.Datetime.now()
        self.as_user(claim, "accountant").action_post_costs()

    def _reverse(self, claim):
        self.as_user(claim, "accountant").action_reverse("Wrong machine")

    def _create_settlement(self, months=0):
        settlement = self.env["aftersales.settlement"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "period_start": self.month + relativedelta(months=months),
            }
        )
        settlement.action_collect_lines()
        return settlement

    def _bill(self, settlement, post=True):
        settlement.action_send()
        settlement.action_confirm()
        self.as_user(settlement, "accountant").action_bill()
        if post:
            settlement.bill_id.action_post()
        return settlement.bill_id

    def _payable(self):
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.station.id),
                ("parent_state", "=", "posted"),
                ("account_type", "=", "liability_payable"),
            ]
        )
        return sum(lines.mapped("balance"))

    # === tests ===#
    def test_billed_work_is_deducted_once(self):
        """R-DSP-16, R-CLM-09: reversed after its settlement was billed, a station's
        claim is deducted with the next settlement, once, on the accounts it was billed
        to: a credit note, and every account is as before the claim."""
        claim = self._create_station_claim()
        settlement = self._create_settlement()
        old = settlement.line_ids
        bill = self._bill(settlement)
        self.assertEqual((bill.move_type, self._payable()), ("in_invoice", -460))
        self.assertFalse(claim.station_deduction)
        self._reverse(claim)
        self.assertEqual(claim.station_deduction, 460)
        self.assertEqual([self._balance(item) for item in self.accounts], [360, 100])
        self.assertIn(settlement.name, claim.message_ids[:1].body)
        following = self._create_settlement(1)
        lines = following.line_ids
        self.assertEqual(lines.deducted_line_id, old)
        self.assertEqual(set(lines.mapped("kind")), {"deduction"})
        self.assertEqual((lines.claim_id, following.amount_total), (claim, -460))
        self.assertEqual(sorted(lines.mapped("amount")), [-360, -100])
        self.assertEqual(claim.station_deduction, 460)
        # once only, by hand neither
        following.action_collect_lines()
        self.assertEqual(following.line_ids, lines)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            lines.create(
                {"settlement_id": following.id, **old[:1]._prepare_take_back_vals()}
            )
        with self.assertRaises(AccessError):
            self.as_user(claim, "technician").station_deduction  # noqa: B018
        # from the claim to both settlements, from the line to the claim
        action = self.as_user(claim, "accountant").action_view_settlements()
        self.assertEqual(set(action["domain"][0][2]), set((settlement | following).ids))
        self.assertEqual(lines[:1].action_view_claim()["res_id"], claim.id)
        note = self._bill(following)
        self.assertEqual((note.move_type, note.amount_total), ("in_refund", 460))
        self.assertEqual(note.currency_id, settlement.currency_id)
        self.assertEqual(self._balance(), self.start)
        self.assertEqual((self._payable(), claim.station_deduction), (0, 0))
        self.assertEqual(
            self.as_user(note, "accountant").action_view_aftersales_claims()["res_id"],
            claim.id,
        )
        self.assertFalse(self._create_settlement(2).line_ids)

    def test_deduction_joins_the_next_draft(self):
        """R-DSP-16: a settlement drafted already takes the deduction; cancelled,
        the one after takes it."""
        claim = self._create_station_claim()
        self._bill(self._create_settlement())
        following = self._create_settlement(1)
        self.assertFalse(following.line_ids)
        self._reverse(claim)
        self.assertEqual(following.amount_total, -460)
        following.action_cancel()
        self.assertEqual(claim.station_deduction, 460)
        self.env.flush_all()
        last = self._create_settlement(2)
        self.assertEqual(last.amount_total, -460)
        self._bill(last)
        self.assertEqual(self._balance(), self.start)

    def test_done_again_before_the_deduction(self):
        """R-DSP-16, R-CLM-09: done again before the station has seen a deduction, its
        work stays settled as it was: nothing is deducted, nothing settled again."""
        claim = self._create_station_claim()
        settlement = self._create_settlement()
        self._bill(settlement)
        full = self._balance()
        following = self._create_settlement(1)
        self._reverse(claim)
        self.assertEqual(following.amount_total, -460)
        claim.action_draft()
        self._carry_out(claim)
        self.assertEqual(self._balance(), full)
        self.assertFalse(following.line_ids)
        live = claim.cost_ids.filtered(lambda cost: cost.state == "posted")
        self.assertEqual(settlement.line_ids.claim_cost_id, live)
        following.action_collect_lines()
        self.assertFalse(following.line_ids)
        # and a second time round
        self._reverse(claim)
        following.action_collect_lines()
        self._bill(following)
        self.assertEqual(self._balance(), self.start)

    def test_done_again_after_the_deduction(self):
        """R-DSP-16, R-CLM-09: done again after the deduction was shown or billed, the
        work is settled anew: the books are as after the first time, whether bill by
        bill or in one of zero."""
        claim = self._create_station_claim()
        self._bill(self._create_settlement())
        full = self._balance()
        self._reverse(claim)
        following = self._create_settlement(1)
        following.action_send()
        claim.action_draft()
        self._carry_out(claim)
        self.assertEqual(following.amount_total, -460)
        self.assertEqual(self._create_settlement(2).amount_total, 460)
        # the station talks it over: both in one
        self.env["aftersales.settlement"].search([], limit=1).action_cancel()
        following.action_reopen()
        following.action_collect_lines()
        self.assertEqual((len(following.line_ids), following.amount_total), (4, 0))
        bill = self._bill(following)
        self.assertEqual((bill.state, bill.amount_total), ("posted", 0))
        self.assertEqual(self._balance(), full)
        self.assertEqual((self._payable(), claim.station_deduction), (-460, 0))
        # reversed again, what was settled anew is deducted
        self._reverse(claim)
        last = self._create_settlement(3)
        self.assertEqual(last.amount_total, -460)
        self._bill(last)
        self.assertEqual(self._balance(), self.start)

    def test_done_again_with_less(self):
        """R-DSP-16, R-CLM-09: done again with other hours, the old work is deducted and
        the new one settled."""
        claim = self._create_station_claim()
        self._bill(self._create_settlement())
        self._reverse(claim)
        claim.action_draft()
        claim.station_hours = 2
        self._carry_out(claim)
        following = self._create_settlement(1)
        # the travel is the same and stays settled
        self.assertEqual(sorted(following.line_ids.mapped("amount")), [-360, 240])
        self._bill(following)
        self.assertEqual(self._payable(), -340)
        self.assertEqual([self._balance(item) for item in self.accounts], [0, 0])

    def test_not_billed_yet(self):
        """R-DSP-16: what is on a draft leaves it; what the station was shown is pointed
        out, and deducted only if it is billed all the same; a bill that was cancelled
        or reversed owes nothing."""
        claim = self._create_station_claim()
        draft = self._create_settlement()
        self._reverse(claim)
        self.assertFalse(draft.line_ids)
        claim.action_draft()
        self._carry_out(claim)
        draft.action_collect_lines()
        draft.action_send()
        self._reverse(claim)
        self.assertEqual(draft.amount_total, 460)
        self.assertIn("still on this settlement", draft.message_ids[:1].body)
        self.assertFalse(claim.station_deduction)
        following = self._create_settlement(1)
        self.assertFalse(following.line_ids)
        draft.action_confirm()
        self.as_user(draft, "accountant").action_bill()
        self.assertEqual(claim.station_deduction, 460)
        draft.bill_id.button_cancel()
        following.action_collect_lines()
        self.assertFalse(following.line_ids or claim.station_deduction)
        draft.bill_id.button_draft()
        draft.bill_id.action_post()
        following.action_collect_lines()
        self.assertEqual(following.amount_total, -460)
        self._bill(following)
        self.assertEqual(self._balance(), self.start)

    def test_currency_of_the_settlement(self):
        """R-DSP-16: a journal in another currency changes no amount: bill and deduction
        are in the settlement's currency."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": euro.id,
                "company_id": self.company.id,
                "rate": 0.125,
            }
        )
        self.station.with_company(self.company).property_purchase_currency_id = euro
        self.company.aftersales_settlement_journal_id = self.env[
            "account.journal"
        ].create(
            {
                "name": "Stations",
                "code": "STN",
                "type": "purchase",
                "company_id": self.company.id,
                "currency_id": euro.id,
            }
        )
        claim = self._create_station_claim()
        bill = self._bill(self._create_settlement())
        self.assertEqual(bill.currency_id, self.company.currency_id)
        self.assertEqual(self._payable(), -460)
        self._reverse(claim)
        self._bill(self._create_settlement(1))
        self.assertEqual((self._payable(), self._balance()), (0, self.start))

    def test_stations_and_companies(self):
        """R-DSP-16: each station's own deduction, in its own company."""
        other = self.station.copy({"name": "Nanchang"})
        claim = self._create_station_claim()
        self._bill(self._create_settlement())
        self._reverse(claim)
        Settlement = self.env["aftersales.settlement"]
        company = self.env["res.company"].create({"name": "Sister"})
        self.env.user.company_ids = [Command.link(company.id)]
        for vals in (
            {"partner_id": other.id, "company_id": self.company.id},
            {"partner_id": self.station.id, "company_id": company.id},
        ):
            settlement = Settlement.create(vals)
            settlement.action_collect_lines()
            self.assertFalse(settlement.line_ids)
