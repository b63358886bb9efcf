# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A credit note worked on in the accounting while its statement posts it (R-CLM-12):
real sessions on a real server, real commits, a database of its own."""

import pytest
from harness import click, prepared_server, press, read_posted_balance

#: how often a race is run: who comes first is chance
ROUNDS = 3
ACCOUNTANTS = ("accountant1", "accountant2")
#: share of the supplier: 70 % of 1,000, and the fee for his part
SHARE, FEE = 700, 35

PREPARE = """
create_users(accountants, "group_accountant")
company.aftersales_recovery_account_id = expense
customer, supplier = env["res.partner"].create(
    [
        {"name": name, "is_company": True, "supplier_rank": 1}
        for name in ("Quarry", "Bearings")
    ]
)
claim = env["aftersales.claim"].create(
    {"partner_id": customer.id, "damage": "Seized", "estimated_cost": 1000}
)
claim._set_state("approved", other_cost_approved=1000)
env["aftersales.claim.cost"].create(
    {"claim_id": claim.id, "kind": "shipping", "amount": 1000}
)
claim.action_post_costs()
liability = env["aftersales.liability"].create(
    {
        "claim_id": claim.id,
        "share_ids": [
            Command.create(
                {"party": "supplier", "partner_id": supplier.id, "percent": 70}
            ),
            Command.create({"party": "company", "percent": 30}),
        ],
    }
)
liability._set_state("approved", amount_base=1000)
liability.action_post()
statement = env["aftersales.recovery"].create({"partner_id": supplier.id})
statement.action_collect_lines()
statement.action_send()
line = statement.line_ids
line._answer("accept")
statement.action_answer()
line._charge_disposal_fee(fee)
statement.action_credit()
finish(
    statement=statement.id,
    note=line.refund_move_id.id,
    fee=line.fee_move_ids.id,
    expense=expense.id,
)
"""


@pytest.fixture(scope="module")
def place():
    """A server on a fresh database with a credited statement, and the ids."""
    with prepared_server(
        f"accountants, fee = {ACCOUNTANTS}, {FEE}\n{PREPARE}"
    ) as place:
        yield place


def read_place(call, ids):
    """Return (state of the statement, state of the line, what is owed, balance of the
    expense, posted credit notes that are not reversed)."""
    (statement,) = call(
        "aftersales.recovery", "read", [ids["statement"]], ["state", "partner_id"]
    )
    (line,) = call(
        "aftersales.recovery.line",
        "search_read",
        [("recovery_id", "=", ids["statement"])],
        ["state", "owed_amount"],
    )
    notes = call(
        "account.move",
        "search_count",
        [
            ("partner_id", "=", statement["partner_id"][0]),
            ("move_type", "=", "in_refund"),
            ("state", "=", "posted"),
        ],
    )
    balance = read_posted_balance(call, ids["expense"])
    return statement["state"], line["state"], line["owed_amount"], balance, notes


def assert_whole(call, ids, missing):
    """The books hold each note once or not at all, and statement and line say so.

    :param missing: amount that is out of the books if the statement is not credited
    """
    state, line, owed, balance, notes = read_place(call, ids)
    if state == "credited":
        assert (line, owed, notes) == ("credited", 0, 2)
        assert balance == 1000 - SHARE - FEE
    else:
        assert (state, line, owed, notes) == ("answered", "accepted", missing, 1)
        assert balance == 1000 - SHARE - FEE + missing


@pytest.mark.parametrize(("entry", "amount"), [("note", SHARE), ("fee", FEE)])
def test_reset_while_the_statement_posts(place, entry, amount):
    """R-CLM-12, R-CLM-09: a credit note or fee note is reset by one while the other
    posts the statement's notes: each is in the books once or, if the reset came last,
    owed again; nothing doubles, and posted once more all is as before."""
    server, ids = place
    admin = server.login()
    move = ids[entry]
    credit = ("aftersales.recovery", "action_credit", [ids["statement"]])
    for _round in range(ROUNDS):
        assert_whole(admin, ids, amount)
        results = click(
            server, ACCOUNTANTS, [("account.move", "button_draft", [move]), credit]
        )
        assert "done" in results, "\n".join(results)
        assert_whole(admin, ids, amount)
        # from a note in draft: posted by hand and by the statement at once
        if read_place(admin, ids)[0] == "credited":
            press(admin, "account.move", "button_draft", [move])
        assert_whole(admin, ids, amount)
        results = click(
            server, ACCOUNTANTS, [("account.move", "action_post", [move]), credit]
        )
        assert "done" in results, "\n".join(results)
        state, *_others = read_place(admin, ids)
        assert state == "credited", "\n".join(results)
        assert_whole(admin, ids, amount)
        (values,) = admin("account.move", "read", [move], ["state"])
        assert values["state"] == "posted"


def test_cancelled_note_is_replaced_once(place):
    """R-CLM-12: all post the statement whose note was cancelled: one new note."""
    server, ids = place
    admin = server.login()
    press(admin, "account.move", "button_cancel", [ids["note"]])
    assert_whole(admin, ids, SHARE)
    results = click(
        server,
        ACCOUNTANTS,
        [("aftersales.recovery", "action_credit", [ids["statement"]])],
    )
    assert results.count("done") == 1, "\n".join(results)
    for refusal in (result for result in results if result != "done"):
        assert "Somebody else" in refusal or "not answered yet" in refusal, refusal
    assert read_place(admin, ids)[0] == "credited"
    assert_whole(admin, ids, SHARE)
