# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time issuing tools beside the bare stock transfers, the register and lists of
50,000 tools, and their reminders.

Run in an Odoo shell (``env`` is given). Nothing is kept: all is rolled back.
"""

import time
from datetime import timedelta
from functools import partial

from odoo import Command, fields

env = env  # noqa: F821,PLW0127
PEOPLE, EACH = 20, 5
TOOLS = 50_000
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


def measure(label, work):
    """Run ``work``; print and return its seconds, print its queries."""
    env.flush_all()
    env.invalidate_all()
    queries, begin = env.cr.sql_log_count, time.perf_counter()
    work()
    env.flush_all()
    seconds = time.perf_counter() - begin
    print(f"{label:<52} {seconds:7.2f} s {env.cr.sql_log_count - queries:7d} queries")
    return seconds


company = env.ref("base.main_company")
company._create_aftersales_config()
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
stock = warehouse.lot_stock_id
tool_class = env.ref("aftersales_tools.tool_class_durable_1")
product = env["product.product"].create(
    {"name": "Meter", "tool_class_id": tool_class.id, "calibration_interval": 12}
)
people = env["hr.employee"].create(
    [{"name": f"Person {n}", "company_id": company.id} for n in range(PEOPLE)]
)
people._ensure_aftersales_location()


def make_tools(prefix, count):
    """Return new tools in stock."""
    lots = env["stock.lot"].create(
        [
            {
                "name": f"{prefix}-{number:05d}",
                "product_id": product.id,
                "company_id": company.id,
            }
            for number in range(count)
        ]
    )
    env["stock.quant"].create(
        [
            {
                "product_id": product.id,
                "location_id": stock.id,
                "lot_id": lot.id,
                "quantity": 1,
            }
            for lot in lots
        ]
    )
    return lots


def groups(lots):
    shares = (lots[start : start + EACH] for start in range(0, len(lots), EACH))
    return zip(people, shares, strict=True)


def transfer_lean(lots):
    """The least that moves the same goods: no reservation, lines named at once."""
    pickings = env["stock.picking"].create(
        [
            {
                "picking_type_id": company.aftersales_tool_issue_type_id.id,
                "location_id": stock.id,
                "location_dest_id": person.aftersales_location_id.id,
            }
            for person, _share in groups(lots)
        ]
    )
    vals_list = []
    for picking, (person, share) in zip(pickings, groups(lots), strict=True):
        common = {
            "picking_id": picking.id,
            "product_id": product.id,
            "location_id": stock.id,
            "location_dest_id": person.aftersales_location_id.id,
            "picked": True,
        }
        vals_list += [
            {
                **common,
                "product_uom_qty": 1,
                "move_line_ids": [
                    Command.create({**common, "lot_id": lot.id, "quantity": 1})
                ],
            }
            for lot in share
        ]
    env["stock.move"].create(vals_list)
    pickings.with_context(cancel_backorder=True)._action_done()


def transfer(lots):
    """As a user does it: one transfer for each person, reserved, lots chosen, done."""
    pickings = env["stock.picking"].create(
        [
            {
                "picking_type_id": company.aftersales_tool_issue_type_id.id,
                "location_id": stock.id,
                "location_dest_id": person.aftersales_location_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": len(share),
                            "location_id": stock.id,
                            "location_dest_id": person.aftersales_location_id.id,
                        }
                    )
                ],
            }
            for person, share in groups(lots)
        ]
    )
    pickings.action_confirm()
    pickings.move_ids.move_line_ids.unlink()
    vals_list = []
    for picking, (_person, share) in zip(pickings, groups(lots), strict=True):
        vals = picking.move_ids._prepare_move_line_vals()
        vals_list += [{**vals, "lot_id": lot.id, "quantity": 1} for lot in share]
    env["stock.move.line"].create(vals_list)
    pickings.move_ids.picked = True
    pickings._action_done()


def issue(lots):
    """The same goods by slips of the counter."""
    env["aftersales.tool.custody"].create(
        [
            {
                "kind": "issue",
                "employee_id": person.id,
                "company_id": company.id,
                "signature": SIGNATURE,
                "line_ids": [Command.create({"lot_id": lot.id}) for lot in share],
            }
            for person, share in groups(lots)
        ]
    ).action_done()


# each once unmeasured: caches and plans are warm for all
transfer(make_tools("W1", PEOPLE * EACH))
transfer_lean(make_tools("W2", PEOPLE * EACH))
issue(make_tools("W3", PEOPLE * EACH))
bare, lean, ours = [], [], []
for turn in range(3):
    for label, work, seconds in (
        ("bare transfers", transfer, bare),
        ("leanest transfers", transfer_lean, lean),
        ("slips", issue, ours),
    ):
        tools = make_tools(f"{label}-{turn}", PEOPLE * EACH)
        title = f"100 tools to 20 people, {label}"
        seconds.append(measure(title, partial(work, tools)))
for label, seconds in (("bare", bare), ("leanest", lean)):
    ratio = sorted(ours)[1] / sorted(seconds)[1]
    print(f"slips / {label} transfers, medians: {ratio:.2f} (aim 1.3)")


def multiply(record, count, **changes):
    """Copy the row of ``record`` by SQL: the ORM would take a quarter of an hour.

    :param changes: SQL of columns that differ; ``n`` counts from 1
    """
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
        [record._table],
    )
    names = [name for (name,) in env.cr.fetchall() if name != "id"]
    values = [changes.get(name, f'"{name}"') for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    env.cr.execute(
        f"INSERT INTO {record._table} ({columns}) SELECT {', '.join(values)} "  # noqa: S608
        f"FROM {record._table}, generate_series(1, %s) n WHERE id = %s",
        [count, record.id],
    )


begin = time.perf_counter()
pattern = make_tools("PATTERN", PEOPLE * EACH)
issue(pattern)
env.flush_all()
pattern = pattern[:1]
multiply(pattern, TOOLS, name="'T' || n")
env.cr.execute("SELECT max(id) FROM stock_lot")
last = env.cr.fetchone()[0] - TOOLS
moved = env["stock.move.line"].search(
    [("lot_id", "=", pattern.id), ("state", "=", "done")]
)
multiply(moved, TOOLS, lot_id=f"n + {last}")
env.cr.execute("ANALYZE stock_lot, stock_move_line")
env.invalidate_all()
print(f"{TOOLS} held tools copied in {time.perf_counter() - begin:.0f} s")


def read(model, xmlid, limit):
    view = env.ref(xmlid)
    Model = env[model]
    names = Model.get_view(view.id, "list")["models"][model]
    described = Model.fields_get(names, attributes=("relation",))
    specification = {
        name: {"fields": {"display_name": {}}} if value.get("relation") else {}
        for name, value in described.items()
    }
    domain = [("is_tool", "=", True)] if model == "stock.lot" else []
    return lambda: Model.web_search_read(domain, specification, limit=limit)


LIST = "aftersales_tools.stock_lot_tool_view_list"
REGISTER = "aftersales_tools.aftersales_tool_register_view_list"
for limit in (80, 500):
    measure(f"list of tools, {limit} rows", read("stock.lot", LIST, limit))
    measure(
        f"register, {limit} rows", read("aftersales.tool.register", REGISTER, limit)
    )

today = fields.Date.context_today(env["stock.lot"])
tools = env["stock.lot"].search([("product_id", "=", product.id)])
DUE = "UPDATE stock_lot SET calibration_due = %s, end_of_life = %s WHERE id = ANY(%s)"
for share, ids in (("1 %", tools.ids[::100]), ("all", tools.ids)):
    env.cr.execute(DUE, [today, today + timedelta(days=3), ids])
    env.cr.execute("DELETE FROM aftersales_tool_reminder")
    env.invalidate_all()
    measure(
        f"reminders over 50,000 tools, {share} due",
        lambda: env["stock.lot"]._cron_tool_reminders(),
    )
measure("reminders again, nothing due", lambda: env["stock.lot"]._cron_tool_reminders())
env.cr.rollback()
