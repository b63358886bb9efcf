from . import controllers
from . import models
from . import report
from . import wizard


def post_init_hook(env):
    """Give every company that already exists its claim location and operation."""
    env["res.company"].search([])._create_aftersales_config()
