# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What docker/compose.scale.yml sets up, run without Docker: two app servers with
worker processes on one PostgreSQL primary, reading from a streaming replica."""

import base64
import contextlib
import itertools
import os
import threading
import time
from datetime import datetime, timedelta

import pytest
import requests
from harness import OdooServer, database_copy, run_shell
from replicated import Replicated

from tooling.system import find_postgres_binaries

PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
MACHINES = 12

PREPARE = """
from datetime import timedelta
from odoo import Command, fields

company = env.ref("base.main_company")
company._create_aftersales_config()
today = fields.Date.today()
department = env["hr.department"].create({"name": "Service"})
company.aftersales_department_id = department
for role in ("hotline", "dispatcher", "technician", "manager", "sales_vp"):
    user = env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": role,
            "login": role,
            "password": role,
            "group_ids": [
                Command.set(env.ref(f"aftersales_service.group_{role}").ids)
            ],
        }
    )
    env["hr.employee"].create(
        {
            "name": role,
            "user_id": user.id,
            "department_id": department.id,
            "is_technician": role == "technician",
            "technician_grade": "senior" if role == "technician" else False,
        }
    )
customer = env["res.partner"].create(
    {"name": "Deye Quarry", "is_company": True, "service_distance": 420}
)
product = env["product.product"].create(
    {
        "name": "Crusher",
        "is_machine": True,
        "is_storable": True,
        "tracking": "serial",
    }
)
machines = env["stock.lot"].create(
    [
        {
            "name": f"PE600-{number:03d}",
            "product_id": product.id,
            "company_id": company.id,
            "customer_id": customer.id,
            "delivery_date": today - timedelta(days=200),
            "acceptance_date": today - timedelta(days=190),
        }
        for number in range(%(machines)s)
    ]
)
env["aftersales.contract"].create(
    {
        "name": "FW-1",
        "partner_id": customer.id,
        "lot_ids": [Command.set(machines.ids)],
        "date_start": today - timedelta(days=100),
        "date_end": today + timedelta(days=265),
        "visit_interval": 3,
        "next_visit_date": today,
        "company_id": company.id,
    }
)
# only what the test looks at: the machine that runs this may be a small one
env["ir.cron"].search([]).active = False
due = fields.Datetime.now() - timedelta(minutes=5)
visits = env.ref("aftersales_service.cron_visit_schedule")
visits.write({"active": True, "nextcall": due})
env["ir.cron"].create(
    {
        "name": "Every run leaves a trace",
        "model_id": env.ref("base.model_res_partner").id,
        "state": "code",
        "code": "model.create({'name': 'A cron ran'})",
        "interval_number": 1,
        "interval_type": "days",
        "nextcall": due,
    }
)
env.cr.commit()
"""


class Browser:
    """A user's session, whose requests go to the app servers in turn."""

    def __init__(self, database, servers, login, password=None):
        self.session = requests.Session()
        # a worker process waits for the next request of a connection kept open
        self.session.headers["Connection"] = "close"
        self.turn = itertools.cycle(servers)
        self.used = set()
        params = {"db": database, "login": login, "password": password or login}
        self.uid = self.post("/web/session/authenticate", params)["uid"]

    def url(self):
        server = next(self.turn)
        self.used.add(server.url)
        return server.url

    def post(self, path, params, url=None):
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self.session.post(f"{url or self.url()}{path}", json=body, timeout=60)
        answer = answer.json()
        if "error" in answer:
            raise AssertionError(answer["error"]["data"]["message"])
        # nothing is what a method without an answer gives
        return answer.get("result")

    def call(self, model, method, *args, url=None, **kwargs):
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self.post("/web/dataset/call_kw", params, url)

    def read(self, model, ids, *names, url=None):
        specification = {name: {} for name in names}
        return self.call(model, "web_read", ids, specification, url=url)


def wait_until(holds, seconds=60):
    """Return what ``holds`` says as soon as that is something."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)
    return found


class Topology:
    def __init__(self, database, world):
        self.database = database
        self.world = world
        self.servers = []

    def copy_database(self):
        """Bring the prepared database from the tests' server to the primary."""
        self.world.sql(
            "primary", f'CREATE DATABASE "{self.database}" TEMPLATE template0'
        )
        primary = self.world.address("primary")
        self.world.run(
            *("bash", "-o", "pipefail", "-c"),
            f"pg_dump {self.database} | psql -X -q -v ON_ERROR_STOP=1 -U odoo"
            f" -h {primary['PGHOST']} -p {primary['PGPORT']} -d {self.database}",
        )

    def server(self):
        """Return one more app server, to be entered."""
        replica = self.world.address("replica")
        options = [
            f"--db_replica_host={replica['PGHOST']}",
            f"--db_replica_port={replica['PGPORT']}",
            "--workers=2",
            "--max-cron-threads=1",
        ]
        given = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        env = {**given, **self.world.address("primary"), "PGUSER": "odoo"}
        self.servers.append(OdooServer(self.database, env=env, options=options))
        return self.servers[-1]

    def browser(self, login, password=None):
        return Browser(self.database, self.servers, login, password)

    def sql(self, name, statement):
        return self.world.sql(name, statement, self.database)

    def wait_for_replica(self):
        position = self.sql("primary", "SELECT pg_current_wal_lsn()")
        caught_up = f"SELECT pg_last_wal_replay_lsn() >= '{position}'::pg_lsn"
        wait_until(lambda: self.sql("replica", caught_up) == "t")


