# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two deciding at once (R-CLM-05, R-CLM-09): real sessions on a real server.

A database of its own, so that transactions can commit and nothing is cleaned up.
"""

import pytest
from harness import click, prepared_server, read_posted_balance

MANAGERS = ("manager1", "manager2")
ACCOUNTANTS = ("accountant1", "accountant2")

PREPARE = """
create_users(managers, "group_manager")
create_users(accountants, "group_accountant")
category = env["product.category"].create(
    {
        "name": "Parts",
        "property_valuation": "real_time",
        "property_cost_method": "standard",
    }
)
seal = env["product.product"].create(
    {"name": "Seal", "is_storable": True, "standard_price": 260,
      "categ_id": category.id}
)
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
Quant = env["stock.quant"]
Quant._update_available_quantity(seal, warehouse.lot_stock_id, 10)
Quant._update_available_quantity(seal, company.aftersales_awaiting_location_id, 10)
customer = env["res.partner"].create({"name": "Quarry", "is_company": True})
claims = env["aftersales.claim"].create(
    [
        {
            "partner_id": customer.id,
            "kind": "emergency",
            "kind_reason": "Stopped",
            "damage": "Leaks",
            "line_ids": [
                Command.create(
                    {"product_id": seal.id, "quantity": 2, "supply": supply}
                )
                for supply in ("fitted", "ship")
            ],
        }
        for _number in range(2)
    ]
)
for claim in claims:
    env["ir.attachment"].create(
        {"name": "photo.jpg", "raw": b"photo", "res_model": claim._name,
          "res_id": claim.id}
    )
claims.action_submit()
finish(
    claims=claims.ids,
    seal=seal.id,
    customer=customer.id,
    expense=expense.id,
    freight=freight.id,
    awaiting=company.aftersales_awaiting_location_id.id,
)
"""


@pytest.fixture(scope="module")
def place():
    """A server on a fresh database with two claims to decide, and their ids."""
    people = f"managers, accountants = {MANAGERS}, {ACCOUNTANTS}\n"
    with prepared_server(people + PREPARE) as place:
        yield place


def test_two_claim_a_piece_at_once(place):
    """R-CLM-01: an old serial number claimed alone and in a list at the same moment:
    one of the claims has it, the others read which."""
    server, ids = place
    admin = server.login()
    calls = [
        (
            "aftersales.claim",
            "create",
            {
                "partner_id": ids["customer"],
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": ids["seal"],
                            "quantity": quantity,
                            "supply": "none",
                            "old_lot_name": serials,
                        },
                    )
                ],
            },
        )
        for serials, quantity in (("TWO-A, TWO-B", 2), ("TWO-B", 1))
    ]
    results = click(server, MANAGERS, calls)
    assert results.count("done") == 1, "\n".join(results)
    lines = admin(
        "aftersales.claim.line",
        "search_read",
        [("old_lot_name", "ilike", "TWO-B")],
        ["claim_id"],
    )
    assert len(lines) == 1
    for refusal in (result for result in results if result != "done"):
        assert "claimed already" in refusal, refusal
        assert lines[0]["claim_id"][1] in refusal, refusal


def test_two_approve_and_post_at_once(place):
    """R-CLM-05, R-CLM-09: one decision counts, goods move once, costs post once."""
    server, ids = place
    admin = server.login()
    claim = ids["claims"][0]
    results = click(server, MANAGERS, [("aftersales.claim", "action_approve", [claim])])
    assert results.count("done") == 1, "\n".join(results)
    # the others learn why, in words
    for refusal in (result for result in results if result != "done"):
        assert "Somebody else" in refusal or "only in: To Approve" in refusal, refusal
    (values,) = admin("aftersales.claim", "read", [claim], ["state", "register_number"])
    assert values["state"] == "approved"
    events = [
        version["event"]
        for version in admin(
            "aftersales.claim.version",
            "search_read",
            [("claim_id", "=", claim)],
            ["event"],
        )
    ]
    assert sorted(events) == ["approved", "submitted"]
    moves = admin(
        "stock.move",
        "search_read",
        [("aftersales_claim_line_id.claim_id", "=", claim)],
        ["state", "product_uom_qty"],
    )
    # one done from where the parts waited, one to ship
    assert sorted(move["product_uom_qty"] for move in moves) == [2, 2]
    assert sum(move["state"] == "done" for move in moves) == 1
    quants = admin(
        "stock.quant",
        "search_read",
        [("product_id", "=", ids["seal"]), ("location_id", "=", ids["awaiting"])],
        ["quantity"],
    )
    assert sum(quant["quantity"] for quant in quants) == 8
    assert read_posted_balance(admin, ids["expense"]) == 520

    admin(
        "aftersales.claim.cost",
        "create",
        {"claim_id": claim, "kind": "shipping", "amount": 480},
    )
    results = click(
        server, ACCOUNTANTS, [("aftersales.claim", "action_post_costs", [claim])]
    )
    assert results.count("done") == 1, "\n".join(results)
    assert read_posted_balance(admin, ids["freight"]) == -480
    assert read_posted_balance(admin, ids["expense"]) == 1000


def test_one_approves_one_rejects_at_once(place):
    """R-CLM-05: of opposite decisions at the same moment exactly one counts, and
    goods move only if it was the approval."""
    server, ids = place
    admin = server.login()
    claim = ids["claims"][1]
    results = click(
        server,
        MANAGERS,
        [
            ("aftersales.claim", "action_approve", [claim]),
            ("aftersales.claim", "action_reject", [claim], "Wear"),
        ],
    )
    assert results.count("done") == 1, "\n".join(results)
    (values,) = admin("aftersales.claim", "read", [claim], ["state"])
    decided = "approved" if results.index("done") % 2 == 0 else "rejected"
    assert values["state"] == decided
    moves = admin(
        "stock.move",
        "search_count",
        [("aftersales_claim_line_id.claim_id", "=", claim)],
    )
    assert moves == (2 if decided == "approved" else 0)
    events = admin(
        "aftersales.claim.version",
        "search_count",
        [("claim_id", "=", claim), ("event", "in", ("approved", "rejected"))],
    )
    assert events == 1
