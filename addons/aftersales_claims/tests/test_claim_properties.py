# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import random

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimProperties(ClaimsCommon):
    """Invariants that hold whatever the figures: chosen at random, the same ones at
    every run (R-CLM-08 to R-CLM-12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": cls.euro.id,
                "company_id": cls.company.id,
                "rate": 0.1273,
            }
        )
        cls.foreign_supplier = cls.env["res.partner"].create(
            {"name": "Lyon Roulements", "is_company": True, "supplier_rank": 1}
        )
        cls.foreign_supplier.with_company(
            cls.company
        ).property_purchase_currency_id = cls.euro
        cls.suppliers_location = cls.env.ref("stock.stock_location_suppliers")

    # === building blocks ===#
    def _create_part(self, method, valuation, rng):
        """A part received in several lots at different prices, some of it waiting
        for its claim."""
        category = self.part_category.copy({"name": f"{method} {valuation}"})
        category.with_company(self.company).write(
            {"property_cost_method": method, "property_valuation": valuation}
        )
        product = (
            self.env["product.product"]
            .with_company(self.company)
            .create(
                {
                    "name": f"Part {method} {valuation}",
                    "is_storable": True,
                    "standard_price": round(rng.uniform(1, 900), 2),
                    "categ_id": category.id,
                }
            )
        )
        for _receipt in range(rng.randint(1, 3)):
            self._receive(product, rng.randint(3, 6), round(rng.uniform(1, 900), 2))
        return product

    def _receive(self, product, quantity, price):
        move = self._move(
            product, quantity, self.suppliers_location, self.stock_location
        )
        if product.cost_method != "standard":
            move.value_manual = round(price * quantity, 2)

    def _create_random_claim(self, product, rng):
        claim = self._create_claim(
            [
                {
                    "product_id": product.id,
                    "quantity": rng.randint(1, 3),
                    "supply": "fitted",
                    "old_lot_name": f"OLD-{product.id}",
                }
            ],
            kind="emergency",
            kind_reason="Stopped",
        )
        self._move(product, claim.line_ids.quantity, self.stock_location, self.awaiting)
        return claim

    def _carry_out(self, claim, costs):
        """Submit with an estimate of what it will cost, approve, cost and post."""
        claim.estimated_cost = sum(amount for _kind, amount in costs)
        claim.action_submit()
        self._approve_release(claim)
        claim.sudo().filed_at = fields.Datetime.now()
        for kind, amount in costs:
            self._add_cost(claim, kind, amount)
        self.as_user(claim, "accountant").action_post_costs()

    def _draw_costs(self, rng):
        return [
            (kind, round(rng.uniform(0.01, 2000), 2))
            for kind in rng.sample(
                ("shipping", "labour", "travel", "processing", "purchasing"),
                rng.randint(1, 4),
            )
        ]

    def _assert_costs_are_journal_lines(self, claim, valuation):
        accounts = self.company._get_aftersales_warranty_accounts()
        lines = claim._get_account_moves().line_ids.filtered(
            lambda line: line.account_id in accounts and line.parent_state == "posted"
        )
        live = claim.cost_ids.filtered(lambda cost: cost.state == "posted")
        if valuation == "periodic":
            # the goods' entry is the closing's
            live = live.filtered(lambda cost: cost.kind != "material")
        self.assertAlmostEqual(
            sum(live.mapped("amount")), sum(lines.mapped("balance")), 2
        )
        for entry in lines.move_id:
            self.assertAlmostEqual(sum(entry.line_ids.mapped("balance")), 0, 2)

    # === properties ===#
    def test_costs_are_entries_and_undone_to_the_cent(self):
        """R-CLM-08, R-CLM-09: for standard, average and FIFO cost, perpetual and
        periodic: the costs of a claim are the journal lines it made and what the
        valuation took; reversed, every account and the stock are as before; done
        again, the books are as after the first time (with FIFO the next in line)."""
        for number, (method, valuation) in enumerate(
            (method, valuation)
            for method in ("standard", "average", "fifo")
            for valuation in ("real_time", "periodic")
        ):
            rng = random.Random(100 + number)
            with self.subTest(method=method, valuation=valuation):
                product = self._create_part(method, valuation, rng)
                claim = self._create_random_claim(product, rng)
                costs = self._draw_costs(rng)
                start = self._balance()
                waiting = self._quantity(product, self.awaiting)
                self._carry_out(claim, costs)
                full = self._balance()
                self._assert_costs_are_journal_lines(claim, valuation)
                moves = claim.line_ids.move_ids
                self.assertAlmostEqual(
                    claim.cost_total,
                    sum(moves.mapped("value")) + sum(amount for _k, amount in costs),
                    2,
                )
                self.assertEqual(
                    self._quantity(product, self.awaiting),
                    waiting - claim.line_ids.quantity,
                )
                value = moves.value
                self.as_user(claim, "accountant").action_reverse("Wrong")
                self.assertEqual(self._balance(), start)
                self.assertEqual(claim.cost_total, 0)
                self.assertEqual(self._quantity(product, self.awaiting), waiting)
                claim.action_draft()
                self._carry_out(claim, costs)
                again = claim.line_ids.move_ids.filtered(
                    lambda move: move.is_out and not move.returned_move_ids
                )
                if method == "fifo":
                    # goods that came back queue up last, as the ERP's FIFO has it
                    self.assertAlmostEqual(
                        claim.cost_total, again.value + sum(a for _k, a in costs), 2
                    )
                else:
                    self.assertAlmostEqual(again.value, value, 2)
                    self.assertEqual(self._balance(), full)
                self._assert_costs_are_journal_lines(claim, valuation)

    def test_reversed_parts_stay_where_they_are(self):
        """R-CLM-09, R-CLM-06: parts that were shipped or fitted by a technician wait
        for their claim once it is reversed: nothing goes out or is posted a second
        time before it is approved again, and then they are not sent anew."""
        for supply, vals in (
            ("ship", {}),
            ("technician", {"order_id": self._create_order().id}),
        ):
            with self.subTest(supply=supply):
                start = self._balance()
                waiting = self._quantity(self.seal, self.awaiting)
                claim = self._create_claim(
                    [{"product_id": self.seal.id, "quantity": 3, "supply": supply}],
                    kind="emergency",
                    kind_reason="Stopped",
                    **vals,
                )
                claim.action_submit()
                self._approve(claim, "service_manager")
                claim.sudo().filed_at = fields.Datetime.now()
                picking = claim.picking_ids
                picking.move_ids.picked = True
                picking.button_validate()
                if supply == "technician":
                    claim.action_confirm_fitted()
                full = self._balance()
                self.assertEqual(self._balance(self.warranty_expense_account), 780)
                self.as_user(claim, "accountant").action_reverse("Wrong machine")
                self.assertEqual(self._balance(), start)
                self.assertEqual(claim.cost_total, 0)
                self.assertEqual(claim.line_ids.supply, "fitted")
                self.assertEqual(self._quantity(self.seal, self.awaiting), waiting + 3)
                transfers = claim.picking_ids
                claim.action_draft()
                claim.action_submit()
                self._approve(claim, "service_manager")
                claim.sudo().filed_at = fields.Datetime.now()
                self.assertEqual(self._balance(), full)
                self.assertEqual(self._quantity(self.seal, self.awaiting), waiting)
                self.assertEqual((claim.picking_ids - transfers).state, "done")
                self.as_user(claim, "accountant").action_reverse("Again")
                self.assertEqual(self._balance(), start)

    def test_station_work_is_booked_again_and_settled_once(self):
        """R-CLM-09, R-DSP-16: reversed and approved again, a station's claim has its
        labour and travel in the books again; what was settled with the station is not
        settled a second time."""
        station = self.env["res.partner"].create(
            {"name": "Ganzhou", "is_company": True, "is_service_station": True}
        )
        contract = self.env["aftersales.station"].create(
            {
                "partner_id": station.id,
                "company_id": self.company.id,
                "labour_rate": 120,
                "travel_rate": 2,
            }
        )
        self.assertTrue(contract)
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Stopped",
            station_id=station.id,
            station_hours=3,
            station_distance=50,
        )
        start = self._balance()
        self._carry_out(claim, [])
        full = self._balance()
        self.assertEqual(claim.cost_posted, 460)
        month = fields.Date.today().replace(day=1)
        Settlement = self.env["aftersales.settlement"]
        vals = {"partner_id": station.id, "company_id": self.company.id}
        settlement = Settlement.create({**vals, "period_start": month})
        settlement.action_collect_lines()
        self.assertEqual(settlement.amount_total, 460)
        settlement.action_send()
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertEqual(self._balance(), start)
        claim.action_draft()
        self._carry_out(claim, [])
        self.assertEqual(self._balance(), full)
        live = claim.cost_ids.filtered(lambda cost: cost.state == "posted")
        self.assertEqual(sum(live.mapped("amount")), 460)
        self.assertEqual(settlement.line_ids.claim_cost_id, live)
        later = Settlement.create(
            {**vals, "period_start": fields.Date.add(month, months=1)}
        )
        later.action_collect_lines()
        self.assertFalse(later.line_ids)

    def test_exchanged_piece_is_claimed(self):
        """R-CLM-08, R-CLM-12, R-CLM-15: an exchanged piece is claimed, once: its cost,
        in the books by the exchange, is the claim's and is not posted again, its
        photos are the evidence, its old part goes to the supplier who pays his share;
        reversed, the exchange stays in the books."""
        dealer = self.dealer
        self._move(self.seal, 5, self.suppliers_location, self.stock_location)
        photo = self.env["ir.attachment"].create({"name": "seal.png", "raw": b"x"})
        exchange = self.env["aftersales.exchange"].create(
            {
                "partner_id": dealer.id,
                "product_id": self.seal.id,
                "quantity": 2,
                "fault": "Leaks",
                "old_lot_name": "S-77",
                "date_code": fields.Date.today().strftime("%y%m%d"),
                "company_id": self.company.id,
                "photo_ids": [Command.set(photo.ids)],
            }
        )
        exchange.check_ids.answer = "yes"
        hotline = self.as_user(exchange, "hotline")
        hotline.action_judge()
        with self.assertRaisesRegex(UserError, "not exchanged yet"):
            hotline.action_create_claim()
        hotline.action_exchange()
        full = self._balance()
        self.assertEqual(self._balance(self.warranty_expense_account), 520)
        hotline.action_create_claim()
        claim = exchange.claim_id
        with self.assertRaisesRegex(UserError, f"claimed already: {claim.name}"):
            hotline.action_create_claim()
        with self.assertRaises(AccessError):
            hotline.claim_id = False
        self.assertEqual(claim.partner_id, dealer)
        self.assertEqual((claim.amount_total, claim.cost_total), (520, 0))
        self.assertIn(photo, claim._get_evidence_attachments())
        with self.assertRaisesRegex(UserError, "its files stay"):
            self.as_user(photo, "service_manager").unlink()
        claim.line_ids.supplier_id = self.supplier
        self._verify(claim)
        self._approve(claim, "sales_vp", "general_manager")
        self.assertEqual((claim.cost_total, claim.cost_posted), (520, 520))
        self._assert_costs_are_journal_lines(claim, "real_time")
        self.assertEqual(self._balance(), full)
        self.assertFalse(claim.picking_ids)
        part = exchange.part_return_ids
        self.assertEqual(claim.part_return_ids, part)
        entry = claim.cost_ids.account_move_id
        self.assertEqual(entry._get_aftersales_claims(), claim)
        liability = self._decide(claim, [60, 10, 30])
        line = self._settle(liability.share_ids[0], random.Random(1))
        self.assertEqual(line.part_return_ids, part)
        self.assertEqual(line.amount, 312)
        # taken back: what the exchange posted stays, and is counted once more later
        self.as_user(liability, "accountant").action_reverse("Wrong")
        self.as_user(claim, "accountant").action_reverse("Wrong")
        self.assertEqual(claim.cost_total, 0)
        self.assertEqual(self._balance(), full)
        claim.action_draft()
        self._verify(claim)
        self._approve(claim, "sales_vp", "general_manager")
        self.assertEqual(claim.cost_total, 520)
        self.assertEqual(self._balance(), full)

    def test_never_more_than_cost_times_share(self):
        """R-CLM-10, R-CLM-12: random shares of random costs, also of a supplier in
        euro, reduced by the arbiter at random: shares are 100 % and the whole cost;
        credited is never above the share; what is left is in the books."""
        rng = random.Random(12)
        for number in range(5):
            claim = self._create_claim(
                kind="emergency",
                kind_reason="Stopped",
                failure_date=fields.Date.subtract(fields.Date.today(), days=number),
            )
            before = self._balance(self.warranty_expense_account)
            self._carry_out(claim, self._draw_costs(rng))
            cuts = sorted(rng.sample(range(1, 10000), 2))
            percents = [cuts[0], cuts[1] - cuts[0], 10000 - cuts[1]]
            liability = self._decide(claim, [percent / 100 for percent in percents])
            shares = liability.share_ids
            self.assertEqual(round(sum(shares.mapped("percent")), 2), 100)
            self.assertAlmostEqual(sum(shares.mapped("amount")), claim.cost_total, 2)
            credited = 0.0
            for share in shares.filtered("partner_id"):
                line = self._settle(share, rng)
                limit = claim.cost_total * share.percent / 100
                self.assertLessEqual(line.final_amount, limit + 0.0101)
                refund = line.refund_move_id
                booked = abs(
                    sum(
                        refund.line_ids.filtered(
                            lambda item: (
                                item.account_id == self.warranty_expense_account
                            )
                        ).mapped("balance")
                    )
                )
                # a cent of a foreign currency is several of ours
                self.assertAlmostEqual(
                    booked,
                    line.final_amount,
                    delta=0.005
                    if refund.currency_id == self.company.currency_id
                    else 0.08,
                )
                credited += booked
            left = self._balance(self.warranty_expense_account) - before
            self.assertAlmostEqual(left, claim.cost_total - credited, 2)
            self.assertGreaterEqual(round(left, 2), 0)

    def _decide(self, claim, percents):
        liability = self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {
                "claim_id": claim.id,
                "analysis": "Material out of tolerance",
                "share_ids": [
                    Command.create(
                        {
                            "party": "supplier",
                            "partner_id": partner.id,
                            "percent": percent,
                        }
                    )
                    for partner, percent in zip(
                        (self.supplier, self.foreign_supplier),
                        percents[:2],
                        strict=True,
                    )
                ]
                + [Command.create({"party": "company", "percent": percents[2]})],
            }
        )
        liability.action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        self.as_user(liability, "accountant").action_post()
        return liability.with_env(self.env)

    def _settle(self, share, rng):
        """Bring the share to the supplier, let him dispute it, decide and credit."""
        statement = self.env["aftersales.recovery"].create(
            {
                "partner_id": share.partner_id.id,
                # one statement for each month and supplier
                "period_start": fields.Date.add(
                    fields.Date.today(), months=len(share.search([]))
                ),
                "company_id": self.company.id,
            }
        )
        line = self.env["aftersales.recovery.line"].create(
            {"recovery_id": statement.id, "share_id": share.id}
        )
        self.as_user(statement, "quality").action_send()
        line._answer("dispute", note="Too much")
        statement.action_answer()
        arbiter = self.as_user(line, "quality_vp")
        arbiter.write(
            {
                "final_amount": round(rng.uniform(0.5, 1) * share.amount, 2),
                "arbitration_note": "Part of it",
            }
        )
        arbiter.action_uphold()
        self.as_user(statement, "accountant").action_credit()
        return line
