# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Ask the warranty of 10,000 machines, with two parts each, in one batch.

Run in an Odoo shell (``env`` is given). Nothing is kept: all is rolled back.
"""

import time

from odoo import fields

COUNT = 10_000

env = env(context={"tracking_disable": True})  # noqa: F821
today = fields.Date.today()
product = env["product.product"].create(
    {
        "name": "Benchmark machine",
        "is_storable": True,
        "tracking": "serial",
        "is_machine": True,
    }
)
parts = env["product.product"].create([{"name": f"Part {i}"} for i in range(2)])
customer = env["res.partner"].create({"name": "Benchmark customer"})
begin = time.perf_counter()
machines = env["stock.lot"].create(
    [
        {
            "name": f"BENCH-{number:05}",
            "product_id": product.id,
            "customer_id": customer.id,
            "delivery_date": fields.Date.subtract(today, days=number % 900),
        }
        for number in range(COUNT)
    ]
)
env.flush_all()
print(f"create {COUNT} machine files: {time.perf_counter() - begin:.1f} s")
for size in (100, 1000, COUNT):
    env.invalidate_all()
    queries = env.cr.sql_log_count
    begin = time.perf_counter()
    answers = machines[:size]._get_warranty_entitlement(products=parts)
    seconds = time.perf_counter() - begin
    print(
        f"entitlement of {size:>6} machines: {seconds:6.2f} s, "
        f"{env.cr.sql_log_count - queries} queries"
    )
begin = time.perf_counter()
queries = env.cr.sql_log_count
env["stock.lot"]._cron_update_warranty_state()
print(
    f"nightly states: {time.perf_counter() - begin:.2f} s, "
    f"{env.cr.sql_log_count - queries} queries"
)
env.cr.rollback()
