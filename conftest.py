# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Settings for every test, in the addons and in tests/."""

import re

import pytest

from odoo.tests import common

from tooling.system import find_browser

# On a busy machine Chromium may need longer to start than the 10 s after which
# Odoo skips the test: a slow browser test beats one that silently did not run.
common.CHECK_BROWSER_ITERATIONS = 900

BROWSER_EXCUSE = re.compile(r"chrome|websocket-client", re.IGNORECASE)


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
