# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Settings for every test, in the addons and in tests/."""

from odoo.tests import common

# On a busy machine Chromium may need longer to start than the 10 s after which
# Odoo skips the test: a slow browser test beats one that silently did not run.
common.CHECK_BROWSER_ITERATIONS = 900
