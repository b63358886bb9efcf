# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import models
from . import report
from . import wizard


def post_init_hook(env):
    """Give every company that already exists its tool locations and operations."""
    env["res.company"].search([])._create_aftersales_config()
