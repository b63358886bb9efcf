# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time the import of the public excavator history, beside maintenance requests.

Run in an Odoo shell (``env`` is given). Nothing is kept: all is rolled back.
"""

import csv
import io
import resource
import time
from importlib import util
from pathlib import Path

from odoo.addons.aftersales_service.tests.test_history import COLUMNS

BATCH = 1000


def read_rows():
    folder = Path(util.find_spec("nestor").submodule_search_locations[0])
    content = (folder / "datasets" / "excavators-cleaned.csv").read_text()
    return list(csv.DictReader(io.StringIO(content)))


def run(label, model, fields, rows):
    """Load ``rows`` in batches; print seconds and rows per second of each batch."""
    total = 0.0
    for first in range(0, len(rows), BATCH):
        batch = rows[first : first + BATCH]
        begin = time.perf_counter()
        result = env[model].load(fields, batch)  # noqa: F821
        env.flush_all()  # noqa: F821
        seconds = time.perf_counter() - begin
        total += seconds
        assert not result["messages"], result["messages"][:3]
        print(
            f"{label}: rows {first + 1:>5}-{first + len(batch):>5}  {seconds:6.2f} s"
            f"  {len(batch) / seconds:7.0f} rows/s"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{label}: {len(rows)} rows, {total:.1f} s, peak memory {peak:.0f} MB")


rows = read_rows()
run(
    "aftersales.history",
    "aftersales.history",
    list(COLUMNS.values()),
    [[row[column] for column in COLUMNS] for row in rows],
)
if "maintenance.request" in env:  # noqa: F821
    run(
        "maintenance.request",
        "maintenance.request",
        ["name", "request_date", "description"],
        [
            [row["OriginalShorttext"], row["BscStartDate"], row["FuncLocation"]]
            for row in rows
        ],
    )
env.cr.rollback()  # noqa: F821
