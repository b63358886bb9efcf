# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The addons come into a database, are upgraded and leave it without a trace."""

import os
import re
from pathlib import Path

from harness import config_options, database_copy, run_odoo, run_shell

ADDONS = "aftersales_service,aftersales_claims,aftersales_tools"
COMPLAINT = re.compile(r" (WARNING|ERROR|CRITICAL) .*")


def complaints(log):
    return [found[0].strip() for found in COMPLAINT.finditer(log)]


def test_installation_is_silent():
    log = Path(os.environ["AFTERSALES_INSTALL_LOG"]).read_text()
    assert "aftersales_service" in log
    assert complaints(log) == []


def test_upgrade_is_silent():
    with database_copy() as name:
        log = run_odoo(
            *config_options(name),
            *("-u", ADDONS, "--stop-after-init", "--no-http"),
        )
    assert "Loading module aftersales_tools" in log
    assert complaints(log) == []


UNINSTALL = """
addons = env["ir.module.module"].search([("name", "in", {addons!r})])
addons.button_immediate_uninstall()
"""

WHAT_IS_LEFT = """
def rows(query):
    env.cr.execute(query)
    return [row[0] for row in env.cr.fetchall()]

left = {
    "models": rows("SELECT model FROM ir_model WHERE model LIKE 'aftersales.%'"),
    "external ids": rows(
        "SELECT module || '.' || name FROM ir_model_data"
        " WHERE module LIKE 'aftersales\\\\_%'"
    ),
    "tables": rows(
        "SELECT tablename FROM pg_tables WHERE tablename LIKE 'aftersales%'"
    ),
    "columns": rows(
        "SELECT table_name || '.' || column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND column_name LIKE '%aftersales%'"
    ),
}
print("LEFT", {kind: found for kind, found in left.items() if found})
# the ERP goes on without them
order = env["repair.order"].create({"schedule_date": "2026-01-05 08:00:00"})
print("REPAIR", order.state)
"""


def test_uninstalling_leaves_nothing_behind():
    with database_copy() as name:
        run_shell(name, UNINSTALL.format(addons=ADDONS.split(",")))
        said = run_shell(name, WHAT_IS_LEFT)
    assert "LEFT {}" in said, said[-3000:]
    assert "REPAIR draft" in said
