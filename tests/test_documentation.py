# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the documentation says about files, tests and jobs is so."""

import re
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
RULE = re.compile(r"R-[A-Z]+-\d+")
ROW = re.compile(r"^\| (R-[A-Z]+-\d+) \|.*\| (.*?) \| (.*?) \|$", re.MULTILINE)


def _read_rows():
    text = (ROOT / "docs/rules.md").read_text()
    rows = {match[1]: (match[2], match[3]) for match in ROW.finditer(text)}
    assert len(rows) == len(re.findall(r"^\| R-", text, re.MULTILINE))
    return rows


def _list_files(cell, folder):
    """Files named in a cell such as "**claims** `a.py`, `b.py`; `tests/c.py`"."""
    for part in cell.split(";"):
        addon = re.match(r"\s*\*\*(\w+)\*\*", part)
        for name in re.findall(r"`([^`]+)`", part):
            if not addon:
                yield Path(name)
                continue
            place = Path(f"addons/aftersales_{addon[1]}")
            yield place / name if "/" in name else place / folder / name


def _name_rules(path):
    return set(RULE.findall(path.read_text()))


def test_files_of_the_rules_exist():
    for rule, (places, _tests) in _read_rows().items():
        files = list(_list_files(places, "models"))
        assert files, rule
        missing = [path for path in files if not list(ROOT.glob(str(path)))]
        assert not missing, f"{rule}: {missing}"


def test_tests_of_the_rules_name_them():
    """A test is told only where it names the rule, and no rule is left out."""
    named = set()
    for folder in (ROOT / "tests", *sorted((ROOT / "addons").glob("*/tests"))):
        for path in folder.glob("test_*.py"):
            named |= _name_rules(path)
    rows = _read_rows()
    assert rows.keys() == named
    for rule, (_places, tests) in rows.items():
        files = list(_list_files(tests, "tests"))
        assert files, rule
        silent = [path for path in files if rule not in _name_rules(ROOT / path)]
        assert not silent, f"{rule}: {silent}"


def test_jobs_are_listed():
    rows = (ROOT / "docs/admin.md").read_text().splitlines()
    for path in sorted((ROOT / "addons").glob("*/data/*.xml")):
        for job in ElementTree.parse(path).findall(".//record[@model='ir.cron']"):
            values = {field.get("name"): field.text for field in job.findall("field")}
            number, unit = values["interval_number"], values["interval_type"]
            every = unit.rstrip("s") if number == "1" else f"{number} {unit}"
            assert f"| {values['name']} | {every} |" in rows
