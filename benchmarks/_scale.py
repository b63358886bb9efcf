# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What benchmarks over very many rows share: multiplying, timing, query plans."""

import contextlib
import logging
import os
import re
import time
from pathlib import Path

from odoo.tools import SQL


def multiply(record, count, **values):
    """Add ``count`` copies of a record's row; the ORM wrote the first one.

    :param values: SQL of the columns that differ; ``n`` counts from 1
    """
    record.env.flush_all()
    cr, table = record.env.cr, record._table
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND column_name != 'id'",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    # the rows refer to what the first one refers to, which is there
    cr.execute("SET LOCAL session_replication_role = replica")
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s t, generate_series(1, %s) n"
            " WHERE t.id = %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(
                SQL(values[name]) if name in values else SQL.identifier("t", name)
                for name in columns
            ),
            SQL.identifier(table),
            count,
            record.id,
        )
    )
    cr.execute("SET LOCAL session_replication_role = origin")
    cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))


class _Queries(logging.Handler):
    """Collects (milliseconds, SQL) of what is run."""

    def __init__(self):
        super().__init__()
        self.found = []

    def emit(self, entry):
        text = entry.getMessage()
        if found := re.match(r"\[([\d.]+) ms\] query: (.*)", text, re.DOTALL):
            self.found.append((float(found[1]), found[2]))


@contextlib.contextmanager
def queries():
    """List of (milliseconds, SQL) that fills while the block runs."""
    logger, handler = logging.getLogger("odoo.sql_db"), _Queries()
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield handler.found
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before[0])
        logger.propagate = before[1]


def cpu_seconds(env):
    """Processor time so far of this process and of PostgreSQL's for it."""
    env.cr.execute("SELECT pg_backend_pid()")
    server = Path(f"/proc/{env.cr.fetchone()[0]}/stat")
    used = time.process_time()
    if server.exists():
        # counted behind the name, which may contain blanks
        fields = server.read_text().rpartition(")")[2].split()
        used += sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
    return used


def measure(env, label, work, plans=0):
    """Run ``work``; print its seconds and queries; return result and processor time.

    Other work on the machine stretches the seconds that pass, hardly those that
    Odoo's and PostgreSQL's processes worked.

    :param plans: of how many of its slowest queries the plan is shown
    """
    env.flush_all()
    env.invalidate_all()
    used = cpu_seconds(env)
    with queries() as found:
        begin = time.perf_counter()
        result = work()
        env.flush_all()
        seconds = time.perf_counter() - begin
    used = cpu_seconds(env) - used
    print(
        f"{label:<52} {seconds:7.2f} s, processor {used:6.2f} s"
        f" {len(found):6d} queries",
        flush=True,
    )
    for milliseconds, query in sorted(found, reverse=True)[:plans]:
        env.cr.execute(f"EXPLAIN {query}")
        lines = [line for (line,) in env.cr.fetchall()]
        # how it gets at the rows; not what it does with them
        scans = [line.strip(" ->") for line in lines if re.search(r"Scan|Cond:", line)]
        print(f"    {milliseconds:.0f} ms: {' '.join(query.split())[:110]} ...")
        for scan in scans:
            print(f"        {re.sub(r'[(]cost.*', '', scan)[:150]}")
    return result, used


def print_load():
    print("load of the machine (1, 5, 15 minutes): %.1f %.1f %.1f" % os.getloadavg())
