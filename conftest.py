# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Settings for every test, in the addons and in tests/."""

import os
import re
import shutil
from pathlib import Path
from unittest import mock

import pytest

from odoo.tests import common
from odoo.tools import config

from tooling.system import find_browser

# On a busy machine Chromium may need longer to start than the 10 s after which
# Odoo skips the test: a slow browser test beats one that silently did not run.
common.CHECK_BROWSER_ITERATIONS = 900

BROWSER_EXCUSE = re.compile(r"chrome|websocket-client", re.IGNORECASE)


@pytest.fixture(scope="session", autouse=True)
def own_filestore(load_registry):
    """Stored files of its own for each worker.

    pytest-odoo gives each worker a copy of the database, but one filestore to all
    of them; there, the cleaning up after a test class would take the files that
    another worker's test has just stored, for its own database knows none of them.
    """
    name = config["db_name"]
    name = name if isinstance(name, str) else name[0]
    shared = Path(config.filestore(name))
    own = shared.parent / name
    if own == shared:
        yield
        return
    shutil.rmtree(own, ignore_errors=True)
    if shared.exists():
        # stored files are never changed in place, so links are safe
        shutil.copytree(shared, own, copy_function=os.link)
    with mock.patch.object(config, "filestore", return_value=str(own)):
        yield
    shutil.rmtree(own, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where there is a browser, a browser test that skips itself has failed."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and find_browser():
        reason = report.longrepr[-1]
        if BROWSER_EXCUSE.search(reason):
            report.outcome = "failed"
            report.longrepr = f"The browser did not work: {reason}"
    return report
