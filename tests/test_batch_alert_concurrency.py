# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two requests that raise one batch alert at the same moment (R-INT-11): real
transactions in a database of its own, neither of which sees the other's work."""

import json

from harness import database_copy, run_shell

SCRIPT = """
import json
from odoo import Command, api

company = env.company
company.aftersales_batch_count = 3
groups = env.ref("base.group_user") | env.ref("aftersales_service.group_hotline")
clerks = env["res.users"].create(
    [
        {
            "name": name,
            "login": name,
            "group_ids": [Command.set(groups.ids)],
        }
        for name in ("clerk1", "clerk2")
    ]
)
customer = env["res.partner"].create({"name": "Quarry", "is_company": True})
product = env["product.product"].create(
    {"name": "Crusher", "is_storable": True, "tracking": "serial"}
)
lots = env["stock.lot"].create(
    [
        {"name": f"C{number}", "product_id": product.id, "production_batch": "B1"}
        for number in range(4)
    ]
)

def call(env, lot):
    return env["aftersales.request"].create(
        {"partner_id": customer.id, "lot_id": lot.id, "fault": "Cracked"}
    )

for lot in lots[:2]:
    call(env, lot)
env.cr.commit()
trigger = [("cron_id", "=", env.ref("aftersales_claims.cron_batch_alert").id)]
triggers = env["ir.cron.trigger"].search_count(trigger)

with env.registry.cursor() as one, env.registry.cursor() as two:
    # the second one is at work before the first one is done
    two.execute("SELECT 1")
    first = call(api.Environment(one, clerks[0].id, {}), lots[2])
    one.commit()
    second = call(api.Environment(two, clerks[1].id, {}), lots[3])
    two.commit()
    first, second = first.id, second.id

env.cr.commit()
env.invalidate_all()
alert = env["aftersales.batch.alert"].search([("product_id", "=", product.id)])
before = alert.request_ids.ids
triggered = env["ir.cron.trigger"].search_count(trigger) - triggers
env["aftersales.batch.alert"]._cron_detect()
print(
    "FOUND",
    json.dumps(
        {
            "alerts": len(alert),
            "alert of the first": alert.ids == alert.request_ids.batch_alert_id.ids,
            "first": first in before,
            "second": second in alert.request_ids.ids and second not in before,
            "requests": len(alert.request_ids),
            "machines": len(alert.line_ids),
            "todos": len(alert.activity_ids),
            "triggered": triggered,
        }
    ),
)
"""


def test_two_raise_one_alert():
    """R-INT-11: of two requests, each of which is the third of its batch for whoever
    takes it, both are kept; one raises the alert, the other joins it right after."""
    with database_copy() as name:
        said = run_shell(name, SCRIPT)
    line = next(line for line in said.splitlines() if "FOUND {" in line)
    assert json.loads(line[line.index("{") :]) == {
        "alerts": 1,
        "alert of the first": True,
        "first": True,
        "second": True,
        "requests": 4,
        "machines": 4,
        "todos": 1,
        "triggered": 1,
    }
