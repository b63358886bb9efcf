# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The demo company: its database, its server, its users."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from .console import Problem, diagnose, say
from .databases import LANGUAGES, ONCE
from .project import (
    CHECKOUT,
    dependencies,
    hash_addons,
    is_demo_content,
    present_addons,
)

#: name of its database unless the user says otherwise
DATABASE = "aftersales"
PORT = 8069
#: modules beside the addons and what they depend on
MODULES = ("l10n_cn", "mrp")
COUNTRY = "CN"
CHART = "cn_large_bis"

CHART_SCRIPT = """
company = env.company
if company.chart_template != {chart!r}:
    env["account.chart.template"].try_loading({chart!r}, company, install_demo=False)
env.cr.commit()
"""

#: Odoo loads the demo data of a module only if those of all modules below it
#: are loaded, too; the demo company is ours alone, so its files are read here.
DATA_SCRIPT = """
from importlib import import_module
from importlib.util import find_spec

from odoo.modules.module import Manifest
from odoo.tools.convert import convert_file

for name in {addons!r}:
    for filename in Manifest.for_addon(name)["demo"]:
        print("demo:", name, filename, flush=True)
        convert_file(env, name, filename, {{}}, "init", noupdate=True)
    env["ir.module.module"].search([("name", "=", name)]).demo = True
    env.cr.commit()
# what no data file can tell: months of work, lived through the users' own buttons
for name in {addons!r}:
    package = "odoo.addons." + name + ".demo"
    if find_spec(package) and find_spec(package + ".story"):
        import_module(package + ".story").tell(env)
"""

ADDRESS_SCRIPT = """
parameters = env["ir.config_parameter"].sudo()
parameters.set_param("web.base.url", "http://localhost:{port}")
parameters.set_param("web.base.url.freeze", "True")
# where the PDF renderer on this machine fetches styles
parameters.set_param("report.url", "http://127.0.0.1:{port}")
env.cr.commit()
"""


class Company:
    def __init__(self, databases, name, port):
        self.databases = databases
        self.home = databases.home
        self.name = name
        self.port = port

    def shell(self, title, script, **values):
        """Run a script in an Odoo shell; any error in it ends with a Problem."""
        log = self.home.logs / f"demo-{self.name}.log"
        with tempfile.TemporaryFile("w+") as file:
            file.write(script.format(**values))
            file.seek(0)
            config = self.home.path / "conf" / f"{self.name}.conf"
            arguments = ["shell", "-c", config, "-d", self.database, "--no-http"]
            self.databases.run_odoo(title, arguments, log, stdin=file)

    def build(self, name):
        """Make the company: base and country, modules, chart, addons, demo data."""
        databases = self.databases
        self.database = name
        log = databases.fresh_log(f"demo-{self.name}")
        config = self.write_config(name)
        base = ["db", "-c", config, "init", name, "--country", COUNTRY]
        databases.run_odoo("Creating the demo company", base, log)
        modules = sorted({*dependencies(), *MODULES})
        common = ["-c", config, "-d", name, *ONCE, "--load-language", LANGUAGES]
        title = f"Installing {len(modules)} modules of Odoo"
        databases.run_odoo(title, [*common, "-i", ",".join(modules)], log)
        self.shell("Loading the chart of accounts", CHART_SCRIPT, chart=CHART)
        addons = present_addons()
        arguments = [*common, "-i", ",".join(addons)]
        databases.run_odoo("Installing the addons", arguments, log)
        self.shell("Loading the demo data", DATA_SCRIPT, addons=addons)

    def write_config(self, database):
        return self.databases.write_config(
            self.name,
            db_name=database,
            dbfilter=f"^{re.escape(database)}$",
            http_port=self.port,
        )

    def ensure(self):
        """Database in the present state of the code: created or upgraded."""
        databases = self.databases
        key = hash_addons(wanted=is_demo_content)
        if self.name not in databases.names():
            with self.home.lock(f"database-{self.name}"):
                self.home.require_space(1)
                partial = f"tmp_{self.name}"
                databases.drop(partial)
                self.build(partial)
                databases.rename(partial, self.name)
                databases.set_comment(self.name, key)
        config = self.write_config(self.name)
        self.database = self.name
        if databases.comment(self.name) != key:
            addons = ",".join(present_addons())
            log = databases.fresh_log(f"demo-{self.name}-upgrade")
            title = "Upgrading the demo company to the present addons"
            arguments = ["-c", config, "-d", self.name, "-i", addons, "-u", addons]
            databases.run_odoo(title, [*arguments, *ONCE], log)
            databases.set_comment(self.name, key)
        return config

    def set_address(self):
        self.shell("Setting the address", ADDRESS_SCRIPT, port=self.port)

    def serve(self, config):
        log = self.home.logs / f"server-{self.name}.log"
        say(f"Starting Odoo; its log is {log}")
        with log.open("a") as output:
            process = subprocess.Popen(
                [self.databases.venv.python, "-m", "odoo", "-c", config],
                env=self.databases.odoo_env(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.home.path,
                start_new_session=True,
            )
        state = {
            "pid": process.pid,
            "port": self.port,
            "config": str(config),
            "checkout": str(CHECKOUT),
        }
        state_file(self.home, self.name).write_text(json.dumps(state))
        deadline = time.monotonic() + 120
        while not answers(self.port):
            if process.poll() is not None or time.monotonic() > deadline:
                stop_server(self.home, self.name)
                raise diagnose("Start of Odoo", log.read_text()[-3000:], log)
            time.sleep(0.5)


def state_file(home, name):
    return home.path / "conf" / f"{name}.json"


def running_state(home, name):
    """State of the running demo server, or None if none is running."""
    try:
        state = json.loads(state_file(home, name).read_text())
        command_line = Path(f"/proc/{state['pid']}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # the number may meanwhile belong to another program
    return state if state["config"].encode() in command_line else None


def stop_server(home, name):
    state = running_state(home, name)
    if state:
        say(f"Stopping Odoo (process {state['pid']})")
        with contextlib.suppress(ProcessLookupError):
            os.kill(state["pid"], signal.SIGTERM)
        for _attempt in range(100):
            if not running_state(home, name):
                break
            time.sleep(0.2)
        else:
            os.kill(state["pid"], signal.SIGKILL)
    state_file(home, name).unlink(missing_ok=True)
    return bool(state)


def answers(port):
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/web/health", timeout=5
        ) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def require_free_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Problem(
                f"Port {port} is taken by another program: choose one with --port."
            ) from error


def logins(listing=CHECKOUT / "addons/aftersales_service/demo/logins.txt"):
    """Lines "login / password  who" of the users that the demo data define."""
    lines = listing.read_text().splitlines() if listing.exists() else []
    return [line.strip() for line in lines if line.strip() and line[0] != "#"]
