# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Databases and servers of their own, for tests that one transaction cannot hold.

Installing and uninstalling, several people at once, several app servers: such
tests take a copy of a template database (seconds), start Odoo on it as a program
of its own, and leave nothing behind.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import xmlrpc.client
from concurrent.futures import ThreadPoolExecutor

from tooling.databases import Databases
from tooling.home import Home
from tooling.postgresql import Server

#: clicks at the same time, shared among the people of a race
CLICKS = 6

#: begins the script of a company with the accounts of the claims: ``expense``,
#: ``freight``, ``create_users(logins, group)``; its end is ``finish(name=id, ...)``
CLAIM_BOOKS = """
import json
from odoo import Command

company = env.company
env["account.chart.template"].try_loading(
    "cn_large_bis", company=company, install_demo=False
)
company._create_aftersales_config()
Account = env["account.account"].with_company(company)
expense = Account.create(
    {"name": "Warranty", "code": "660190", "account_type": "expense"}
)
freight = Account.create(
    {"name": "Freight", "code": "224191", "account_type": "liability_current"}
)
company.aftersales_warranty_location_id.valuation_account_id = expense
company.aftersales_cost_account_shipping_id = freight

def create_users(logins, group):
    groups = env.ref("base.group_user") | env.ref(f"aftersales_service.{group}")
    return env["res.users"].create(
        [
            {
                "name": login,
                "login": login,
                "password": login,
                "group_ids": [Command.set(groups.ids)],
            }
            for login in logins
        ]
    )

def finish(**ids):
    env.cr.commit()
    print("IDS", json.dumps(ids))

"""


def databases():
    given = {name: value for name, value in os.environ.items() if name.startswith("PG")}
    return Databases(Home.from_environment(), None, None, Server(given), "test")


@contextlib.contextmanager
def database_copy(dependencies_only=False):
    """Name of a fresh database with the addons, or just what they depend on."""
    kind = "AFTERSALES_DEPENDENCIES" if dependencies_only else "AFTERSALES_TEMPLATE"
    with databases().run_copy(os.environ[kind]) as name:
        yield name


def run_odoo(*arguments, script=None):
    """Run an odoo command to its end; its output, or an AssertionError with it."""
    command = [sys.executable, "-m", "odoo", *map(str, arguments)]
    done = subprocess.run(
        command,
        input=script or "",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    return done.stdout


def config_options(database):
    return ["-c", os.environ["AFTERSALES_CONFIG"], "-d", database]


def run_shell(database, script):
    """Run a script in an Odoo shell, where ``env`` is at hand."""
    return run_odoo("shell", *config_options(database), "--no-http", script=script)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class OdooServer:
    """An Odoo on a database, reached over HTTP like any user's browser does."""

    def __init__(self, database, command=None, env=None, options=()):
        self.database = database
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        program = command or [
            *(sys.executable, "-m", "odoo", *config_options(database)),
            f"--db-filter=^{database}$",
        ]
        self.command = [
            *map(str, program),
            "--http-interface=127.0.0.1",
            f"--http-port={self.port}",
            f"--gevent-port={free_port()}",
            *options,
        ]
        self.env = env
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 120
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise AssertionError(f"Odoo did not start: {self.command}")
            time.sleep(0.3)
        return self

    def __exit__(self, *_exception):
        # told twice, Odoo no longer waits for what its workers are at
        for _attempt in range(2):
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(timeout=15)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/web/health", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def login(self, login="admin", password="admin"):
        """Callable (model, method, *args, **kwargs), acting as that user."""
        common = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common")
        uid = common.authenticate(self.database, login, password, {})
        assert uid, f"{login} cannot log in"

        def call(model, method, *args, **kwargs):
            # a connection of its own for each call: callers may be threads
            proxy = xmlrpc.client.ServerProxy(
                f"{self.url}/xmlrpc/2/object", allow_none=True
            )
            return proxy.execute_kw(
                self.database, uid, password, model, method, args, kwargs
            )

        return call


@contextlib.contextmanager
def prepared_server(script):
    """A server on a fresh database, and the ids ``script`` has finished with."""
    with database_copy() as name:
        said = run_shell(name, CLAIM_BOOKS + script)
        line = next(line for line in said.splitlines() if "IDS {" in line)
        ids = json.loads(line[line.index("{") :])
        with OdooServer(name) as server:
            yield server, ids


def press(call, *arguments):
    """Call a button; XML-RPC cannot say that one returned nothing, when it is done."""
    try:
        call(*arguments)
    except xmlrpc.client.Fault as fault:
        if "cannot marshal None" not in fault.faultString:
            raise


def click(server, logins, calls):
    """Let ``logins`` call ``calls`` in turn, all at the same moment.

    :param calls: list of (model, method, *arguments)
    :return: list of "done" or the message of the refusal, in that order
    """
    sessions = [server.login(login, login) for login in logins]
    barrier = threading.Barrier(CLICKS)

    def run(number):
        call = sessions[number % len(sessions)]
        barrier.wait(timeout=60)
        try:
            press(call, *calls[number % len(calls)])
        except xmlrpc.client.Fault as fault:
            return fault.faultString
        return "done"

    with ThreadPoolExecutor(CLICKS) as pool:
        return list(pool.map(run, range(CLICKS)))


def read_posted_balance(call, account):
    """Balance of an account in the books."""
    items = call(
        "account.move.line",
        "search_read",
        [("account_id", "=", account), ("parent_state", "=", "posted")],
        ["balance"],
    )
    return round(sum(item["balance"] for item in items), 2)
