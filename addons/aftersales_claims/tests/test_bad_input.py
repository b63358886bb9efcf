# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager
from urllib.parse import urljoin

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestBadInput(RecoveryCommon):
    """Bad input by the way of the screens, as the users of each role: each is told in
    exactly these words, and nothing is half done."""

    def _call(self, role, record, method, *args):
        """What the screen calls, as ``role``; returns what it is told, if refused."""
        self.authenticate(self.users[role].login, self.users[role].login)
        with mute_logger("odoo.http", "odoo.sql_db"):
            answer = self.opener.post(
                urljoin(self.base_url(), f"/web/dataset/call_kw/{record._name}"),
                json={
                    "params": {
                        "model": record._name,
                        "method": method,
                        "args": [record.ids, *args],
                        "kwargs": {"context": {"lang": "en_US"}},
                    }
                },
            ).json()
        self.env.invalidate_all()
        return answer.get("error", {}).get("data", {}).get("message")

    @contextmanager
    def _nothing_happens(self, *records):
        """Neither the books nor the stock change, nor the states of ``records``."""

        def look():
            self.env.invalidate_all()
            moves = self.env["stock.move"].search(
                [("company_id", "=", self.company.id)]
            )
            return (
                self._balance(),
                [(move.id, move.state, move.quantity) for move in moves],
                [record.mapped("state") for record in records],
                self.env["account.move"].search_count(
                    [("company_id", "=", self.company.id)]
                ),
            )

        before = look()
        yield
        self.assertEqual(look(), before)

    def test_no_evidence(self):
        """R-CLM-01: without evidence a claim cannot be handed in."""
        claim = self._create_claim(evidence=False, user_id=self.users["hotline"].id)
        with self._nothing_happens(claim):
            self.assertEqual(
                self._call("hotline", claim, "action_submit"),
                f"{claim.name}\nAttach the evidence: the customer's letter or e-mail, "
                "or a damage report with photos.",
            )
        # one of several that lacks it holds back all
        good = self._create_claim([(self.bearing, 1)], user_id=self.users["hotline"].id)
        with self._nothing_happens(good, claim):
            self.assertIn(
                claim.name, self._call("hotline", good | claim, "action_submit")
            )

    def test_quantity_not_positive(self):
        """R-CLM-01: nothing, or less than nothing, is not claimed."""
        claim = self._create_claim(user_id=self.users["hotline"].id)
        line = claim.line_ids
        for quantity in (0, -1, -0.5):
            with self.subTest(quantity=quantity):
                for command in (
                    Command.update(line.id, {"quantity": quantity}),
                    Command.create(
                        {"product_id": self.bearing.id, "quantity": quantity}
                    ),
                ):
                    self.assertEqual(
                        self._call(
                            "hotline", claim, "web_save", {"line_ids": [command]}, {}
                        ),
                        "The operation cannot be completed: The quantity of a claim "
                        "line must be positive.",
                    )
                self.assertEqual(claim.line_ids.mapped("quantity"), [1])

    def test_part_of_another_machine(self):
        """R-CLM-01: a part that the machine does not have."""
        self.machine_product.aftersales_part_ids = self.bearing
        claim = self._create_claim(user_id=self.users["hotline"].id)
        with self._nothing_happens(claim):
            self.assertEqual(
                self._call("hotline", claim, "action_submit"),
                f"{claim.name}\n{self.seal.display_name} is no part of machine "
                f"{self.machine.name} by the parts list of "
                f"{self.machine_product.display_name}: correct the part or the "
                "machine, or say why it is this part (“Applicant's Reason”). The "
                "service manager lets it pass (“Why This Part”).",
            )

    def test_cancelled_claim_approved(self):
        """R-CLM-05: a cancelled claim is not approved, by its button or its tier."""
        claim = self._create_claim(user_id=self.users["hotline"].id)
        self._verify(claim)
        self.as_user(claim, "service_manager").action_cancel()
        for method, args in (("action_approve", ["Yes"]), ("validate_tier", [])):
            with self.subTest(method=method), self._nothing_happens(claim):
                told = self._call("sales_vp", claim, method, *args)
                if method == "action_approve":
                    self.assertEqual(
                        told,
                        f"{claim.name} is Cancelled; this is possible only in: "
                        "To Approve.",
                    )
                self.assertFalse(claim.approved_at)
        self.assertEqual(claim.state, "cancelled")

    def test_account_missing(self):
        """R-CLM-09: the account of one of several costs is not set: none is posted."""
        claim = self._create_claim(
            kind="emergency", kind_reason="Stopped", estimated_cost=500
        )
        claim.action_submit()
        self._approve_release(claim)
        costs = self._add_cost(claim, "labour", 100) | self._add_cost(
            claim, "shipping", 200
        )
        self.company.aftersales_cost_account_shipping_id = False
        with self._nothing_happens(claim, costs):
            self.assertEqual(
                self._call("accountant", claim, "action_post_costs"),
                "Set the Shipping Costs Account of Huakuang Heavy Machinery in the "
                "after-sales settings.",
            )

    def test_closed_with_old_parts_open(self):
        """R-CLM-11: old parts neither back nor judged keep a claim open."""
        claim = self._create_spine_claim()
        parts = claim.part_return_ids
        self.assertTrue(parts)
        claim.sudo().write({"filed_at": claim.approved_at})
        with self._nothing_happens(claim, parts):
            self.assertEqual(
                self._call("accountant", claim, "action_done"),
                f"{claim.name}\nOld parts not yet returned or inspected: "
                f"{', '.join(parts.mapped('name'))}",
            )

    def test_more_returned_than_sent(self):
        """R-CLM-11: more old parts than were replaced do not come back; of several
        received together, none is."""
        parts = self.env["aftersales.part.return"].create(
            [
                {
                    "product_id": self.seal.id,
                    "quantity": 2,
                    "company_id": self.company.id,
                    "holder_kind": "customer",
                    "holder_partner_id": self.customer.id,
                }
                for _i in range(2)
            ]
        )
        wizard = self.as_user(
            self.env["aftersales.part.return.receive"], "storekeeper"
        ).create(
            {
                "line_ids": [
                    Command.create({"part_return_id": part.id, "quantity": quantity})
                    for part, quantity in zip(parts, (2, 3), strict=True)
                ]
            }
        )
        with self._nothing_happens(parts):
            self.assertEqual(
                self._call("storekeeper", wizard, "action_confirm"),
                f"{parts[1].name}: 3.0 came back, but only 2.0 is still expected. No "
                "more old parts can come back than were replaced.",
            )
        self.assertEqual(parts.mapped("quantity_received"), [0, 0])

    def test_shares_and_supplier(self):
        """R-CLM-10: shares of 99.99 or 100.01 %, and a supplier nothing was ever
        bought from."""
        claim = self._create_spine_claim()
        liability = self._create_posted_liability(claim=claim, post=False)
        liability = liability.with_user(self.users["quality_vp"])
        for percent, total in ((29.99, "99.99"), (30.01, "100.01")):
            liability.share_ids[1].percent = percent
            with self.subTest(total=total), self._nothing_happens(liability):
                self.assertEqual(
                    self._call("quality_vp", liability, "action_submit"),
                    f"{liability.name}\nThe shares add up to {total} %, not to 100 %.",
                )
        liability.share_ids[1].percent = 30
        stranger = self.env["res.partner"].create({"name": "Nobody Castings"})
        liability.share_ids[0].partner_id = stranger
        with self._nothing_happens(liability):
            self.assertEqual(
                self._call("quality_vp", liability, "action_submit"),
                f"{liability.name}\nNobody Castings is not a supplier of the company: "
                "neither a price agreed, nor an order, nor a bill is known that the "
                "refund could rest on.",
            )

    def test_refund_larger_than_the_claim(self):
        """R-CLM-12: a refund above the supplier's share of the cost is not posted."""
        liability = self._create_posted_liability()
        refund = liability.share_ids[0].account_move_id
        refund.invoice_line_ids.price_unit = 8070.01
        money = self.company.currency_id.format
        with self._nothing_happens(liability, refund):
            self.assertEqual(
                self._call("accountant", refund, "action_post"),
                f"Wafang Bearing bears {money(5649)} of {liability.claim_id.name}; a "
                f"refund of {money(8070.01)} is more than that.",
            )

    def test_a_space_is_no_reason(self):
        """R-CLM-02, R-CLM-05, R-CLM-10, R-CLM-11, R-CLM-12: where a reason is asked
        for, a space or an empty line is none."""
        claim = self._create_claim([(self.bearing, 1)])
        claim.action_submit()
        claim.write(
            {
                "technology_analysis": " ",
                "quality_analysis": "\n",
                "proposal": "compensate",
            }
        )
        self._refused(
            "missing: Technology Analysis, Quality Analysis", claim.action_verify
        )
        self._refused(
            "Give the reason why",
            claim.line_ids.write,
            {"decision": "rejected", "reason": " "},
        )
        liability = self._create_posted_liability(post=False)
        liability.analysis = "<p><br></p>"
        self._refused(
            "Write the cause analysis",
            liability.with_user(self.users["quality_vp"]).action_submit,
        )
        liability.analysis = "<p>Cage</p>"
        part = liability.claim_id.part_return_ids[:1]
        part.action_lapse()
        part.waive_reason = " "
        self._refused("give the reason for waiving", part.action_waive)
        liability.with_user(self.users["quality_vp"]).action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        self.as_user(liability, "accountant").action_post()
        line = self._send(self._create_statement(liability)).line_ids
        self._refused("Say why you dispute", line._answer, "dispute", " ")
        line._answer("dispute", "Overloaded")
        line.recovery_id.action_answer()
        line.sudo().arbitration_note = " "
        self._refused(
            "gives his reason", self.as_user(line, "quality_vp").action_uphold
        )
