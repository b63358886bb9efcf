# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import (
    AccessError,
    RedirectWarning,
    UserError,
    ValidationError,
)
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimParts(ClaimsCommon):
    """Which parts can be claimed: once, of their machine, under warranty."""

    def test_duplicates_are_refused(self):
        """R-CLM-01: same serial, part and failure date is claimed once; the refusal
        names the other claim, its state and how to go on, also for many at once."""
        line = {
            "product_id": self.bearing.id,
            "old_lot_name": "BRG-OLD-1",
            "supply": "none",
        }
        first = self._create_claim([line])
        first.action_submit()
        again = {**line, "old_lot_name": " brg-old-1 "}
        named = f"{first.name} \\(Submitted\\).*Open {first.name}"
        with self.assertRaisesRegex(ValidationError, named), self.env.cr.savepoint():
            self._create_claim([again])
        seal = {"product_id": self.seal.id, "supply": "none"}
        with (
            self.assertRaisesRegex(ValidationError, "twice on"),
            self.env.cr.savepoint(),
        ):
            self._create_claim([seal, seal])
        other = self._create_claim([{**line, "old_lot_name": "BRG-OLD-2"}])
        with self.assertRaisesRegex(ValidationError, named), self.env.cr.savepoint():
            other.line_ids.old_lot_name = "BRG-OLD-1"
        yesterday = fields.Date.today() - relativedelta(days=1)
        earlier = self._create_claim([line], failure_date=yesterday)
        with self.assertRaisesRegex(ValidationError, named), self.env.cr.savepoint():
            earlier.failure_date = fields.Date.today()
        # several at once, one of them a duplicate: none is created
        count = first.search_count([])
        vals_list = [
            {
                "partner_id": self.customer.id,
                "lot_id": self.machine.id,
                "line_ids": [Command.create({**line, "old_lot_name": serial})],
            }
            for serial in ("BRG-OLD-8", "BRG-OLD-1", "BRG-OLD-9")
        ]
        with self.assertRaisesRegex(ValidationError, named), self.env.cr.savepoint():
            first.create(vals_list)
        self.assertEqual(first.search_count([]), count)
        # a claim that is over makes room, and comes back only while there is room
        first.action_cancel()
        self.assertTrue(self._create_claim([line]))
        with self.assertRaisesRegex(ValidationError, "claimed already"):
            first.action_draft()
        self.assertEqual(first.state, "cancelled")

    def test_duplicate_leads_to_the_other_claim(self):
        """R-CLM-01: saved on the form, or taken up again by its button, a duplicate is
        refused with a button to the claim that holds the part; who may not read that
        claim is told its number only, and programs get the plain refusal."""
        line = {"product_id": self.bearing.id, "supply": "none"}
        first = self._create_claim([{**line, "old_lot_name": "BRG-OLD-1"}])
        vals = {
            "partner_id": self.customer.id,
            "lot_id": self.machine.id,
            "failure_date": first.failure_date,
            "line_ids": [Command.create({**line, "old_lot_name": "BRG-OLD-1"})],
        }
        Claim = self.as_user(first.browse(), "service_manager")

        def refused(error, attempt):
            with self.assertRaises(error) as refusal, self.env.cr.savepoint():
                attempt()
            return refusal.exception.args

        text, action, label, _context = refused(
            RedirectWarning, lambda: Claim.web_save(vals, {"name": {}})
        )
        self.assertIn(f"{first.name} (Draft)", text)
        self.assertEqual(label, f"Open {first.name}")
        self.assertEqual(
            (action["res_model"], action["res_id"]), (first._name, first.id)
        )
        self.assertEqual(action["views"], [(False, "form")])
        refused(ValidationError, lambda: Claim.create(vals))
        # two parts, two claims: a list
        second = self._create_claim([{**line, "old_lot_name": "BRG-OLD-2"}])
        lines = [
            Command.create({**line, "old_lot_name": f"BRG-OLD-{number}"})
            for number in (1, 2)
        ]
        action = refused(
            RedirectWarning,
            lambda: Claim.web_save({**vals, "line_ids": lines}, {"name": {}}),
        )[1]
        self.assertEqual(action["domain"], [("id", "in", (first + second).ids)])
        # twice on the claim itself: nowhere to go
        twice = [lines[0], lines[0]]
        second.action_cancel()
        first.action_cancel()
        refused(
            ValidationError,
            lambda: Claim.web_save({**vals, "line_ids": twice}, {"name": {}}),
        )
        again = Claim.create(vals)
        button = self.as_user(first, "service_manager")
        refused(ValidationError, button.action_draft)
        button = button.with_context(aftersales_offer_claim=True)
        self.assertEqual(
            refused(RedirectWarning, button.action_draft)[1]["res_id"], again.id
        )
        # a technician reads his own claims only
        theirs = self.as_user(first.browse(), "technician")
        self.assertFalse(again.with_user(theirs.env.user).has_access("read"))
        (text,) = refused(ValidationError, lambda: theirs.web_save(vals, {"name": {}}))
        self.assertIn(again.name, text)

    def test_duplicate_of_the_same_moment(self):
        """R-CLM-01: what two people claim at the same moment the database refuses,
        and the message names the other claim all the same."""
        line = {"product_id": self.bearing.id, "supply": "none"}
        first = self._create_claim([line])
        second = self._create_claim([{**line, "old_lot_name": "BRG-OLD-2"}])
        key = first.line_ids.duplicate_key
        self.env.flush_all()
        with (
            self.assertRaises(IntegrityError) as refused,
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            # sudo: as if the other one had been written in between
            second.line_ids.sudo().duplicate_key = key
            self.env.flush_all()
        message = second.line_ids._sql_error_to_message(refused.exception)
        self.assertIn(f"{first.name} (Draft)", message)
        self.assertIn(f"({self.machine.name})", message)

    def test_duplicates_are_looked_up_at_once(self):
        """R-CLM-01: a batch of claims costs no more look-ups than a few."""
        lines = (
            self.env["aftersales.claim"]
            .create(
                [
                    {
                        "partner_id": self.customer.id,
                        "lot_id": self.machine.id,
                        "line_ids": [
                            Command.create(
                                {
                                    "product_id": self.seal.id,
                                    "old_lot_name": f"S-{number}",
                                }
                            )
                        ],
                    }
                    for number in range(60)
                ]
            )
            .line_ids
        )
        self.assertNoQueryGrowth(
            lambda some: (some._check_duplicate(), some._get_part_obstacles()),
            lines[:5],
            # read at once, not by way of the claims
            lines.browse(lines.ids),
        )

    def test_part_of_another_machine(self):
        """R-CLM-01: a part that is not on the machine's parts list, or whose serial
        number sat in another machine, is refused with what to do; the service manager
        lets it pass by saying why; where nothing is listed, nothing is refused."""
        stranger = self._create_claim([(self.seal, 1)])
        self.assertFalse(stranger.line_ids._get_part_obstacles())
        frame = self.env["product.product"].create(
            {"name": "Swing jaw", "type": "consu"}
        )
        Bom = self.env["mrp.bom"]
        for product, part in ((self.machine_product, frame), (frame, self.bearing)):
            Bom.create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "company_id": self.company.id,
                    "bom_line_ids": [Command.create({"product_id": part.id})],
                }
            )
        text = "SEAL-600.* is no part of machine PE600-2024-001"
        with self.assertRaisesRegex(UserError, text):
            stranger.action_submit()
        self.assertEqual(stranger.state, "draft")
        self.assertIn("Why This Part", stranger.on_hold_reason)
        # a station has no such field; it asks the service
        lines = stranger.line_ids.with_user(self.portal_user).sudo()
        self.assertIn("our service decides", lines._get_part_obstacles()[0])
        # of a sub-assembly, of the parts list, fitted before
        self.assertFalse(
            self._create_claim([(self.bearing, 1)]).line_ids._get_part_obstacles()
        )
        self.machine_product.aftersales_part_ids = self.seal
        self.assertFalse(stranger.line_ids._get_part_obstacles())
        self.machine_product.aftersales_part_ids = False
        component = self.env["aftersales.machine.component"].create(
            {"lot_id": self.machine.id, "product_id": self.seal.id}
        )
        self.assertFalse(stranger.line_ids._get_part_obstacles())
        component.unlink()
        # with a reason, which is the service manager's to give
        with self.assertRaises(AccessError):
            self.as_user(stranger.line_ids, "dispatcher").part_reason = "Newer version"
        self.as_user(stranger.line_ids, "service_manager").part_reason = "Newer version"
        stranger.action_submit()
        self.assertEqual(stranger.state, "submitted")
        self.assertIn("Newer version", stranger.version_ids.content)
        # changed after submitting: looked at again before it goes to the approvers
        stranger.line_ids.part_reason = False
        stranger.write(
            {
                "technology_analysis": "Hard",
                "quality_analysis": "Hard",
                "proposal": "compensate",
            }
        )
        with self.assertRaisesRegex(UserError, text):
            stranger.action_verify()
        self.assertFalse(stranger.review_ids)

    def test_applicant_says_why_this_part(self):
        """R-CLM-01: with the applicant's reason a part that is not on the parts list
        goes in; it reaches no approver before the service manager lets it pass, an
        emergency does not go in, and a serial number of another machine never does."""
        frame = self.env["product.product"].create({"name": "Jaw", "type": "consu"})
        self.machine_product.aftersales_part_ids = frame
        claim = self._create_claim([(self.seal, 1)], user_id=self.users["hotline"].id)
        mine = self.as_user(claim, "hotline")
        with self.assertRaisesRegex(UserError, "Applicant's Reason"):
            mine.action_submit()
        with self.assertRaisesRegex(UserError, "gave no reason"):
            self.as_user(claim.line_ids, "service_manager").action_pass_part()
        mine.line_ids.part_note = "Replaces SEAL-500"
        claim.write({"kind": "emergency", "kind_reason": "Stopped"})
        with self.assertRaisesRegex(UserError, "is no part of machine"):
            mine.action_submit()
        claim.kind = "normal"
        mine.action_submit()
        self.assertEqual(claim.state, "submitted")
        self.assertIn("Replaces SEAL-500", claim.on_hold_reason)
        self.assertIn("Replaces SEAL-500", claim.version_ids.content)
        analysis = {
            "technology_analysis": "Hard",
            "quality_analysis": "Hard",
            "proposal": "compensate",
        }
        claim.write(analysis)
        manager = self.as_user(claim, "service_manager")
        with self.assertRaisesRegex(UserError, "The applicant says: Replaces SEAL-500"):
            manager.action_verify()
        with self.assertRaises(AccessError):
            mine.line_ids.part_note = "Something else"
        with self.assertRaises(AccessError):
            mine.line_ids.action_pass_part()
        manager.line_ids.action_pass_part()
        self.assertEqual(claim.line_ids.part_reason, "Replaces SEAL-500")
        self.assertFalse(claim.on_hold_reason)
        manager.action_verify()
        self.assertEqual(claim.state, "to_approve")

    def test_part_added_after_approval(self):
        """R-CLM-01: a part added to an approved claim is looked at as well; what was
        approved before the parts list was written is left alone."""
        claim = self._create_claim(
            [(self.seal, 1)], kind="emergency", kind_reason="Stopped"
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        frame = self.env["product.product"].create({"name": "Jaw", "type": "consu"})
        self.machine_product.aftersales_part_ids = frame
        self._add_cost(claim, "shipping", 90)
        self.assertEqual(claim.line_ids.product_id, self.seal)
        vals = {"claim_id": claim.id, "product_id": self.bearing.id, "supply": "none"}
        manager = self.as_user(claim.line_ids, "service_manager")
        with (
            self.assertRaisesRegex(UserError, "is no part of machine"),
            self.env.cr.savepoint(),
        ):
            manager.create(vals)
        self.env.invalidate_all()
        self.assertEqual(claim.line_ids.product_id, self.seal)

    def test_serial_number_of_another_machine(self):
        """R-CLM-01: where the component history knows a serial number, it is claimed
        of the machine it sat in when it failed."""
        today = fields.Date.today()
        other = self._create_machine("PE600-2024-002")
        component = self.env["aftersales.machine.component"].create(
            {
                "lot_id": other.id,
                "product_id": self.bearing.id,
                "serial": "BRG-7",
                "fitted_on": today - relativedelta(days=30),
            }
        )
        claim = self._create_claim(
            [{"product_id": self.bearing.id, "old_lot_name": "brg-7", "supply": "none"}]
        )
        with self.assertRaisesRegex(UserError, "was in machine PE600-2024-002"):
            claim.action_submit()
        # a station learns nothing of others' machines
        lines = claim.line_ids.with_user(self.portal_user).sudo()
        text = lines._get_part_obstacles()[0]
        self.assertIn("was not in machine PE600-2024-001", text)
        self.assertNotIn("PE600-2024-002", text)
        # taken out there before, it may have come here
        component.removed_on = today - relativedelta(days=5)
        self.assertFalse(claim.line_ids._get_part_obstacles())
        component.write({"removed_on": False, "lot_id": self.machine.id})
        self.assertFalse(claim.line_ids._get_part_obstacles())
        # the old part that came out of the other machine only later
        component.write({"lot_id": other.id, "serial": "N-1", "old_serial": "BRG-7"})
        claim.failure_date = today - relativedelta(days=31)
        with self.assertRaisesRegex(UserError, "was in machine PE600-2024-002"):
            claim.action_submit()
        self.assertEqual(claim.state, "draft")

    def test_outside_warranty_it_is_goodwill(self):
        """R-WAR-01, R-CLM-03: a part known to be outside warranty when it failed goes
        in as goodwill only; what is under warranty, not known, or fitted free of
        charge by a service order is not asked."""
        today = fields.Date.today()
        old = self._create_machine(
            "PE600-2020-001",
            delivery_date=today - relativedelta(months=40),
            acceptance_date=today - relativedelta(months=39),
        )
        claim = self._create_claim(
            [(self.seal, 1)], lot_id=old.id, failure_date=today - relativedelta(days=2)
        )
        with self.assertRaisesRegex(UserError, "warranty ended.*goodwill"):
            claim.action_submit()
        self.assertEqual(claim.state, "draft")
        claim.write({"kind": "goodwill", "kind_reason": "Good customer"})
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")
        # failed while it was under warranty
        early = self._create_claim(
            [(self.seal, 1)],
            lot_id=old.id,
            failure_date=today - relativedelta(months=30),
        )
        self.assertFalse(early._get_part_blockers())
        # wear parts have no warranty, also on a machine that has
        self.seal.component_class_id = self.env.ref(
            "aftersales_service.component_class_wear"
        )
        wear = self._create_claim([(self.seal, 1)])
        with self.assertRaisesRegex(UserError, "no warranty.*goodwill"):
            wear.action_submit()
        self.seal.component_class_id = False
        # no date to count from
        unknown = self._create_machine(
            "PE600-X", delivery_date=False, acceptance_date=False
        )
        claim = self._create_claim([(self.seal, 1)], lot_id=unknown.id)
        self.assertFalse(claim._get_part_blockers())
        # judged by the report of the visit
        order = self._create_order(self._create_request(lot_id=old.id))
        self._fit(order, self.seal, 1)
        order.action_create_claim()
        self.assertFalse(order.claim_ids._get_part_blockers())

    def test_failed_before_it_is_claimed(self):
        """R-CLM-01: a part does not fail after it was claimed; the message names both
        dates, and nothing is changed."""
        today = fields.Date.context_today(self.machine)
        tomorrow = today + relativedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "Correct one of the dates"):
            with self.env.cr.savepoint():
                self._create_claim(failure_date=tomorrow)
        claim = self._create_claim(failure_date=today)
        with self.assertRaisesRegex(ValidationError, claim.name):
            with self.env.cr.savepoint():
                claim.claim_date = today - relativedelta(days=1)
        claim.invalidate_recordset()
        self.assertEqual(claim.claim_date, today)

    def test_failed_tomorrow(self):
        """R-CLM-01: nothing fails tomorrow, also where the claim is dated then."""
        today = fields.Date.context_today(self.machine)
        tomorrow = max(today, fields.Date.today()) + relativedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "still to come"):
            with self.env.cr.savepoint():
                self._create_claim(failure_date=tomorrow, claim_date=tomorrow)
        claim = self._create_claim(claim_date=tomorrow)
        with self.assertRaisesRegex(ValidationError, "still to come"):
            with self.env.cr.savepoint():
                claim.failure_date = tomorrow

    def test_failed_before_it_was_made(self):
        """R-CLM-01: no part of a machine fails before that was made; what failed before
        the delivery was damaged on the way, and both sides read so."""
        today = fields.Date.context_today(self.machine)
        machine = self._create_machine(
            "PE600-9",
            production_date=today - relativedelta(days=40),
            delivery_date=today - relativedelta(days=10),
            acceptance_date=today - relativedelta(days=5),
        )
        early = today - relativedelta(days=41)
        with self.assertRaisesRegex(ValidationError, "PE600-9 was made on"):
            with self.env.cr.savepoint():
                self._create_claim(lot_id=machine.id, failure_date=early)
        claim = self._create_claim(
            lot_id=machine.id,
            failure_date=today - relativedelta(days=20),
            user_id=self.users["hotline"].id,
        )
        self.assertIn("damage in transport", self.as_user(claim, "hotline").notice)
        self._verify(claim)
        self.assertIn("damage in transport", self.as_user(claim, "sales_vp").notice)
        fine = self._create_claim(lot_id=machine.id, failure_date=today)
        self.assertFalse(fine.notice)
        # an older machine is chosen first, the right one afterwards
        claim = self._create_claim(failure_date=early)
        with self.assertRaisesRegex(ValidationError, "PE600-9 was made on"):
            with self.env.cr.savepoint():
                claim.lot_id = machine

    # === old parts of claims given up ===#
    def test_claim_given_up_asks_for_no_old_part(self):
        """R-CLM-11: a claim that is cancelled or reversed asks the customer for its
        old part no more, nobody is chased or charged for it; approved again it is
        expected again. What a service order replaced stays owed."""
        claim = self._create_claim(
            [
                {
                    "product_id": self.seal.id,
                    "supply": "ship",
                    "old_lot_name": "SEAL-OLD",
                }
            ],
            kind="emergency",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        claim.sudo().filed_at = fields.Datetime.now()
        part = claim.part_return_ids
        self.assertEqual(part.holder_partner_id, self.customer)
        self.as_user(claim, "service_manager").action_cancel("Not needed")
        self.assertEqual(part.state, "cancelled")
        long_ago = fields.Date.today() - relativedelta(days=60)
        part.sudo().due_date = long_ago
        with self.enter_registry_test_mode():
            self.env.ref(
                "aftersales_claims.cron_part_return_chase"
            ).method_direct_trigger()
        self.assertEqual((part.state, part.charge_state), ("cancelled", "none"))
        self.assertFalse(part.activity_ids)
        self.as_user(claim, "service_manager").action_draft()
        claim.action_submit()
        self._approve(claim, "service_manager")
        claim.sudo().filed_at = fields.Datetime.now()
        again = claim.part_return_ids - part
        self.assertEqual((again.state, again.old_lot_name), ("expected", "SEAL-OLD"))
        # what came back already is not undone
        self.as_user(again, "storekeeper")._receive()
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        self.assertEqual(again.state, "received")
        # the technician has the old part of a visit, whatever becomes of the claim
        visit = self._create_order_claim()
        visit.action_submit()
        self._approve(visit, "sales_vp")
        expected = visit.part_return_ids
        self.assertEqual(expected.order_part_id.order_id, visit.order_id)
        self.as_user(visit, "accountant").action_reverse("Wrong machine")
        self.assertEqual(expected.state, "expected")

    def test_reworked_part_leads_to_its_claim(self):
        """R-CLM-09, R-CLM-11: a reworked part credits the warranty expense; from that
        entry, too, the accountant comes to the claim and its photos."""
        self.company.aftersales_rework_location_id.valuation_account_id = (
            self.warranty_expense_account
        )
        claim = self._create_order_claim()
        claim.action_submit()
        self._approve(claim, "sales_vp")
        part = claim.part_return_ids
        self.as_user(part, "storekeeper")._receive()
        quality = self.as_user(part, "quality")
        quality.write({"inspection_result": "own", "disposition": "rework"})
        quality.action_inspect()
        keeper = self.as_user(part, "storekeeper")
        keeper.action_dispose()
        keeper.action_reworked()
        entry = self.as_user(part.move_ids[-1:].account_move_id, "accountant")
        self.assertEqual(entry.state, "posted")
        self.assertEqual(entry.aftersales_claim_count, 1)
        opened = entry.action_view_aftersales_claims()
        self.assertEqual(opened["res_id"], claim.id)

    # === import ===#
    COLUMNS = (
        "partner_id",
        "lot_id",
        "kind",
        "failure_date",
        "claim_date",
        "damage",
        "line_ids/product_id",
        "line_ids/quantity",
        "line_ids/old_lot_name",
        "line_ids/supply",
    )

    def _import(self, role, rows, columns=COLUMNS, model="aftersales.claim"):
        """Import ``rows`` as the role does from a spreadsheet; return what it says."""
        return self.as_user(self.env[model], role).load(list(columns), rows)

    def _prepare_rows(self):
        """Two claims of last year, the first one with two parts."""
        return [
            [
                self.customer.name,
                self.machine.name,
                "Normal",
                "2024-02-29",
                "2024-03-01",
                "Cage broken",
                self.bearing.display_name,
                "1",
                "BRG-OLD-1",
                "No Goods",
            ],
            ["", "", "", "", "", "", self.seal.display_name, "2.5", "", "No Goods"],
            [
                self.customer.name,
                self.machine.name,
                "Normal",
                "2024-05-02",
                "2024-05-03",
                "Leaks",
                self.seal.display_name,
                "4",
                "",
                "No Goods",
            ],
        ]

    def test_claims_from_a_spreadsheet(self):
        """R-CLM-01, R-CLM-08: claims of earlier years come in by the ERP's own import,
        with their parts and amounts, as drafts that go the way of every claim; their
        costs by the accountant."""
        result = self._import("service_manager", self._prepare_rows())
        self.assertFalse(result["messages"])
        claims = self.env["aftersales.claim"].browse(result["ids"])
        self.assertEqual(claims.mapped("state"), ["draft", "draft"])
        self.assertEqual(len(set(claims.mapped("name")) - {"New"}), 2)
        first, second = claims
        self.assertEqual(first.failure_date, fields.Date.to_date("2024-02-29"))
        self.assertEqual(first.line_ids.mapped("quantity"), [1, 2.5])
        self.assertEqual(first.amount_total, 6200 + 2.5 * 260)
        self.assertEqual(second.user_id, self.users["service_manager"])
        self.assertEqual(first.company_id, self.company)
        with self.assertRaisesRegex(UserError, "evidence"):
            first.action_submit()
        self._attach(first)
        first.action_submit()
        self.assertEqual(first.state, "submitted")
        # what it cost, by whoever keeps the books
        columns = ("claim_id", "kind", "date", "amount", "partner_id", "name")
        cost = [
            second.name,
            "Shipping",
            "2024-05-31",
            "480.5",
            self.supplier.name,
            "SF",
        ]
        result = self._import(
            "accountant", [cost], columns, model="aftersales.claim.cost"
        )
        self.assertFalse(result["messages"])
        self.assertEqual((second.cost_total, second.cost_posted), (480.5, 0))

    def test_bad_spreadsheet_changes_nothing(self):
        """R-CLM-01, R-CLM-05, R-CLM-09: a spreadsheet that claims a part twice, gives
        a quantity of zero, says that claims are approved or costs posted, or comes
        from a role that enters no claims, is refused in words, whole."""
        good = self._prepare_rows()
        self._import("service_manager", good[2:])
        count = self.env["aftersales.claim"].search_count([])
        existing = self.env["aftersales.claim"].search([], limit=1)
        columns = (*self.COLUMNS, "state")
        cost = ("claim_id", "kind", "amount", "state")
        for role, rows, names, model, message in (
            (
                "service_manager",
                good,
                self.COLUMNS,
                "aftersales.claim",
                f"is claimed already: {existing.name}",
            ),
            (
                "service_manager",
                [[*good[0][:7], "0", *good[0][8:]]],
                self.COLUMNS,
                "aftersales.claim",
                "must be positive",
            ),
            (
                "service_manager",
                [[*good[0], "Approved"]],
                columns,
                "aftersales.claim",
                "starts as a draft",
            ),
            ("accountant", good[:2], self.COLUMNS, "aftersales.claim", "not allowed"),
            (
                "accountant",
                [[existing.name, "Shipping", "20", "Posted"]],
                cost,
                "aftersales.claim.cost",
                "by its buttons only",
            ),
        ):
            with self.subTest(message=message), mute_logger("odoo.sql_db"):
                result = self._import(role, rows, names, model)
                self.assertFalse(result["ids"])
                said = "\n".join(item["message"] for item in result["messages"])
                self.assertIn(message, said)
                self.assertEqual(self.env["aftersales.claim"].search_count([]), count)
                self.assertFalse(existing.cost_ids)
