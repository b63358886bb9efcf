# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import runpy

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.misc import file_path

from ..tools.serials import list_serials
from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimPieces(ClaimsCommon):
    """Several old serial numbers on one line: each is claimed once (R-CLM-01)."""

    def _claim(self, serials, quantity=2, **vals):
        line = {
            "product_id": self.bearing.id,
            "quantity": quantity,
            "supply": "none",
            "old_lot_name": serials,
        }
        return self._create_claim([line], **vals)

    def _get_held(self, claim):
        pieces = (
            self.env["aftersales.claim.line.piece"]
            .sudo()
            .search([("line_id", "in", claim.line_ids.ids)])
        )
        return {piece.key.split("/")[0] for piece in pieces}

    def test_what_is_a_number(self):
        """R-CLM-01: commas, semicolons and lines always part numbers; a blank or a
        slash, which may belong to one, where there are as many pieces."""
        for text, quantity, names in (
            ("A, B", 2, ["A", "B"]),
            ("A, B", 1, ["A", "B"]),
            ("A、B；C，D", 4, ["A", "B", "C", "D"]),
            ("A\nB", 5, ["A", "B"]),
            ("A B", 2, ["A", "B"]),
            ("A/B", 2, ["A", "B"]),
            ("SN 12/7", 1, ["SN 12/7"]),
            ("SN 12, SN 13", 2, ["SN 12", "SN 13"]),
            ("A, A", 2, ["A"]),
            (" ,; ", 2, []),
            (False, 2, []),
        ):
            with self.subTest(text=text, quantity=quantity):
                self.assertEqual(list_serials(text, quantity), names)

    def test_each_is_claimed_once(self):
        """R-CLM-01: a number of a list is refused on another claim, whichever way it
        is typed, alone or in a list; the message names number and claim."""
        first = self._claim("BRG-A, BRG-B")
        self.env.flush_all()
        self.assertEqual(self._get_held(first), {"BRG-A", "BRG-B"})
        for typed, quantity in (
            ("BRG-B", 1),
            ("ｂｒｇ－ｂ", 1),
            ("BRG-C；BRG-B", 2),
            ("BRG-B BRG-C", 2),
            ("BRG-C\nBRG-B", 3),
        ):
            with (
                self.subTest(typed=typed),
                self.assertRaisesRegex(
                    ValidationError, rf"\((?i:BRG-B)\).*{first.name}"
                ),
                self.env.cr.savepoint(),
            ):
                self._claim(typed, quantity)
        # twice on one claim
        line = {"product_id": self.bearing.id, "supply": "none"}
        with (
            self.assertRaisesRegex(ValidationError, "twice on"),
            self.env.cr.savepoint(),
        ):
            self._create_claim(
                [
                    {**line, "old_lot_name": "BRG-X, BRG-Y", "quantity": 2},
                    {**line, "old_lot_name": "BRG-Y"},
                ]
            )
        # another number, another part, another day
        self._claim("BRG-C, BRG-D")
        self._create_claim(
            [{**line, "product_id": self.seal.id, "old_lot_name": "BRG-B"}]
        )
        yesterday = fields.Date.subtract(fields.Date.today(), days=1)
        self._claim("BRG-B", 1, failure_date=yesterday)

    def test_pieces_follow_the_line(self):
        """R-CLM-01: corrected, over or taken up again, the line holds what it names
        now; more pieces part what a blank did not."""
        claim = self._claim("BRG-A BRG-B", 1)
        self.env.flush_all()
        self.assertEqual(self._get_held(claim), {"BRG-A BRG-B"})
        claim.line_ids.quantity = 2
        self.env.flush_all()
        self.assertEqual(self._get_held(claim), {"BRG-A", "BRG-B"})
        claim.line_ids.old_lot_name = "BRG-B, BRG-C"
        other = self._claim("BRG-A", 1)
        self.env.flush_all()
        self.assertEqual(self._get_held(claim), {"BRG-B", "BRG-C"})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            claim.line_ids.old_lot_name = "BRG-A, BRG-B"
        claim.action_cancel()
        again = self._claim("BRG-C", 1)
        self.env.flush_all()
        self.assertFalse(self._get_held(claim))
        with self.assertRaisesRegex(ValidationError, again.name):
            claim.action_draft()
        again.action_cancel()
        claim.action_draft()
        self.env.flush_all()
        self.assertEqual(self._get_held(claim), {"BRG-B", "BRG-C"})
        # without a number the machine is what is claimed once
        claim.line_ids.old_lot_name = " "
        self.env.flush_all()
        self.assertEqual(self._get_held(claim | other), {"BRG-A"})
        self.assertTrue(claim.line_ids.duplicate_key.startswith("#"))
        self.assertFalse(other.line_ids.duplicate_key)

    def test_same_moment(self):
        """R-CLM-01: a number of a list that two people claim at the same moment the
        database refuses, and the message names number and claim."""
        first = self._claim("BRG-A, BRG-B")
        second = self._claim("BRG-C", 1)
        self.env.flush_all()
        Piece = self.env["aftersales.claim.line.piece"].sudo()
        key = f"BRG-B/{self.bearing.id}/{first.failure_date}"
        # sudo: kept by the system
        with (
            self.assertRaises(IntegrityError) as refused,
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            # as if the other one had been written in between
            Piece.create(
                {
                    "line_id": second.line_ids.id,
                    "company_id": self.company.id,
                    "key": key,
                }
            )
        message = Piece._sql_error_to_message(refused.exception)
        self.assertIn(f"{first.name} (Draft)", message)
        self.assertIn("(BRG-B)", message)

    def test_upgrade(self):
        """R-CLM-01: lists of before are parted; a number that two live claims hold
        already stays with the older, and the later one goes its way."""
        first = self._claim("BRG-A, BRG-B")
        second = self._claim("BRG-C", 1)
        self.env.flush_all()
        # as it was kept before
        self.env["aftersales.claim.line.piece"].sudo().search([]).unlink()
        # sudo: past the check, which knew a list as one number
        self.env.cr.execute(
            "UPDATE aftersales_claim_line SET old_lot_name = %s,"
            " duplicate_key = %s WHERE id = %s",
            ("BRG-B", "BRG-B/1", second.line_ids.id),
        )
        self.env.invalidate_all()
        path = file_path("aftersales_claims/migrations/19.0.1.2.0/post-migration.py")
        runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(self._get_held(first), {"BRG-A", "BRG-B"})
        self.assertFalse(self._get_held(second))
        self.assertFalse(second.line_ids.duplicate_key)
        second.action_submit()
        self.env.flush_all()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._claim("BRG-A", 1)

    def test_many_at_once(self):
        """R-CLM-01: the pieces of many lines cost no more queries than those of few."""
        claims = self.env["aftersales.claim"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "line_ids": [
                        fields.Command.create(
                            {
                                "product_id": self.seal.id,
                                "quantity": 2,
                                "old_lot_name": f"S-{number}, T-{number}",
                            }
                        )
                    ],
                }
                for number in range(40)
            ]
        )
        self.env.flush_all()
        lines = claims.line_ids
        self.assertEqual(len(self._get_held(claims)), 80)
        Piece = self.env["aftersales.claim.line.piece"].sudo()

        def keep(some):
            Piece.search([("line_id", "in", some.ids)]).unlink()
            some.sudo()._update_pieces()

        keep(lines)
        self.assertNoQueryGrowth(keep, lines[:5], lines.browse(lines.ids))
