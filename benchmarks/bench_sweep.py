# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time the sweep of 100,000 running limits, some and all of them overdue.

Run in an Odoo shell (``env`` is given). Nothing is kept: all is rolled back.
"""

import resource
from datetime import timedelta

from _scale import measure, print_load

from odoo import fields

env = env  # noqa: F821,PLW0127
BATCH = 500
LINES = 100_000

customer = env["res.partner"].create(
    {"name": "Benchmark", "is_company": True, "service_distance": 420}
)
requests = env["aftersales.request"].create(
    [
        {"partner_id": customer.id, "fault": f"Bearing {number} hot"}
        for number in range(BATCH)
    ]
)
env.flush_all()

line = requests[0].sla_status_ids[0]
for share in (0.01, 1.0):
    # rows as the ORM writes them, spread over the requests
    env.cr.execute(
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
    env.cr.execute("ANALYZE aftersales_sla_status")
    Status = env["aftersales.sla.status"]

    def sweep(Status=Status):
        total = 0
        while count := Status._sweep_missed():
            total += count
        return total

    marked, _seconds = measure(
        env, f"sweep {LINES} open lines, {share:.0%} overdue", sweep
    )
    print(f"    {marked} lines marked")
    env.cr.execute("DELETE FROM aftersales_sla_status WHERE metric = 'resolve'")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"peak memory {peak:.0f} MB")
print_load()
env.cr.rollback()
