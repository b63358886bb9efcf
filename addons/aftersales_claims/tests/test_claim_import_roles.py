# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


from odoo import fields
from odoo.exceptions import (
    UserError,
)
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimImportRoles(ClaimsCommon):
    """Claims of earlier years from a spreadsheet, by whoever may."""

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
