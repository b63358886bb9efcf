# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import runpy
from ast import literal_eval
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_path, mute_logger

from odoo.addons.aftersales_service.report.xlsx_page import get_row_height

from ..report import claims_xlsx
from .common_reports import ReportsCommon


@tagged("post_install", "-at_install")
class TestClaimsReports(ReportsCommon):
    """Workbooks, analysis and prints of claims and recovery (R-CLM-17)."""

    def test_quarterly_claims(self):
        """R-CLM-17: claims of the quarter by cause, department, supplier and product
        with requested, approved, cost, recovered and net; and every line."""
        claim = self._create_spine_claim()
        claim.cause_id = self.env["aftersales.claim.cause"].search([], limit=1)
        self._create_posted_liability(claim=claim)
        book = self._load("claims_quarter")
        self.assertEqual(len(book.sheetnames), 8)
        header, rows, total = self._read(book["By Cause"])
        self.assertEqual(header[0], "Cause")
        self.assertEqual(rows[0][0], claim.cause_id.name)
        self.assertEqual(rows[0][1:], [1, 2, 2, 6460, 6460, 8070, 5649, 2421])
        self.assertEqual(total[6:], [8070, 5649, 2421])
        _header, rows, _total = self._read(book["By Supplier"])
        by_supplier = {row[0]: row for row in rows}
        self.assertEqual(by_supplier[self.supplier.display_name][7], 5649)
        for sheet, name in (
            ("By Department", self.department.display_name),
            ("By Machine Model", self.machine_product.display_name),
            ("By Customer", self.customer.display_name),
        ):
            _header, rows, total = self._read(book[sheet])
            self.assertEqual(
                rows, [[name, 1, 2, 2, 6460, 6460, 8070, 5649, 2421]], sheet
            )
            self.assertEqual(total[4:], [6460, 6460, 8070, 5649, 2421], sheet)
        _header, rows, total = self._read(book["By Part"])
        by_part = {row[0]: row[1:6] for row in rows}
        self.assertEqual(
            by_part,
            {
                self.bearing.display_name: [1, 1, 1, 6200, 6200],
                self.seal.display_name: [1, 1, 1, 260, 260],
                # freight, labour, travel
                "(none)": [1, 0, 0, 0, 0],
            },
        )
        self.assertEqual(total[4:], [6460, 6460, 8070, 5649, 2421])
        header, rows, total = self._read(book["Lines"])
        self.assertEqual(len(rows), 2)
        self.assertEqual({row[10] for row in rows}, {6200, 260})
        self.assertEqual(rows[0][4], self.bearing.display_name)
        self.assertEqual(total[10], 6460)

    def test_workbook_on_paper(self):
        """R-CLM-17: a workbook prints across A4, as wide as the page, with the header
        on every page; rows are as high as their texts need; an empty period has
        totals of nothing."""
        book = self._load(
            "complaint_month", date_from="2000-01-01", date_to="2000-01-31"
        )
        for sheet in book:
            self.assertEqual(sheet.page_setup.orientation, "landscape")
            self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
            self.assertEqual(sheet.page_setup.fitToHeight, 0)
            self.assertEqual(sheet.print_title_rows.replace("$", ""), "4:4")
            self.assertEqual(sheet.freeze_panes, "A5")
            self.assertEqual(sheet["A3"].value, "2000-01-01 – 2000-01-31")
        _header, rows, total = self._read(book["Summary"])
        self.assertEqual((rows, total), ([], ["Total", None, 0, 0, 0, 0]))
        self.assertIsNone(get_row_height(["CL2601", 5, None], [10, 3, 3]))
        # twice the room of Latin letters, and a line for itself
        self.assertEqual(get_row_height(["油" * 40 + "\nOK"], [21]), 75)

    def test_statistics_by_department_at_fault(self):
        """R-CLM-08, R-CLM-10, R-CLM-17: claims are counted by the department at fault
        as well, the employee's included, also after he has moved: in the quarter's
        workbook, the analysis and the shares; the department that filed the claim is
        another question."""
        assembly, logistics = self.env["hr.department"].create(
            [
                {"name": name, "company_id": self.company.id}
                for name in ("Assembly", "Logistics")
            ]
        )
        self.technician.department_id = assembly
        claim = self._create_spine_claim()
        liability = self._create_posted_liability(70, claim=claim, post=False)
        self.assertFalse(liability.share_ids.fault_department_id)
        company = liability.share_ids.filtered(lambda share: share.party == "company")
        deciding = self.as_user(liability, "quality_vp")
        deciding.share_ids = [
            Command.update(company.id, {"percent": 10}),
            *(
                Command.create({"percent": percent, **vals})
                for percent, vals in (
                    (12, {"party": "department", "department_id": assembly.id}),
                    (3, {"party": "employee", "employee_id": self.technician.id}),
                    (5, {"party": "department", "department_id": logistics.id}),
                )
            ),
        ]
        # not decided yet: nobody is at fault
        name = "By Department at Fault"
        self.assertFalse(self._read(self._load("claims_quarter")[name])[1])
        deciding.action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        self.technician.department_id = logistics
        rows = [
            ["", "Supplier", 1, 5649, 0],
            ["Assembly", "Department", 1, 968.4, 0],
            ["", "Company", 1, 807, 0],
            ["Logistics", "Department", 1, 403.5, 0],
            ["Assembly", "Employee", 1, 242.1, 0],
        ]
        for recovered in (0, 1):
            if recovered:
                self.as_user(liability, "accountant").action_post()
                rows[0][4], rows[4][4] = 5649, 242.1
            header, found, total = self._read(self._load("claims_quarter")[name])
            self.assertEqual(header[0], "Department at Fault")
            self.assertEqual([[row[0] or "", *row[1:]] for row in found], rows)
            self.assertEqual(total[3], 8070)
        Report = self.as_user(self.env["aftersales.claim.report"], "quality_vp")
        groups = Report._read_group(
            [("claim_id", "=", claim.id), ("fault_department_id", "!=", False)],
            ["fault_department_id", "department_id"],
            ["liability:sum", "cost:sum"],
        )
        self.assertEqual(
            {department: amounts for department, _filing, *amounts in groups},
            {assembly: [1210.5, 0], logistics: [403.5, 0]},
        )
        self.assertEqual({filing for _d, filing, *_a in groups}, {self.department})
        # what the analysis says of cost and recovery is as it was
        (sums,) = Report._read_group(
            [("claim_id", "=", claim.id)],
            [],
            ["cost:sum", "recovered:sum", "net_cost:sum", "liability:sum"],
        )
        self.assertEqual(
            [round(amount, 2) for amount in sums], [8070, 5891.1, 2178.9, 8070]
        )
        shares = self.as_user(self.env["aftersales.liability.share"], "sales_vp")
        groups = shares._read_group(
            [("claim_id", "=", claim.id)], ["fault_department_id"], ["amount:sum"]
        )
        self.assertIn((assembly, 1210.5), [(d, round(a, 2)) for d, a in groups])
        self.as_user(liability, "accountant").action_reverse("Once more")
        self.assertFalse(self._read(self._load("claims_quarter")[name])[1])

    def test_cost_ledger(self):
        """R-CLM-08, R-CLM-17: every cost with its entry, adding up to the claim."""
        claim = self._create_spine_claim()
        book = self._load("cost_ledger")
        _header, rows, total = self._read(book["Cost Ledger"])
        self.assertEqual(len(rows), len(claim.cost_ids))
        self.assertEqual(total[10], claim.cost_total)
        self.assertEqual(total[10], 8070)
        ledger = {row[8]: row for row in rows if row[8] != "Material"}
        self.assertEqual(
            {kind: row[10] for kind, row in ledger.items()},
            {"Shipping": 480, "Labour": 480, "Travel": 650},
        )
        material = [row for row in rows if row[8] == "Material"]
        self.assertEqual(sorted(row[10] for row in material), [260, 6200])
        cost = claim.cost_ids.filtered(lambda cost: cost.kind == "travel")
        row = ledger["Travel"]
        self.assertEqual((row[0].date(), row[1]), (cost.date, claim.name))
        self.assertEqual(
            row[2:5],
            [
                claim.order_id.name,
                self.machine.name,
                self.customer.display_name,
            ],
        )
        self.assertEqual(row[12], cost.account_move_id.name)
        self.assertEqual({row[11] for row in rows}, {"Posted"})
        self.assertTrue(all(row[12] for row in rows))
        # read in chunks: none is lost or doubled at their borders
        with patch.object(claims_xlsx, "CHUNK", 2):
            chunked = self._load("cost_ledger")
        self.assertEqual(self._read(chunked["Cost Ledger"])[1], rows)
        with self.assertRaises(AccessError):
            self._load("cost_ledger", self.users["technician"])

    def test_cost_ledger_of_a_past_quarter(self):
        """R-CLM-08, R-CLM-09, R-CLM-17: what a quarter cost stays once it is over; what
        is reversed later is taken back in its own time, by a row of its own, as in the
        books: in the workbook, the list, the pivot and the graph."""
        past = self.month - relativedelta(days=1)
        periods = [
            {"date_from": self.month - relativedelta(months=3), "date_to": past},
            {"date_from": self.month, "date_to": self.month + relativedelta(months=1)},
        ]
        claim = self._create_order_claim("emergency", estimated_cost=1610)
        claim.action_submit()
        self._approve(claim, "sales_vp")
        for kind, amount in (("shipping", 480), ("labour", 480), ("travel", 650)):
            self._add_cost(claim, kind, amount, date=past)
        self.as_user(claim, "accountant").action_post_costs()

        def read(index):
            book = self._load("cost_ledger", **periods[index])
            return self._read(book["Cost Ledger"])[1:]

        def sum_costs():
            """What the pivot sums, as the menu opens it."""
            action = self.env.ref("aftersales_claims.aftersales_claim_cost_action")
            self.assertFalse(
                any(
                    key.startswith("search_default")
                    for key in literal_eval(action.context)
                )
            )
            Cost = self.as_user(self.env["aftersales.claim.cost"], "accountant")
            groups = Cost._read_group(
                [("claim_id", "=", claim.id)], ["date:month"], ["amount:sum"]
            )
            return {month: amount for month, amount in groups if amount}

        expense = self.warranty_expense_account
        entry = claim.cost_ids.filtered(lambda cost: cost.kind == "travel")
        before = [row[:11] + row[12:] for row in read(0)[0]]
        self.assertEqual((len(before), read(0)[1][10]), (3, 1610))
        self.assertEqual(sum_costs(), {past.replace(day=1): 1610, self.month: 6460})
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        rows, total = read(0)
        self.assertEqual([row[:11] + row[12:] for row in rows], before)
        self.assertEqual(({row[11] for row in rows}, total[10]), ({"Reversed"}, 1610))
        rows, total = read(1)
        self.assertEqual(total[10], -1610)
        contra = {row[8]: row for row in rows if row[8] != "Material"}
        self.assertEqual(
            {kind: row[10] for kind, row in contra.items()},
            {"Shipping": -480, "Labour": -480, "Travel": -650},
        )
        reversal = entry.reversal_move_id
        self.assertEqual(contra["Travel"][0].date(), reversal.date)
        self.assertEqual(contra["Travel"][9], "Reversal: Travel")
        self.assertEqual(contra["Travel"][12], reversal.name)
        # as in the books
        for move, amount in ((entry.account_move_id, 1610), (reversal, -1610)):
            lines = move.line_ids.filtered(lambda line: line.account_id == expense)
            self.assertEqual(sum(lines.mapped("balance")), amount)
        self.assertEqual(sum_costs(), {past.replace(day=1): 1610, self.month: -1610})
        self.assertEqual((claim.cost_total, claim.cost_posted), (0, 0))
        # once only, and never by hand
        taken = claim.cost_ids.filtered("reversed_cost_id")
        with self.assertRaises(AccessError):
            self._add_cost(claim, "travel", 650, reversed_cost_id=entry.id)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            entry.sudo()._set_reversal(reversal)
        with self.assertRaisesRegex(UserError, "reversing"):
            self.as_user(taken, "accountant").unlink()
        # taken up again, it costs anew
        claim.action_draft()
        claim.action_submit()
        self._approve(claim, "sales_vp")
        self.assertEqual((read(0)[1][10], read(1)[1][10]), (1610, 4850))
        self.assertEqual(claim.cost_total, 6460)

    def test_return_of_goods_on_another_day(self):
        """R-CLM-08, R-CLM-09: goods that a reversal takes back cost less on the day of
        its entry, not on the day somebody reversed."""
        claim = self._create_spine_claim()
        day = fields.Date.today() + relativedelta(days=3)
        self.as_user(claim, "accountant").action_reverse("Wrong machine", date=day)
        back = claim.cost_ids.filtered(lambda cost: cost.amount < 0)
        self.assertEqual(set(back.mapped("date")), {day})
        self.assertEqual(set(back.account_move_id.mapped("date")), {day})

    def test_costs_reversed_before_the_update(self):
        """R-CLM-08, R-CLM-09: a database in which claims were reversed before gets the
        rows that take their costs back, once."""
        claim = self._create_spine_claim()
        self.as_user(claim, "accountant").action_reverse("Wrong machine")
        taken = claim.cost_ids.filtered("reversed_cost_id")
        expected = sorted(taken.mapped("amount"))
        taken.sudo().unlink()
        path = file_path("aftersales_claims/migrations/19.0.1.1.0/post-migration.py")
        for _time in range(2):
            runpy.run_path(path)["migrate"](self.env.cr, "19.0.1.0.0")
            self.env.invalidate_all()
            taken = claim.cost_ids.filtered("reversed_cost_id")
            self.assertEqual(sorted(taken.mapped("amount")), expected)
            self.assertFalse(sum(claim.cost_ids.mapped("amount")))

    def test_prints(self):
        """R-CLM-12: statement and settlement print."""
        statement = self._create_statement(receive=True)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_claims.report_recovery", statement.ids
        )[0]
        self.assertIn("BRG-OLD-77", html.decode())
        settlement = self.env["aftersales.settlement"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "line_ids": [Command.create({"name": "Work", "amount": 10})],
            }
        )
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_claims.report_settlement", settlement.ids
        )[0]
        self.assertIn(settlement.name, html.decode())

    def test_kanban_columns(self):
        """The columns of a kanban follow the work, not the alphabet of the states; what
        is empty has none."""
        drafts = [
            self._create_claim(lot_id=self._create_machine(f"PE600-{number}").id)
            for number in range(2)
        ]
        drafts[1].action_submit()
        claims = drafts[0] | drafts[1] | self._create_spine_claim()
        Claim = claims.with_context(read_group_expand=True)
        groups = Claim.web_read_group([("id", "in", claims.ids)], ["state"], [])
        columns = [group["state"] for group in groups["groups"]]
        self.assertEqual(columns, ["draft", "submitted", "approved"])
        for model in (
            "aftersales.capa",
            "aftersales.liability",
            "aftersales.machine.receipt",
            "aftersales.order",
            "aftersales.part.return",
            "aftersales.penalty",
            "aftersales.station",
        ):
            field = self.env[model]._fields["state"]
            states = field.get_values(self.env)
            columns = field.determine_group_expand(self.env[model], states[::-1], [])
            self.assertEqual(columns, states, model)
