# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Open figures, dashboard and pivots over 1,000,000 requests in two years, each with
an order and two time limits, and show how the main queries get at their rows.

Run in an Odoo shell (``env`` is given). Nothing is kept: all is rolled back.
"""

import os
import time

from _scale import measure, multiply, print_load
from dateutil.relativedelta import relativedelta

from odoo import fields

env = env  # noqa: F821,PLW0127
COUNT = int(os.environ.get("BENCH_REQUESTS", 1_000_000))
MONTHS = 24

company = env.company
company._create_aftersales_config()
customers = env["res.partner"].create(
    [
        {"name": f"Customer {n}", "is_company": True, "service_distance": 420}
        for n in range(200)
    ]
)
products = env["product.product"].create(
    [
        {"name": f"Crusher {n}", "is_machine": True, "is_storable": True}
        for n in range(20)
    ]
)
request = env["aftersales.request"].create(
    {"partner_id": customers[0].id, "fault": "Hot", "product_id": products[0].id}
)
technician = env["hr.employee"].create({"name": "Technician", "is_technician": True})
order = env["aftersales.order"].create(
    {"request_id": request.id, "technician_id": technician.id}
)
limits = request.sla_status_ids
env.flush_all()
begin = time.perf_counter()
env.cr.execute("SELECT MAX(id) FROM aftersales_request")
last = env.cr.fetchone()[0]
minutes = MONTHS * 30 * 24 * 60
moment = f"NOW() AT TIME ZONE 'UTC' - n * interval '1 minute' * {minutes / COUNT}"
multiply(
    request,
    COUNT,
    name="'BENCH-' || n",
    state="CASE WHEN n %% 100 = 0 THEN 'in_progress' ELSE 'closed' END",
    partner_id=f"{customers[0].id} + n %% 200",
    product_id=f"{products[0].id} + n %% 20",
    channel="(ARRAY['phone', 'email', 'portal'])[1 + n %% 3]",
    level="(1 + n %% 4)::text",
    reported_at=moment,
    answered_at=f"{moment} + n %% 90 * interval '1 minute'",
    solved_at=f"{moment} + n %% 200 * interval '1 hour'",
    is_repeat="n %% 20 = 0",
    access_token="NULL",
)
print(f"multiplied requests: {time.perf_counter() - begin:.0f} s", flush=True)
numbers = {
    "request_id": f"{last} + n",
    "company_id": str(company.id),
}
multiply(
    order,
    COUNT,
    **{**numbers, "name": "'BENCH-' || n", "state": "'done'", "access_token": "NULL"},
    planned_start=moment,
    arrived_at=moment,
    finished_at=f"{moment} + interval '3 hours'",
    reported_at=f"{moment} + interval '3 hours'",
    satisfaction="(1 + n %% 5)::text",
)
print(f"multiplied orders: {time.perf_counter() - begin:.0f} s", flush=True)
for limit in limits[:2]:
    multiply(
        limit,
        COUNT,
        **numbers,
        started_at=moment,
        deadline=f"{moment} + interval '2 hours'",
        reached_at=f"{moment} + n %% 130 * interval '1 minute'",
        failed="n %% 130 > 120",
        state="'reached'",
    )
print(f"multiplied all: {time.perf_counter() - begin:.0f} s", flush=True)
print_load()
# so that one process does it all and its processor time can be told
env.cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")

today = fields.Date.today()
Period = env["aftersales.kpi.period"]
month = Period.create({"kind": "month", "date_from": today.replace(day=1)})
past = Period.create(
    {"kind": "month", "date_from": today.replace(day=1) - relativedelta(months=1)}
)
measure(env, "count the figures of a month", past._compute_figures, plans=4)
month._compute_figures()
measure(env, "open the dashboard", lambda: Period.get_dashboard_data("month"), plans=1)
quarter = Period.create(
    {
        "kind": "quarter",
        "date_from": (today - relativedelta(months=3)).replace(
            day=1, month=((today - relativedelta(months=3)).month - 1) // 3 * 3 + 1
        ),
    }
)
measure(env, "count the figures of a quarter", quarter._compute_figures)

MEASURES = {
    "aftersales.request.report": (
        "reported_at",
        ["kind_id"],
        ["__count", "answer_minutes:avg", "first_time_fix_rate:avg"],
    ),
    "aftersales.sla.report": ("deadline", ["metric"], ["__count", "on_time_rate:avg"]),
    "aftersales.order.report": (
        "date",
        ["technician_id"],
        ["__count", "work_hours:sum"],
    ),
}
for model, (date, by, aggregates) in MEASURES.items():
    for label, days in (("a month", 30), ("a year", 365)):
        since = fields.Datetime.now() - relativedelta(days=days)
        measure(
            env,
            f"pivot of {model}, {label}",
            lambda model=model, since=since, date=date, by=by, aggregates=aggregates: (
                env[model]._read_group(
                    [(date, ">=", since)], [f"{date}:month", *by], aggregates
                )
            ),
            plans=1,
        )
Request = env["aftersales.request"]
specification = {"name": {}, "state": {}, "partner_id": {"fields": {}}}
measure(
    env,
    "first page of the list of requests",
    lambda: Request.web_search_read([], specification, limit=80, count_limit=10001),
    plans=2,
)
measure(
    env,
    "board of open requests by state",
    lambda: Request._read_group(
        [("state", "not in", ("closed", "cancelled"))], ["state"], ["__count"]
    ),
    plans=1,
)
print_load()
env.cr.rollback()
