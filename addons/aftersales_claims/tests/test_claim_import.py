# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .common import ClaimsCommon

BEARING = "aftersales_service.component_class_bearing"


@tagged("post_install", "-at_install")
class TestClaimImport(ClaimsCommon):
    """What managers and accountants import from a spreadsheet."""

    def _load(self, model, role, names, rows):
        Model = self.as_user(self.env[model], role).with_context(
            import_file=True, tracking_disable=False
        )
        return Model.load(names, rows)

    def _assert_refused(self, result, text):
        self.assertFalse(result["ids"])
        messages = " ".join(item["message"] for item in result["messages"])
        self.assertRegex(messages, text)

    def _prepare_rows(self, first, count):
        """Rows of ``count`` claims of two lines each."""
        rows = []
        for number in range(first, first + count):
            rows += [
                [
                    f"__import__.claim_{number}",
                    self.customer.name,
                    f"Old case {number}",
                    "SEAL-600",
                    "2",
                    "No Goods",
                ],
                ["", "", "", "BRG-23148", "1", "No Goods"],
            ]
        return rows

    NAMES = [
        "id",
        "partner_id",
        "damage",
        "line_ids/product_id",
        "line_ids/quantity",
        "line_ids/supply",
    ]

    def test_claims_with_lines(self):
        """R-CLM-01: claims with their parts come in from a sheet, as drafts, each with
        a number; the same sheet again corrects them and makes none twice."""
        Claim = self.env["aftersales.claim"]
        result = self._load(
            Claim._name, "service_manager", self.NAMES, self._prepare_rows(0, 3)
        )
        self.assertFalse(result["messages"])
        claims = Claim.browse(result["ids"])
        self.assertEqual(len(set(claims.mapped("name"))), 3)
        self.assertEqual(set(claims.mapped("state")), {"draft"})
        self.assertEqual([len(claim.line_ids) for claim in claims], [2, 2, 2])
        self.assertEqual(claims.line_ids.company_id, self.company)
        rows = [["__import__.claim_1", "Corrected"]]
        again = self._load(Claim._name, "service_manager", ["id", "damage"], rows)
        self.assertEqual(again["ids"], claims[1].ids)
        self.assertEqual(claims[1].damage, "Corrected")

    def test_nothing_decided_is_imported(self):
        """R-CLM-05, R-CLM-09: what follows from the buttons does not come from a sheet,
        nor do parts and costs of what is decided; nothing of such a sheet stays."""
        Claim = self.env["aftersales.claim"]
        before = Claim.search_count([])
        row = ["__import__.bad", self.customer.name, "Old case"]
        for name, value in (
            ("state", "Approved"),
            ("amount_approved", "5000"),
            ("approved_at", "2026-01-01 00:00:00"),
            ("register_number", "EM-1"),
            ("released_by_id", self.users["service_manager"].name),
            ("filed_at", "2026-01-01 00:00:00"),
            ("priority", "Machine down"),
        ):
            with self.subTest(name=name):
                result = self._load(
                    Claim._name,
                    "service_manager",
                    ["id", "partner_id", "damage", name],
                    [["__import__.good", *row[1:], ""], [*row, value]],
                )
                self._assert_refused(result, "buttons only|starts as a draft")
        self.assertEqual(Claim.search_count([]), before)
        for name, value in (("line_ids/decision", "Approved"),):
            result = self._load(
                Claim._name,
                "service_manager",
                [*self.NAMES, name],
                [[*self._prepare_rows(0, 1)[0], value]],
            )
            self._assert_refused(result, "cannot be changed by you")
        claim = self._create_claim(kind="emergency", kind_reason="Stopped")
        claim.action_submit()
        self._approve(claim, "service_manager")
        Cost = "aftersales.claim.cost"
        names = ["claim_id", "kind", "amount"]
        good = self._load(Cost, "accountant", names, [[claim.name, "Labour", "80"]])
        self.assertFalse(good["messages"])
        self.assertEqual(self.env[Cost].browse(good["ids"]).state, "draft")
        for extra, value in (
            ("state", "Posted"),
            ("account_move_id/.id", "1"),
            ("stock_move_id/.id", "1"),
        ):
            with self.subTest(name=extra):
                result = self._load(
                    Cost,
                    "accountant",
                    [*names, extra],
                    [[claim.name, "Labour", "80", value]],
                )
                self._assert_refused(result, "buttons only|No matching")
        for value, text in (
            ("-5", "must be positive"),
            ("much", "number"),
            ("0", "must be positive"),
        ):
            result = self._load(
                Cost, "accountant", names, [[claim.name, "Labour", value]]
            )
            self._assert_refused(result, text)
        result = self._load(Cost, "accountant", names, [["CL-none", "Labour", "5"]])
        self._assert_refused(result, "CL-none")
        result = self._load(
            Cost, "service_manager", names, [[claim.name, "Labour", "5"]]
        )
        self._assert_refused(result, "not allowed")

    def test_rules_and_terms(self):
        """R-WAR-01, R-WAR-03, R-CLM-09: terms, exchange rules, causes and provision
        rates come in; each bad row is named with what is wrong."""
        for model, role, names, good, bad, text in (
            (
                "aftersales.exchange.rule",
                "service_manager",
                [
                    "id",
                    "name",
                    "dealer_months",
                    "date_code_regex",
                    "condition_ids/name",
                ],
                [
                    "__import__.rule",
                    "Filters",
                    "9",
                    r"(?P<year>\d\d)(?P<month>\d\d)",
                    "?",
                ],
                ["__import__.rule_bad", "Filters", "9", r"(?P<year>\d\d", "?"],
                "no regular expression",
            ),
            (
                "aftersales.exchange.rule",
                "service_manager",
                ["name", "dealer_months"],
                ["Belts", "6"],
                ["Belts", "-6"],
                "cannot be negative",
            ),
            (
                "aftersales.provision.policy",
                "accountant",
                ["id", "name", "percent", "date_from", "date_to"],
                ["__import__.rate", "Crushers", "1.5", "2026-01-01", "2026-12-31"],
                ["__import__.rate_bad", "Crushers", "150", "2026-01-01", "2026-12-31"],
                "between 0 and 100",
            ),
            (
                "aftersales.provision.policy",
                "accountant",
                ["name", "percent", "date_from", "date_to"],
                ["Mills", "2", "2026-01-01", ""],
                ["Mills", "2", "2026-02-01", "2026-01-01"],
                "ends after it begins",
            ),
            (
                "aftersales.warranty.policy",
                "service_manager",
                [
                    "id",
                    "name",
                    "line_ids/component_class_id/id",
                    "line_ids/months_delivery",
                ],
                ["__import__.terms", "Twelve months", BEARING, "12"],
                ["__import__.terms_bad", "Twelve months", BEARING, "-12"],
                "negative|positive",
            ),
            (
                "aftersales.claim.cause",
                "service_manager",
                ["id", "name"],
                ["__import__.cause", "Wrong grease"],
                ["__import__.cause_bad", ""],
                "required|[Mm]issing",
            ),
        ):
            with self.subTest(model=model, bad=bad):
                result = self._load(model, role, names, [good])
                self.assertFalse(result["messages"])
                self.assertTrue(result["ids"])
                self._assert_refused(self._load(model, role, names, [bad]), text)

    def test_many_claims_cost_the_same_queries(self):
        """R-CLM-01: the queries of an import do not grow with its rows beyond what
        each record takes."""
        Claim = self.env["aftersales.claim"]

        def count(first, number):
            rows = self._prepare_rows(first, number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            result = self._load(Claim._name, "service_manager", self.NAMES, rows)
            self.env.flush_all()
            self.assertFalse(result["messages"])
            return self.env.cr.sql_log_count - before

        count(1000, 5)
        few, many = count(2000, 10), count(3000, 40)
        # the three names of a claim's rows and its key are looked up by the ERP
        self.assertLessEqual(many - few, 30 * 4)
