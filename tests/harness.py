# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Databases and servers of their own, for tests that one transaction cannot hold.

Installing and uninstalling, several people at once, several app servers: such
tests take a copy of a template database (seconds), start Odoo on it as a program
of its own, and leave nothing behind.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import xmlrpc.client

from tooling.databases import Databases
from tooling.home import Home
from tooling.postgresql import Server


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
