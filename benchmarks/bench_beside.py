# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time requests and orders beside what else could be used: repair orders, OCA's
helpdesk tickets with SLA and OCA's field service orders, in one database.

Each kind is created in batches of 500 in turns, so that the load of the machine
hits all of them, and the quickest of the rounds counts. Every ticket gets as many
SLA lines as our request.

Run in an Odoo shell (``env`` is given). Nothing is kept: all is rolled back.
"""

# beside: helpdesk_mgmt_sla fieldservice

import time

env = env  # noqa: F821,PLW0127
BATCH = 500
ROUNDS = 3
ROWS = 80


def timed(work):
    """Return the result of ``work``, its milliseconds and its queries."""
    env.flush_all()
    env.invalidate_all()
    queries, begin = env.cr.sql_log_count, time.perf_counter()
    result = work()
    env.flush_all()
    milliseconds = 1000 * (time.perf_counter() - begin)
    return result, milliseconds, env.cr.sql_log_count - queries


def list_specification(model, xmlid):
    """What the client asks of each row; it keeps the view, so that is not timed."""
    names = env[model].get_view(env.ref(xmlid).id, "list")["models"][model]
    described = env[model].fields_get(names, attributes=("relation",))
    return {
        name: {"fields": {"display_name": {}}} if value.get("relation") else {}
        for name, value in described.items()
    }


customer = env["res.partner"].create(
    {"name": "Benchmark", "is_company": True, "service_distance": 420}
)
product = env["product.product"].create(
    {"name": "Crusher", "is_machine": True, "tracking": "serial", "is_storable": True}
)
lots = env["stock.lot"].create(
    [
        {"name": f"BENCH-{n}", "product_id": product.id, "customer_id": customer.id}
        for n in range(BATCH)
    ]
)
first = env["aftersales.request"].create({"lot_id": lots[0].id, "fault": "Hot"})
LIMITS = len(first.sla_status_ids)
team = env["helpdesk.ticket.team"].create({"name": "Hotline", "use_sla": True})
last_stage = env["helpdesk.ticket.stage"].search([], order="sequence desc", limit=1)
env["helpdesk.sla"].create(
    [
        {
            "name": f"Limit {number}",
            "team_ids": [(6, 0, team.ids)],
            "stage_id": last_stage.id,
            "hours": 24 * number,
        }
        for number in range(1, LIMITS + 1)
    ]
)
location = env["fsm.location"].create(
    {"name": "Quarry", "owner_id": customer.id, "contact_id": customer.id}
)
KINDS = {
    "aftersales.request": (
        lambda n: {"lot_id": lots[n].id, "fault": "Bearing hot"},
        "aftersales_service.aftersales_request_view_list",
    ),
    "helpdesk.ticket": (
        lambda n: {
            "name": "Bearing hot",
            "description": "Bearing hot",
            "partner_id": customer.id,
            "team_id": team.id,
        },
        "helpdesk_mgmt.ticket_view_tree",
    ),
    "aftersales.order": (
        lambda n: {"request_id": first.id},
        "aftersales_service.aftersales_order_view_list",
    ),
    "fsm.order": (
        lambda n: {"location_id": location.id},
        "fieldservice.fsm_order_list_view",
    ),
    "repair.order": (
        lambda n: {"product_id": product.id, "partner_id": customer.id},
        "repair.view_repair_order_tree",
    ),
}


def create(model, count):
    make = KINDS[model][0]
    return env[model].create([make(number) for number in range(count)])


best, made = {}, {}
for model in KINDS:
    create(model, 5)
for _round in range(ROUNDS):
    for model in KINDS:
        made[model], ms, queries = timed(lambda model=model: create(model, BATCH))
        best[model] = min(best.get(model, (ms, queries)), (ms, queries))
print(f"\ncreate {BATCH} at once, best of {ROUNDS} rounds:")
for model, (ms, queries) in best.items():
    print(f"  {model:<20} {ms / BATCH:7.2f} ms {queries / BATCH:7.2f} queries each")
print(
    f"  SLA lines: {len(made['aftersales.request'].sla_status_ids) / BATCH} of a "
    f"request, {len(made['helpdesk.ticket'].ticket_sla_ids) / BATCH} of a ticket"
)
for ours, theirs in (
    ("aftersales.request", "helpdesk.ticket"),
    ("aftersales.request", "repair.order"),
    ("aftersales.order", "fsm.order"),
):
    print(f"  {ours} / {theirs}: {best[ours][0] / best[theirs][0]:.2f}")
print("\ncreate one:")
for model in KINDS:
    rounds = [timed(lambda model=model: create(model, 1))[1:] for _round in range(10)]
    ms, queries = sorted(rounds)[len(rounds) // 2]
    print(f"  {model:<20} {ms:7.2f} ms {queries:4d} queries")
print(f"\nread {ROWS} rows of a list (new process, {ROWS} in all, {BATCH} in all):")
for model, (_make, xmlid) in KINDS.items():
    specification = list_specification(model, xmlid)

    def read(count, records=made[model], specification=specification):
        domain = [("id", "in", records[:count].ids)]
        return records.web_search_read(domain, specification, limit=ROWS)

    env.registry.clear_all_caches()
    figures = [
        timed(lambda count=count: read(count))[1:] for count in (ROWS, ROWS, BATCH)
    ]
    print(
        f"  {model:<20}",
        " ".join(f"{queries:4d} queries {ms:6.1f} ms" for ms, queries in figures),
    )
env.cr.rollback()
