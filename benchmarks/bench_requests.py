# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time creating, reading and sweeping of requests with their time limits, beside
repair orders, and beside OCA's helpdesk tickets with SLA where it is installed.

Run in an Odoo shell (``env`` is given). Nothing is kept: all is rolled back.
"""

import resource
import time
from datetime import timedelta

from odoo import fields

BATCH = 500
LINES = 100_000


def measure(label, work, count):
    """Run ``work``; print seconds and queries, in all and per record."""
    env.flush_all()  # noqa: F821
    env.invalidate_all()  # noqa: F821
    queries, begin = env.cr.sql_log_count, time.perf_counter()  # noqa: F821
    result = work()
    env.flush_all()  # noqa: F821
    seconds = time.perf_counter() - begin
    queries = env.cr.sql_log_count - queries  # noqa: F821
    print(
        f"{label:<42} {seconds:7.2f} s  {1000 * seconds / count:8.3f} ms each"
        f"  {queries:6d} queries  {queries / count:7.3f} each"
    )
    return result


def create(model, vals_list):
    return env[model].create(vals_list)  # noqa: F821


def read_list(records, xmlid):
    """Read 80 records with the fields of the list view, as the client does."""
    view = env.ref(xmlid)  # noqa: F821
    names = records.get_view(view.id, "list")["models"][records._name]
    described = records.fields_get(names, attributes=("relation",))
    specification = {
        name: {"fields": {"display_name": {}}} if value.get("relation") else {}
        for name, value in described.items()
    }
    return records.web_search_read([("id", "in", records.ids)], specification, limit=80)


customer = env["res.partner"].create(  # noqa: F821
    {"name": "Benchmark", "is_company": True, "service_distance": 420}
)
product = env["product.product"].create(  # noqa: F821
    {"name": "Crusher", "is_machine": True, "tracking": "serial", "is_storable": True}
)
lots = env["stock.lot"].create(  # noqa: F821
    [
        {"name": f"BENCH-{n}", "product_id": product.id, "customer_id": customer.id}
        for n in range(BATCH)
    ]
)
request_vals = [{"lot_id": lot.id, "fault": "Bearing hot"} for lot in lots]
create("aftersales.request", [dict(vals) for vals in request_vals[:5]])
requests = measure(
    f"create {BATCH} requests with SLA lines",
    lambda: create("aftersales.request", [dict(vals) for vals in request_vals]),
    BATCH,
)
print(f"{'':<42} {len(requests.sla_status_ids)} SLA lines")
repair_vals = {"product_id": product.id, "partner_id": customer.id}
create("repair.order", [dict(repair_vals) for _number in range(5)])
repairs = measure(
    f"create {BATCH} repair.order",
    lambda: create("repair.order", [dict(repair_vals) for _number in range(BATCH)]),
    BATCH,
)
if "helpdesk.ticket" in env:  # noqa: F821
    ticket_vals = {"name": "Bearing hot", "description": "x", "partner_id": customer.id}
    create("helpdesk.ticket", [dict(ticket_vals) for _number in range(5)])
    measure(
        f"create {BATCH} helpdesk.ticket",
        lambda: create(
            "helpdesk.ticket", [dict(ticket_vals) for _number in range(BATCH)]
        ),
        BATCH,
    )
for number in (80, BATCH):
    measure(
        f"read 80 of a list of {number} requests",
        lambda number=number: read_list(
            requests[:number], "aftersales_service.aftersales_request_view_list"
        ),
        80,
    )
measure(
    "read 80 of a list of repair orders",
    lambda: read_list(repairs, "repair.view_repair_order_tree"),
    80,
)

line = requests[0].sla_status_ids[0]
for share in (0.01, 1.0):
    # rows as the ORM writes them, spread over the requests
    env.cr.execute(  # noqa: F821
        """
        INSERT INTO aftersales_sla_status
               (request_id, policy_id, metric, start_event, company_id, user_id,
                started_at, deadline, state)
        SELECT (%(requests)s)[1 + n %% %(count)s], %(policy)s, 'resolve', 'reported',
               %(company)s, %(user)s, %(now)s,
               %(now)s + CASE WHEN n < %(overdue)s THEN -1 ELSE 1 END
                         * interval '1 day', 'running'
          FROM generate_series(0, %(lines)s - 1) n
        """,
        {
            "requests": requests.ids,
            "count": len(requests),
            "policy": line.policy_id.id,
            "company": line.company_id.id,
            "user": line.user_id.id or None,
            "now": fields.Datetime.now() - timedelta(seconds=1),
            "overdue": int(LINES * share),
            "lines": LINES,
        },
    )
    env.cr.execute("ANALYZE aftersales_sla_status")  # noqa: F821
    Status = env["aftersales.sla.status"]  # noqa: F821

    def sweep(Status=Status):
        total = 0
        while count := Status._sweep_missed():
            total += count
        return total

    marked = measure(f"sweep {LINES} open lines, {share:.0%} overdue", sweep, LINES)
    print(f"{'':<42} {marked} lines marked")
    env.cr.execute(  # noqa: F821
        "DELETE FROM aftersales_sla_status WHERE metric = 'resolve'"
    )
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"peak memory {peak:.0f} MB")
env.cr.rollback()  # noqa: F821
