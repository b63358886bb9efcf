# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import csv
import io
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from importlib import util
from pathlib import Path

from openpyxl import load_workbook

from odoo.tests import tagged

from .common import AftersalesCommon

#: column of the public file -> field: the mapping README documents
COLUMNS = {
    "BscStartDate": "raw_date",
    "Asset": "asset",
    "OriginalShorttext": "short_text",
    "PMType": "work_type",
    "Cost": "raw_cost",
    "RunningTime": "raw_running_hours",
    "MajorSystem": "major_system",
    "Part": "part",
    "Action": "action",
    "Variant": "variant",
    "FM": "failure_mode",
    "Location": "location",
    "Comments": "comments",
    "FuncLocation": "functional_location",
    "SuspSugg": "suspension",
    "Rule": "rule",
}


def read_public_history():
    """Return the bytes of the public-domain file of excavator work orders."""
    spec = util.find_spec("nestor")
    if not spec:
        raise FileNotFoundError("install requirements-dev.txt: nist-nestor is missing")
    folder = Path(spec.submodule_search_locations[0])
    return (folder / "datasets" / "excavators-cleaned.csv").read_bytes()


@tagged("post_install", "-at_install")
class TestHistory(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.History = cls.env["aftersales.history"].with_context(
            allowed_company_ids=cls.company.ids
        )

    def _import(self, content, limit=2000, dryrun=False):
        """Import ``content`` (bytes) as the wizard does: in batches of ``limit``."""
        wizard = self.env["base_import.import"].create(
            {
                "res_model": "aftersales.history",
                "file": content,
                "file_name": "history.csv",
                "file_type": "text/csv",
            }
        )
        options = {"has_headers": True, "quoting": '"', "separator": ",", "skip": 0}
        columns = next(csv.reader(io.StringIO(content.decode())))
        field_names = [COLUMNS.get(column, False) for column in columns]
        messages = []
        while True:
            result = wizard.execute_import(
                field_names, columns, {**options, "limit": limit}, dryrun=dryrun
            )
            messages += result["messages"]
            if not result.get("nextrow") or result["nextrow"] <= options["skip"]:
                return messages
            options["skip"] = result["nextrow"]

    def _csv(self, *rows):
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, restval="NA")
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue().encode()

    def _lines(self):
        return self.History.search([("company_id", "=", self.company.id)])

    def _expected_figures(self, rows):
        """Figures per machine, system and year, from the file alone."""
        expected = {name: defaultdict(lambda: [0, Decimal(0)]) for name in "amy"}
        for row in rows:
            try:
                cost = Decimal(row["Cost"])
            except ArithmeticError:
                cost = Decimal(0)
            keys = (row["Asset"], row["MajorSystem"], row["BscStartDate"][:4])
            for name, key in zip("amy", keys, strict=True):
                expected[name][key][0] += 1
                expected[name][key][1] += cost
        return expected

    def _expected_repeats(self, rows):
        """Number of repeat repairs within 30 days, from the file alone."""
        seen = defaultdict(list)
        for row in rows:
            key = (row["Asset"], row["FuncLocation"])
            seen[key].append(date.fromisoformat(row["BscStartDate"]))
        repeats = 0
        for dates in seen.values():
            dates.sort()
            repeats += sum(
                (later - earlier).days <= 30
                for earlier, later in zip(dates, dates[1:], strict=False)
            )
        return repeats

    def test_real_history_of_five_excavators(self):
        """R-INT-10, R-KPI-03: 5,485 real work orders come in, to the cent, once."""
        content = read_public_history()
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        self.assertEqual(len(rows), 5485)
        self.assertEqual(self._import(content), [])
        lines = self._lines()
        self.assertEqual(len(lines), 5485)
        self.assertEqual(len(lines.order_id), 5485)
        self.assertEqual(set(lines.request_id.mapped("state")), {"closed"})
        self.assertEqual(set(lines.order_id.mapped("state")), {"done"})
        self.assertEqual(sorted(lines.lot_id.mapped("name")), list("ABCDE"))
        self.assertAlmostEqual(sum(lines.mapped("cost")), 17506068.13, places=2)
        self.assertAlmostEqual(
            sum(lines.order_id.mapped("history_cost")), 17506068.13, places=2
        )
        self.assertEqual(sum(lines.mapped("is_warranty")), 51)

        expected = self._expected_figures(rows)
        domain = [("id", "in", lines.ids)]
        for name, groupby in (
            ("a", "lot_id"),
            ("m", "major_system"),
            ("y", "event_date:year"),
        ):
            figures = self.History._read_group(
                domain, [groupby], ["__count", "cost:sum"]
            )
            found = {
                {"a": lambda k: k.name, "m": str, "y": lambda k: str(k.year)}[name](
                    key
                ): (count, round(Decimal(str(cost)), 2))
                for key, count, cost in figures
            }
            self.assertEqual(
                found, {key: tuple(value) for key, value in expected[name].items()}
            )
        self.assertEqual(sum(lines.mapped("is_repeat")), self._expected_repeats(rows))
        # the one line whose columns are shifted is kept and named
        self.assertEqual(
            lines.filtered("problem").mapped("problem"),
            ["Cost “PM01” is not a number"],
        )
        self._check_xlsx(lines, expected)
        self.assertEqual(self._import(content), [])
        self.assertEqual(self._lines(), lines, "a repeated import adds nothing")

    def _check_xlsx(self, lines, expected):
        report = self.env["report.aftersales_service.history_xlsx"]
        data, _kind = report.with_context(
            active_model="aftersales.history"
        ).create_xlsx_report(lines.ids, {})
        book = load_workbook(io.BytesIO(data))
        sheet = book["By machine"]
        found = {
            row[0]: (row[1], round(Decimal(str(row[2])), 2))
            for row in sheet.iter_rows(min_row=2, values_only=True)
            if row[0] != "Total"
        }
        self.assertEqual(
            found, {key: tuple(value) for key, value in expected["a"].items()}
        )
        self.assertEqual(book["Unreadable"].max_row, 2)

    def test_texts_are_no_formulas(self):
        """R-INT-10, R-KPI-03: what a file names a machine is a text in the workbook,
        too; a header is on every page of its print."""
        content = self._csv(
            {
                "BscStartDate": "2010-01-02",
                "Asset": "=1+1",
                "Cost": "PM01",
                "OriginalShorttext": "",
            }
        )
        self._import(content)
        data, _kind = (
            self.env["report.aftersales_service.history_xlsx"]
            .with_context(active_model="aftersales.history")
            .create_xlsx_report(self._lines().ids, {})
        )
        sheet = load_workbook(io.BytesIO(data))["Unreadable"]
        self.assertEqual((sheet["B2"].value, sheet["B2"].data_type), ("=1+1", "s"))
        # the row holds nothing there, and no "FALSE"
        self.assertIsNone(sheet["C2"].value)
        self.assertEqual(sheet.print_title_rows.replace("$", ""), "1:1")

    def test_equal_rows_stay_two_across_batches(self):
        """Two equal work orders of one file stay two, whatever the batch size."""
        row = {"BscStartDate": "2010-01-02", "Asset": "X1", "Cost": "10"}
        content = self._csv(row, row, {**row, "Cost": "11"}, row)
        self.assertEqual(self._import(content, limit=1), [])
        self.assertEqual(Counter(self._lines().mapped("cost")), {10: 3, 11: 1})
        self._import(content, limit=2)
        self.assertEqual(len(self._lines()), 4)

    def test_spoiled_rows_are_kept_and_named(self):
        """Unreadable values are reported by line, and nothing is dropped."""
        content = self._csv(
            {"BscStartDate": "31/12/2010", "Asset": "X1", "Cost": "5"},
            {"BscStartDate": "2010-12-31", "Asset": "NA", "Cost": "5"},
            {"BscStartDate": "2010-12-31", "Asset": "X1", "Cost": "abc"},
            {"BscStartDate": "2010-12-31", "Asset": "X1", "Cost": "nan"},
            {"BscStartDate": "2010-12-31", "Asset": "X1", "Cost": "0"},
        )
        self.assertEqual(self._import(content), [])
        lines = self._lines().sorted("id")
        self.assertEqual(
            lines.mapped("problem"),
            [
                "the date “31/12/2010” is unreadable",
                "the machine is missing",
                "Cost “abc” is not a number",
                "Cost “nan” is not a number",
                False,
            ],
        )
        self.assertEqual([bool(line.order_id) for line in lines], [0, 0, 1, 1, 1])

    def test_dry_run_keeps_nothing(self):
        content = self._csv({"BscStartDate": "2010-12-31", "Asset": "X1"})
        self.assertEqual(self._import(content, dryrun=True), [])
        self.assertFalse(self._lines())

    def test_known_machine_is_used(self):
        """R-INT-02: the history of a machine on file goes to that machine."""
        self._import(
            self._csv({"BscStartDate": "2010-12-31", "Asset": self.machine.name})
        )
        self.assertEqual(self._lines().lot_id, self.machine)
        self.assertEqual(self._lines().request_id.partner_id, self.customer)

    def test_import_does_not_grow(self):
        """The cost per line does not grow with the number of lines."""

        def create(vals_list):
            self.History.create(vals_list)

        def vals(count):
            return [
                {"raw_date": "2011-05-05", "asset": "X1", "raw_cost": "1"}
                for _i in range(count)
            ]

        self.assertNoQueryGrowth(create, vals(10), vals(100), slack=20)

    def test_roles(self):
        """A technician does not read imported costs; a viewer changes nothing."""
        self._import(self._csv({"BscStartDate": "2010-12-31", "Asset": "X1"}))
        line = self._lines()
        self.assertFalse(self.as_user(line, "technician").has_access("read"))
        self.assertTrue(self.as_user(line, "sales_vp").has_access("read"))
        self.assertFalse(self.as_user(line, "sales_vp").has_access("write"))
