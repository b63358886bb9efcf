# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Claims beside the bare work in the ERP that they cause, the list of approvals, and
the XLSX of 100,000 lines beside a plain loop of XlsxWriter over the same rows.

The fixture is that of the claims' tests. Run in an Odoo shell (``env`` is given) on a
copy of the database made for it: each step of a user is committed there.
"""

import cProfile
import gc
import io
import pstats
import resource
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime

import xlsxwriter
from _scale import cpu_seconds, measure, multiply, print_load

from odoo import Command, api, fields
from odoo.modules import module
from odoo.tools import SQL

from odoo.addons.aftersales_claims.tests.common import ClaimsCommon
from odoo.addons.base.tests.common import DISABLED_MAIL_CONTEXT

CLAIMS = 20
#: kinds and amounts of costs beside the parts: the least, and a repair on site as in
#: tests/test_end_to_end.py
SHAPES = {
    "one part and its freight": (["seal"], {"shipping": 48}),
    "two parts, freight, labour and travel": (
        ["seal", "hose"],
        {"shipping": 480, "labour": 480, "travel": 650},
    ),
}
#: odd, for the median: the machine is not equally fast all the time
ROUNDS = 7
COLD_ROUNDS = 3
LISTED = 1000
LINES = 100_000


class Fixture(ClaimsCommon):
    """A company with books, goods, roles."""

    def runTest(self):
        """Nothing: only the fixture is of use here."""


class Beside(Fixture):
    """The same transfers and entries, by claims and by hand; each step of a user is a
    transaction of its own, committed as a request is, and changes are tracked in the
    log. In one long transaction PostgreSQL would check the foreign keys of a row anew
    at each of its changes, and wander through all of its versions.

    ``spent`` and ``queries`` add up what the steps took. What lies between them
    belongs to nobody: dead environments of the steps before are thrown away, which a
    request would not find, and the bare work is planned.

    Counted, ``spent`` is the number of function calls: whatever else the machine does
    at that time, it is the same.
    """

    #: whether each step begins with nothing read, as a request on its own does
    cold = False
    counted = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # tests do without the log; people have it
        context = dict(cls.env.context)
        for key in DISABLED_MAIL_CONTEXT:
            context.pop(key, None)
        cls.env = cls.env(context=context)
        # as the button of the settings does it: accounts and journal are named
        cls.company.with_env(cls.env)._setup_aftersales_accounts()

    def start(self):
        self.spent, self.queries = 0.0, 0

    def found(self):
        return self.spent, self.queries

    @contextmanager
    def step(self, records=None):
        """What one user does at once, to the end of its transaction; the next one
        begins later.

        :param records: what he does it to, given back in the step's environment
        """
        cr = self.env.cr
        if self.cold:
            cr.transaction.clear()
            cr.transaction = None
            type(self).env = api.Environment(cr, self.env.uid, self.env.context)
            if records is not None:
                env = records.env
                records = records.with_env(
                    api.Environment(cr, env.uid, env.context, env.su)
                )
        gc.collect()
        used, queries = cpu_seconds(self.env), cr.sql_log_count
        profile = cProfile.Profile() if self.counted else nullcontext()
        with profile:
            yield records
            cr.flush()
        self.queries += cr.sql_log_count - queries
        if self.counted:
            self.spent += pstats.Stats(profile).total_calls
        else:
            self.spent += cpu_seconds(self.env) - used
        # a test's own cursor commits nothing
        cr.connection.commit()
        cr._now = datetime.now(UTC).replace(tzinfo=None)

    def claim(self, parts, costs):
        """Claim, approval, issue and posting of one claim, which is returned."""
        products = [getattr(self, part) for part in parts]
        with self.step():
            claim = self._create_claim(
                [
                    {"product_id": product.id, "quantity": 1, "supply": "ship"}
                    for product in products
                ],
                kind="emergency",
                kind_reason="Stopped",
                estimated_cost=sum(costs.values()),
                lot_id=self.machines.pop(),
            )
        with self.step(claim) as claim:
            claim.action_submit()
        with self.step(claim) as claim:
            self._approve(claim, "service_manager")
        self.validate(claim.picking_ids)
        with self.step():
            self.as_user(self.env["aftersales.claim.cost"], "accountant").create(
                [
                    {"claim_id": claim.id, "kind": kind, "amount": amount}
                    for kind, amount in costs.items()
                ]
            )
        with self.step(claim) as claim:
            self.as_user(claim, "accountant").action_post_costs()
        return claim.with_env(self.env)

    def validate(self, picking):
        with self.step(picking) as picking:
            picking = self.as_user(picking, "storekeeper").with_context(skip_sms=True)
            picking.move_ids.picked = True
            picking.button_validate()

    def plan(self, claim):
        """What ``claim`` led to, to be done by hand.

        :return: dict with values of its ``transfers`` and ``entries``, and the
            ``needs`` as arguments of a Procurement
        """
        claim.invalidate_recordset()
        claim = claim.sudo()
        return {
            "name": claim.name,
            "needs": [self._prepare_need(move) for move in claim.picking_ids.move_ids],
            "transfers": [
                self._prepare_bare_picking(picking) for picking in claim.picking_ids
            ],
            "entries": [
                self._prepare_bare_entry(move)
                for move in claim._get_account_moves() - self.valuation(claim)
            ],
        }

    def bare(self, planned, transfer):
        """Make, validate and post by hand what is planned.

        :param transfer: how the transfers come to be, a method of this class
        """
        with self.step():
            pickings = transfer(planned)
        for picking in pickings:
            self.validate(picking)
        for vals in planned["entries"]:
            with self.step():
                self.as_user(self.env["account.move"], "accountant").create(
                    vals
                ).action_post()

    def type_in(self, planned):
        """The transfer typed in and reserved: it is from stock, nothing is planned."""
        pickings = self.as_user(self.env["stock.picking"], "storekeeper").create(
            planned["transfers"]
        )
        pickings.action_confirm()
        pickings.action_assign()
        return pickings

    def procure(self, planned):
        """The need given to the ERP's rules, as a sales order does and a claim: from
        stock in as many steps as the warehouse has, else bought or made."""
        reference = self.env["stock.reference"].create({"name": planned["name"]})
        Rule = self.as_user(self.env["stock.rule"], "storekeeper")
        Rule.run(
            [
                Rule.Procurement(
                    self.env["product.product"].browse(need["product"]),
                    need["quantity"],
                    self.env["uom.uom"].browse(need["uom"]),
                    self.env["stock.location"].browse(need["location"]),
                    planned["name"],
                    planned["name"],
                    self.env["res.company"].browse(self.company.id),
                    {
                        "company_id": self.env["res.company"].browse(self.company.id),
                        "warehouse_id": self.env["stock.warehouse"].browse(
                            need["warehouse"]
                        ),
                        "route_ids": self.env["stock.route"].browse(need["route"]),
                        "date_planned": need["date"],
                        "partner_id": need["partner"],
                        "reference_ids": reference,
                    },
                )
                for need in planned["needs"]
            ]
        )
        return reference.move_ids.picking_id

    def _prepare_need(self, move):
        company = move.company_id
        return {
            "product": move.product_id.id,
            "quantity": move.product_uom_qty,
            "uom": move.product_uom.id,
            "location": move.location_dest_id.id,
            "warehouse": company.aftersales_claim_type_id.warehouse_id.id,
            "route": company.aftersales_claim_route_id.id,
            "date": move.date,
            "partner": move.partner_id.id,
        }

    def _prepare_bare_picking(self, picking):
        return {
            "picking_type_id": picking.picking_type_id.id,
            "partner_id": picking.partner_id.id,
            "origin": picking.origin,
            "scheduled_date": picking.scheduled_date,
            "location_id": picking.location_id.id,
            "location_dest_id": picking.location_dest_id.id,
            "move_ids": [
                Command.create(
                    {
                        "product_id": move.product_id.id,
                        "product_uom_qty": move.product_uom_qty,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                    }
                )
                for move in picking.move_ids
            ],
        }

    def _prepare_bare_entry(self, move):
        return {
            "journal_id": move.journal_id.id,
            "date": move.date,
            "ref": move.ref,
            "line_ids": [
                Command.create(
                    {
                        "account_id": line.account_id.id,
                        "partner_id": line.partner_id.id,
                        "name": line.name,
                        "balance": line.balance,
                    }
                )
                for line in move.line_ids
            ],
        }

    def valuation(self, claim):
        """Entries that validating the transfers makes by itself."""
        return claim.picking_ids.move_ids.account_move_id

    def compare(self, parts, costs, cold=False, counted=False):
        """A round of claims and, right after each of them, the bare work in both ways:
        the machine is not equally fast from one second to the next.

        :return: (seconds of the processor or function calls, queries) of claims, of
            the bare work with transfers procured and with transfers typed in; the
            claims
        """
        self.cold, self.counted = cold, counted
        self.env.flush_all()
        self.env.invalidate_all()
        found = []
        claims = self.env["aftersales.claim"]
        for _number in range(CLAIMS):
            self.start()
            claim = self.claim(parts, costs)
            found.append(self.found())
            planned = self.plan(claim)
            for transfer in (self.procure, self.type_in):
                self.start()
                self.bare(planned, transfer)
                found.append(self.found())
            claims |= claim
        sums = (tuple(map(sum, zip(*found[way::3], strict=True))) for way in range(3))
        return (*sums, claims.with_env(self.env))


def tell(rounds):
    """Print the median of ``rounds`` for each way of the bare work."""
    for way, label in ((1, "procured"), (2, "typed in")):
        ordered = sorted(rounds, key=lambda found: found[0][0] / found[way][0])
        ratios = [found[0][0] / found[way][0] for found in ordered]
        ours, bare = ordered[len(ordered) // 2][0], ordered[len(ordered) // 2][way]
        print(
            f"    processor {1000 * ours[0] / CLAIMS:.0f} ms a claim, "
            f"{1000 * bare[0] / CLAIMS:.0f} ms bare with transfers {label}: "
            f"{ours[0] / bare[0]:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}); "
            f"{ours[1] / CLAIMS:g} and {bare[1] / CLAIMS:g} queries",
            flush=True,
        )


def tell_calls(found):
    """Print the function calls of a counted round."""
    ours = found[0][0]
    for way, label in ((1, "procured"), (2, "typed in")):
        bare = found[way][0]
        print(
            f"    {ours / CLAIMS:,.0f} function calls a claim, "
            f"{bare / CLAIMS:,.0f} bare with transfers {label}: {ours / bare:.2f}",
            flush=True,
        )


# a company made by a test gets its warehouse at once
module.current_test = Beside()
Beside.setUpClass()
module.current_test = False
world = Beside()
env = world.env
try:
    world.hose = env["product.product"].create(
        {
            "name": "Hydraulic hose",
            "default_code": "HOSE",
            "type": "consu",
            "is_storable": True,
            "standard_price": 180,
            "categ_id": world.seal.categ_id.id,
        }
    )
    for product in (world.seal, world.hose):
        world._create_stock(product, 10_000)
    # the same part of the same machine is claimed once
    world.machines = [
        world._create_machine(f"M-{number}").id
        for number in range(CLAIMS * (2 + ROUNDS + COLD_ROUNDS) * len(SHAPES))
    ]
    for title, (parts, costs) in SHAPES.items():
        print(f"a claim of {title}, {ROUNDS} rounds of {CLAIMS}:")
        world.compare(parts, costs)
        gc.collect()
        gc.freeze()
        tell_calls(world.compare(parts, costs, counted=True))
        for cold, count in ((False, ROUNDS), (True, COLD_ROUNDS)):
            print("  nothing read before:" if cold else "  in a running process:")
            rounds = [world.compare(parts, costs, cold) for _round in range(count)]
            tell(rounds)
        claims = rounds[-1][-1]
        entries = sum(len(claim._get_account_moves()) for claim in claims)
        print(
            f"    {len(claims.picking_ids) / CLAIMS:g} transfers, "
            f"{entries / CLAIMS:g} entries each"
        )
        env = world.env

        def announce(claims=claims):
            for claim in claims.sudo():
                claim._announce_release()
            claims.env.flush_all()

        measure(env, f"notices of {CLAIMS} releases, by a job afterwards", announce)
    print_load()

    Claim = env["aftersales.claim"]
    waiting = world._create_claim(
        [{"product_id": world.seal.id, "quantity": 1, "supply": "none"}],
        kind="emergency",
        kind_reason="Stopped",
    )
    waiting.action_submit()
    env.flush_all()
    env.cr.execute("SELECT MAX(id) FROM aftersales_claim")
    last = env.cr.fetchone()[0]
    multiply(waiting, LISTED, name="'BENCH-' || n", access_token="NULL")
    multiply(
        waiting.line_ids,
        LISTED,
        claim_id=f"{last} + n",
        duplicate_key="'LISTED-' || n",
    )
    multiply(waiting.review_ids[:1], LISTED, res_id=f"{last} + n")
    view = env.ref("aftersales_claims.aftersales_claim_view_list")
    approver = world.as_user(Claim, "sales_vp")
    names = approver.get_view(view.id, "list")["models"][Claim._name]
    described = approver.fields_get(names, attributes=("relation",))
    specification = {
        name: {"fields": {"display_name": {}}} if value.get("relation") else {}
        for name, value in described.items()
    }
    domain = [("state", "=", "to_approve"), ("id", ">=", waiting.id)]
    for count in (80, 80, LISTED):
        result, _seconds = measure(
            env,
            f"{count} claims in the list of approvals",
            lambda count=count: approver.web_search_read(
                domain, specification, limit=count
            ),
        )
        assert len(result["records"]) == count

    today = fields.Date.today()
    multiply(
        waiting.line_ids,
        LINES - LISTED,
        claim_id=f"{last} + 1 + n %% {LISTED}",
        duplicate_key="'MORE-' || n",
    )
    env.invalidate_all()
    wizard = env["aftersales.claim.xlsx"].create(
        {"date_from": today, "date_to": today, "company_id": world.company.id}
    )
    report = env["report.aftersales_claims.claims_quarter"].with_context(
        active_model=wizard._name
    )

    def plain():
        """The rows of the report's table of lines by a loop over one query."""
        env.cr.execute(
            SQL(
                """
                SELECT c.name, c.claim_date::timestamp, p.complete_name, m.name,
                       pt.name->>'en_US', t.old_lot_name, s.complete_name, NULL, NULL,
                       t.quantity, t.amount, t.approved_amount, t.decision, c.state
                  FROM aftersales_claim_line t
                  JOIN aftersales_claim c ON c.id = t.claim_id
                  JOIN product_product pp ON pp.id = t.product_id
                  JOIN product_template pt ON pt.id = pp.product_tmpl_id
                  LEFT JOIN res_partner p ON p.id = c.partner_id
                  LEFT JOIN res_partner s ON s.id = t.supplier_id
                  LEFT JOIN stock_lot m ON m.id = c.lot_id
                 WHERE c.company_id = %s AND c.claim_date = %s
                   AND c.state NOT IN ('draft', 'cancelled')
                 ORDER BY t.id
                """,
                world.company.id,
                today,
            )
        )
        rows = env.cr.fetchall()
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"constant_memory": True})
        sheet = book.add_worksheet()
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is None:
                    continue
                if column == 1:
                    sheet.write_datetime(index, column, value, date)
                else:
                    sheet.write(index, column, value)
        book.close()
        return len(rows)

    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    pairs = []
    for _round in range(2):
        before = peak()
        _book, ours = measure(
            env,
            f"XLSX of {LINES} claim lines",
            lambda: report.create_xlsx_report(wizard.ids, {}),
        )
        between = peak()
        rows, bare = measure(env, "plain loop of XlsxWriter", plain)
        print(f"    {rows} rows; peak memory +{between - before:.0f} MB by ours")
        pairs.append((ours, bare))
    ours, bare = (min(side) for side in zip(*pairs, strict=True))
    print(f"  processor: {ours:.1f} s beside {bare:.1f} s: {ours / bare:.2f}")
    print_load()
finally:
    Beside.doClassCleanups()
