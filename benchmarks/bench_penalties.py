# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Propose penalties for a month of 50,000 orders, of which one in ten was late, one
in twenty reported late and one in fifty badly rated; then once more.

Run in an Odoo shell (``env`` is given). Nothing is kept: all is rolled back.
"""

from _scale import measure, multiply, print_load
from dateutil.relativedelta import relativedelta

from odoo import fields

env = env(context={"tracking_disable": True})  # noqa: F821
COUNT = 50_000

company = env.company
company._create_aftersales_config()
# rules of the default set count from the day they were installed on
env["aftersales.penalty.rule"].search([]).write({"valid_from": "2020-01-01"})
customer = env["res.partner"].create({"name": "Quarry", "service_distance": 420})
technicians = env["hr.employee"].create(
    [{"name": f"Technician {n}", "is_technician": True} for n in range(50)]
)
request = env["aftersales.request"].create({"partner_id": customer.id, "fault": "Hot"})
order = env["aftersales.order"].create(
    {"request_id": request.id, "technician_id": technicians[0].id}
)
start = "NOW() AT TIME ZONE 'UTC' - interval '1 day' - n * interval '48 seconds'"
multiply(
    order,
    COUNT,
    name="'BENCH-' || n",
    state="'done'",
    access_token="NULL",
    technician_id=f"(ARRAY{technicians.ids})[1 + n %% 50]",
    planned_start=start,
    arrived_at=f"{start} + (CASE WHEN n %% 10 = 0 THEN 3 ELSE -1 END)"
    " * interval '1 hour'",
    planned_end=f"{start} + interval '6 hours'",
    finished_at=f"{start} + interval '6 hours'",
    reported_at=f"{start} + (CASE WHEN n %% 20 = 1 THEN 90 ELSE 7 END)"
    " * interval '1 hour'",
    satisfaction="CASE WHEN n %% 50 = 2 THEN '1' ELSE '5' END",
)
Penalty = env["aftersales.penalty"]
since = fields.Datetime.now() - relativedelta(days=40)
print_load()
for label in ("propose over a month of 50,000 orders", "propose once more"):
    made, _seconds = measure(env, label, lambda: Penalty._propose_from_events(since))
    rules = sorted(set(made.mapped("rule_id.code")))
    print(f"    {len(made)} penalties proposed {', '.join(rules)}")
print_load()
env.cr.rollback()
