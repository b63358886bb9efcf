# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A PostgreSQL primary and its streaming replica, made by the deployment's scripts."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from harness import free_port

from tooling.home import Home
from tooling.postgresql import PrivateServer
from tooling.system import find_postgres_binaries

DOCKER = Path(__file__).resolve().parent.parent / "docker"


class Replicated:
    """A primary and its replica, made by the scripts that the compose file runs."""

    def __init__(self, folder):
        self.folder = folder
        self.binaries = find_postgres_binaries()[0]
        # the scripts run as the user who may run PostgreSQL
        owner = PrivateServer(Home(folder), "none", {})
        owner.make_folder(folder)
        # and may not be able to enter this checkout
        for script in (DOCKER / "postgresql").glob("*.sh"):
            shutil.copy(script, folder)
        self.options = {**owner.as_owner(), "cwd": "/"}
        self.ports = {"primary": free_port(), "replica": free_port()}
        self.servers = []

    def with_env(self, environment):
        env = {
            **os.environ,
            "PATH": f"{self.binaries}:{os.environ['PATH']}",
            "REPLICATION_PASSWORD": "it's replicated",
            **environment,
        }
        return {**self.options, "env": env}

    def run(self, *command, **environment):
        return subprocess.run(
            list(map(str, command)),
            check=True,
            capture_output=True,
            text=True,
            **self.with_env(environment),
        )

    def launch(self, name, *command, **environment):
        settings = {
            "port": self.ports[name],
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
        }
        options = [f"--{key}={value}" for key, value in settings.items()]
        environment["PGDATA"] = str(self.folder / name)
        server = subprocess.Popen(
            [*map(str, command), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.with_env(environment),
        )
        self.servers.append(server)
        ready = ["pg_isready", "-h", "127.0.0.1", "-p", self.ports[name]]
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with contextlib.suppress(subprocess.CalledProcessError):
                self.run(*ready)
                return
            assert server.poll() is None, f"{name} ended"
            time.sleep(0.2)
        raise AssertionError(f"{name} does not answer")

    def sql(self, name, statement, database="postgres"):
        arguments = ["-h", self.folder, "-p", self.ports[name], "-U", "odoo"]
        command = ["psql", "-X", "-At", *arguments, "-d", database, "-c", statement]
        return self.run(*command).stdout.strip()

    def stop(self):
        for server in reversed(self.servers):
            # "fast": not waiting for clients to leave by themselves
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)

    @classmethod
    @contextlib.contextmanager
    def in_temporary_folder(cls):
        # not pytest's own folder, which only the user who runs pytest may enter
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            world = cls(Path(folder) / "postgresql")
            try:
                yield world
            finally:
                world.stop()

    def address(self, name):
        """Where the server is, for PostgreSQL's programs and for Odoo."""
        return {"PGHOST": str(self.folder), "PGPORT": str(self.ports[name])}

    def start_primary(self, *options):
        data = self.folder / "primary"
        self.run(
            *("initdb", "-D", data, "-U", "odoo", "-E", "UTF8", "--no-sync"),
            *("--auth-local=trust", "--auth-host=scram-sha-256"),
        )
        self.launch("primary", "postgres", "-D", data, *options)
        self.run(
            *("bash", self.folder / "primary.sh"),
            **self.address("primary"),
            PGDATA=str(data),
            POSTGRES_USER="odoo",
        )

    def start_replica(self):
        self.launch(
            *("replica", "bash", self.folder / "replica.sh"),
            PRIMARY_HOST="127.0.0.1",
            PRIMARY_PORT=str(self.ports["primary"]),
        )
