# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import (
    RedirectWarning,
    ValidationError,
)
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimDuplicates(ClaimsCommon):
    """The same part of the same machine is claimed once."""

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