@pytest.fixture(scope="module")
def topology():
    if not find_postgres_binaries():
        pytest.skip("PostgreSQL's server programs are not installed")
    with database_copy() as name, Replicated.in_temporary_folder() as world:
        run_shell(name, PREPARE % {"machines": MACHINES})
        world.start_primary("--fsync=off")
        made = Topology(name, world)
        made.copy_database()
        world.start_replica()
        with contextlib.ExitStack() as running:
            for server in (made.server(), made.server()):
                running.enter_context(server)
            yield made
            # both end at the same time
            for server in made.servers:
                server.process.terminate()


def assert_once(topology):
    """The visits due were created, each once, whichever server was quicker."""
    visits = "SELECT count(*), count(DISTINCT lot_id) FROM aftersales_request"
    found = topology.sql("primary", f"{visits} WHERE visit_key IS NOT NULL")
    assert found == f"{MACHINES}|{MACHINES}"


def test_jobs_of_both_servers_run_once(topology):
    """Both servers have cron workers; what is due is done once, also when both are
    told to do it at the same moment (R-FUP-03)."""
    pending = "SELECT count(*) FROM ir_cron WHERE active AND nextcall < now()"
    # otherwise they look about once a minute
    wake = f"SELECT pg_notify('cron_trigger', '{topology.database}')"

    def all_done():
        topology.world.sql("primary", wake)
        return topology.sql("primary", pending) == "0"

    wait_until(all_done, seconds=150)
    traces = "SELECT count(*) FROM res_partner WHERE name = 'A cron ran'"
    assert topology.sql("primary", traces) == "1"
    assert_once(topology)
    # the schedule was set back and somebody presses the button on both servers
    topology.sql("primary", "UPDATE aftersales_contract SET next_visit_date = now()")
    job = int(
        topology.sql(
            "primary",
            "SELECT res_id FROM ir_model_data WHERE name = 'cron_visit_schedule'",
        )
    )
    admin = topology.browser("admin", "admin")
    errors = []

    def press(url):
        try:
            admin.call("ir.cron", "method_direct_trigger", [job], url=url)
        except AssertionError as error:
            errors.append(error)

    threads = [
        threading.Thread(target=press, args=(server.url,))
        for server in topology.servers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(errors) < 2, "one of them did it"
    assert_once(topology)


def test_reads_come_from_the_replica(topology):
    """Lists and forms are read where a paused replica still shows the old state;
    what is written goes to the primary at once."""
    world = topology.world
    assert world.sql("replica", "SELECT pg_is_in_recovery()") == "t"
    hotline = topology.browser("hotline")
    made = hotline.call("aftersales.request", "create", [{"fault": "Before"}])
    topology.wait_for_replica()
    topology.sql("replica", "SELECT pg_wal_replay_pause()")
    try:
        hotline.call("aftersales.request", "write", made, {"fault": "After"})
        stored = f"SELECT fault FROM aftersales_request WHERE id = {made[0]}"
        assert topology.sql("primary", stored) == "After"
        for server in topology.servers:
            read = hotline.read("aftersales.request", made, "fault", url=server.url)
            assert read[0]["fault"] == "Before", "read from the replica"
    finally:
        topology.sql("replica", "SELECT pg_wal_replay_resume()")
    topology.wait_for_replica()
    read = hotline.read("aftersales.request", made, "fault")
    assert read[0]["fault"] == "After"
    connected = "SELECT count(DISTINCT application_name) FROM pg_stat_activity"
    where = f"WHERE datname = '{topology.database}' AND application_name LIKE 'odoo-%'"
    assert int(world.sql("replica", f"{connected} {where}")) >= 2


def test_file_of_one_server_is_read_from_the_other(topology):
    one, other = topology.servers
    hotline = topology.browser("hotline")
    made = hotline.call("aftersales.request", "create", [{"fault": "With a photo"}])
    photo = b"\xff\xd8 a photo of the bearing" * 5000
    attachment = hotline.call(
        *("ir.attachment", "create"),
        [
            {
                "name": "bearing.bin",
                "datas": base64.b64encode(photo).decode(),
                "res_model": "aftersales.request",
                "res_id": made[0],
            }
        ],
        url=one.url,
    )
    topology.wait_for_replica()
    answer = hotline.session.get(f"{other.url}/web/content/{attachment[0]}", timeout=60)
    assert answer.content == photo


def test_one_case_through_both_servers(topology):
    """R-INT-02, R-INT-08, R-DSP-01, R-DSP-05, R-DSP-09: every step of the case goes
    to the other server than the step before it, in one session per person."""
    people = {
        login: topology.browser(login)
        for login in ("hotline", "manager", "sales_vp", "dispatcher", "technician")
    }
    case = Case(topology, people)
    case.take_the_call()
    case.approve()
    case.dispatch()
    case.visit()
    case.report()
    for login, person in people.items():
        assert len(person.used) == 2, f"{login} used both servers"


class Case:
    def __init__(self, topology, people):
        self.topology = topology
        self.people = people

    def state(self, model, record):
        """State of a record as its readers see it, on both servers alike."""
        self.topology.wait_for_replica()
        states = {
            self.people["manager"].read(model, [record], "state", url=server.url)[0][
                "state"
            ]
            for server in self.topology.servers
        }
        assert len(states) == 1
        return states.pop()

    def take_the_call(self):
        hotline = self.people["hotline"]
        machines = hotline.call(
            "stock.lot", "search", [("name", "=", "PE600-001")], limit=1
        )
        vals = {"lot_id": machines[0], "fault": "Main bearing hot", "level": "2"}
        (self.request,) = hotline.call("aftersales.request", "create", [vals])
        hotline.call("aftersales.request", "action_assess", [self.request])
        hotline.call("aftersales.request", "action_submit", [self.request])
        assert self.state("aftersales.request", self.request) == "to_approve"

    def approve(self):
        for login in ("manager", "sales_vp"):
            # as on screen: the form is opened before the button is pressed
            self.people[login].read("aftersales.request", [self.request], "name")
            self.people[login].call(
                "aftersales.request", "validate_tier", [self.request]
            )
        assert self.state("aftersales.request", self.request) == "in_progress"

    def dispatch(self):
        dispatcher = self.people["dispatcher"]
        technician = dispatcher.call(
            "hr.employee", "search", [("name", "=", "technician")]
        )
        start = datetime.utcnow() + timedelta(hours=4)
        (self.order,) = dispatcher.call(
            "aftersales.order",
            "create",
            [
                {
                    "request_id": self.request,
                    "technician_id": technician[0],
                    "planned_start": start.strftime("%Y-%m-%d %H:%M:%S"),
                    "planned_end": (start + timedelta(hours=6)).strftime(
                        "%Y-%m-%d %H:%M:%S"
                    ),
                }
            ],
        )
        dispatcher.call("aftersales.order", "action_dispatch", [self.order])
        assert self.state("aftersales.order", self.order) == "dispatched"

    def tick(self):
        """Tick all checks of the order that are not ticked yet."""
        technician = self.people["technician"]
        self.topology.wait_for_replica()
        domain = [("order_id", "=", self.order), ("done", "=", False)]
        found = technician.call("aftersales.order.check", "search", domain)
        if found:
            technician.call("aftersales.order.check", "write", found, {"done": True})

    def step(self, name, *args):
        self.people["technician"].call("aftersales.order", name, [self.order], *args)

    def visit(self):
        self.topology.wait_for_replica()
        day = self.people["technician"].call("aftersales.order", "get_my_day")
        assert [card["id"] for card in day] == [self.order]
        self.step("action_accept")
        self.tick()
        self.step("action_depart")
        self.step("action_arrive")
        self.tick()
        self.step("action_start_work")
        assert self.state("aftersales.order", self.order) == "on_site"

    def report(self):
        vals = {
            "outcome": "fixed",
            "fault_found": "Bearing dry",
            "cause": "Grease line torn",
            "solution": "Line replaced",
            "test_result": "ok",
            "customer_signature": PICTURE,
            "signed_by": "Wang Jianguo",
            "satisfaction": "5",
        }
        technician = self.people["technician"]
        technician.call("aftersales.order", "write", [self.order], vals)
        self.tick()
        # the answer got lost: the phone sends it again, to the other server
        self.step("action_submit_report", "phone-1")
        self.step("action_submit_report", "phone-1")
        assert self.state("aftersales.order", self.order) == "reported"
        self.people["dispatcher"].call("aftersales.order", "action_done", [self.order])
        assert self.state("aftersales.order", self.order) == "done"
        assert self.state("aftersales.request", self.request) == "solved"
