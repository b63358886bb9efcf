# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from ast import literal_eval

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import Command, fields
from odoo.tests import tagged

from .common_reports import ReportsCommon


@tagged("post_install", "-at_install")
class TestRecoveryReports(ReportsCommon):
    """What suppliers owe, by age, on screen and as a workbook (R-CLM-12, R-CLM-17)."""

    def test_recovery_status(self):
        """R-CLM-12, R-CLM-17: what each supplier owes by age, what he was asked,
        credited and let off, line by line, adding up."""
        statement = self._answer(self._create_statement(receive=True))
        self.as_user(statement, "accountant").action_credit()
        self._create_second_liability(333.33, percent=60, partner=self.other_supplier)
        owed = self.env["aftersales.recovery"].create(
            {
                "partner_id": self.other_supplier.id,
                "period_start": self.month,
                "company_id": self.company.id,
            }
        )
        owed.action_collect_lines()
        self._send(owed)
        owed.sudo().sent_at = fields.Datetime.now() - relativedelta(days=70)
        self.env.flush_all()
        book = self._load("recovery_status")
        header, rows, total = self._read(book["By Supplier"])
        self.assertEqual(
            header[:5], ["Supplier", "Claimed", "Disposal Fees", "Credited", "Dropped"]
        )
        self.assertEqual(header[-1], "Owed with Fees")
        self.assertEqual(
            {row[0]: row[1:] for row in rows},
            {
                self.supplier.display_name: [5649, 0, 5649, 0, 0, 0, 0, 0, 0],
                self.other_supplier.display_name: [200, 0, 0, 0, 0, 0, 200, 0, 200],
            },
        )
        self.assertEqual(total[1:], [5849, 0, 5649, 0, 0, 0, 200, 0, 200])
        header, rows, total = self._read(book["Lines"])
        by_number = {row[2]: dict(zip(header, row, strict=True)) for row in rows}
        first, second = by_number[statement.name], by_number[owed.name]
        self.assertEqual(first["Month"], f"{self.month:%Y-%m}")
        self.assertEqual(first["Claim"], statement.line_ids.claim_id.name)
        self.assertIn(self.bearing.display_name, first["Parts"])
        self.assertEqual((first["Share %"], first["To Credit"]), (70, 5649))
        self.assertEqual((first["Status"], first["Days Owed"]), ("Credited", 0))
        self.assertEqual(first["Credit Note"], statement.line_ids.refund_move_id.name)
        self.assertEqual((second["Status"], second["Days Owed"]), ("Pending", 70))
        self.assertEqual(second["Owed Since"].date(), owed.sent_on)
        self.assertEqual((total[6], total[7]), (5849, 5849))

    def test_age_counts_from_the_sending(self):
        """R-CLM-12: what a supplier owes ages from the day he was asked, as his days
        to answer and to collect do, in lists, filters and reports alike."""
        statement = self._create_statement()
        line = statement.line_ids
        statement.period_start = self.month - relativedelta(months=5)
        self.assertEqual((line.owed_since, line.age_days), (False, 0))
        self.assertEqual(line.age_bucket, "0")
        self._send(statement)
        today = self.company._get_aftersales_today()
        self.assertEqual((line.owed_since, line.age_days), (today, 0))
        view = self.env.ref("aftersales_claims.aftersales_recovery_line_view_search")
        arch = etree.fromstring(view.arch)

        def find(name):
            node = arch.find(f".//filter[@name='{name}']")
            return line.search(literal_eval(node.get("domain"))) & line

        for days, bucket, found in (
            (30, "0", []),
            (31, "30", ["over_30"]),
            (90, "60", ["over_30"]),
            (91, "90", ["over_30", "over_90"]),
        ):
            statement.sudo().sent_at = fields.Datetime.now() - relativedelta(days=days)
            self.env.invalidate_all()
            self.assertEqual((line.age_days, line.age_bucket), (days, bucket))
            self.assertEqual(self._group_ages(line), {bucket: 5649})
            for name in ("over_30", "over_90"):
                self.assertEqual(bool(find(name)), name in found, (days, name))
        line._answer("accept")
        statement.action_answer()
        self.as_user(statement, "accountant").action_credit()
        self.assertEqual((line.age_days, line.age_bucket), (0, False))
        self.assertEqual(self._group_ages(line), {False: 5649})
        self.assertFalse(find("over_90"))

    def _group_ages(self, lines):
        """Return {age: amount} as the pivot reads it, checked against the search."""
        Line = self.as_user(lines.browse(), "accountant")
        domain = [("id", "in", lines.ids)]
        groups = Line.formatted_read_grouping_sets(
            domain, [[], ["partner_id", "age_bucket"]], ["final_amount:sum"]
        )[1]
        for group in groups:
            age = group["age_bucket"]
            own = lines.filtered(lambda line, age=age: line.age_bucket == age)
            opened = Line.search(domain + group["__extra_domain"])
            self.assertEqual(opened, own)
            self.assertEqual(
                Line.search([*domain, ("age_bucket", "!=", age)]), lines - own
            )
        return {group["age_bucket"]: group["final_amount:sum"] for group in groups}

    def test_ages_are_those_of_the_list(self):
        """R-CLM-12: grouped, sorted and searched in the database the age is that of
        every line, whatever the day of sending; many cost what few do."""
        claims = self.env["aftersales.claim"].create(
            [
                {"partner_id": self.customer.id, "company_id": self.company.id}
                for _index in range(48)
            ]
        )
        shares = (
            self.as_user(self.env["aftersales.liability"], "quality_vp")
            .create(
                [
                    {
                        "claim_id": claim.id,
                        "share_ids": [
                            Command.create(
                                {
                                    "party": "supplier",
                                    "partner_id": self.supplier.id,
                                    "percent": 100,
                                }
                            )
                        ],
                    }
                    for claim in claims
                ]
            )
            .share_ids
        )
        sent = (None, -1, 0, 1, 29, 30, 31, 60, 61, 90, 91, 400)
        statements = self.env["aftersales.recovery"].create(
            [
                {
                    "partner_id": self.supplier.id,
                    "company_id": self.company.id,
                    "period_start": self.month - relativedelta(months=index),
                    "line_ids": [
                        Command.create({"share_id": share.id})
                        for share in shares[index * 4 : index * 4 + 4]
                    ],
                }
                for index in range(len(sent))
            ]
        )
        now = fields.Datetime.now()
        for statement, days in zip(statements, sent, strict=True):
            if days is not None:
                statement.sudo().sent_at = now - relativedelta(days=days)
        lines = statements.line_ids
        lines[::4].sudo().state = "dropped"
        lines[1::4].sudo().state = "accepted"
        ages = self._group_ages(lines)
        self.assertEqual(list(ages), ["0", "30", "60", "90", False])
        order = lines.search([("id", "in", lines.ids)], order="age_bucket, id")
        self.assertEqual(
            order, lines.sorted(lambda line: (line.age_bucket or "~", line.id))
        )
        attributes = lines.fields_get(["age_bucket"], ["groupable", "sortable"])
        self.assertEqual(
            attributes, {"age_bucket": {"groupable": True, "sortable": True}}
        )
        self.assertFalse(lines.search([("age_bucket", "in", ())]) & lines)
        names = lines.get_view(view_type="list")["models"][lines._name]

        def read(some):
            domain = [("id", "in", some.ids)]
            Line = self.as_user(some.browse(), "quality_vp")
            Line.web_search_read(domain, {name: {} for name in names})
            Line.formatted_read_grouping_sets(
                domain,
                [[], ["partner_id"], ["age_bucket"], ["partner_id", "age_bucket"]],
                ["final_amount:sum"],
            )

        self.assertNoQueryGrowth(read, lines[:5], lines)
