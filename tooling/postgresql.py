# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""PostgreSQL: the user's server, else a private one on a unix socket."""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from .console import Problem, Progress, diagnose, run, say
from .home import sweep_partial
from .project import short_hash
from .system import find_postgres_binaries


class Server:
    """A PostgreSQL server, reached through its client programs."""

    def __init__(self, environment, binaries=None):
        self.environment = environment
        self.binaries = binaries

    def env(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        if self.binaries:
            env["PATH"] = f"{self.binaries}{os.pathsep}{env.get('PATH', '')}"
        return {**env, **self.environment}

    def start(self):
        """Nothing to start: somebody else runs this server."""

    def stop(self):
        """Nothing to stop."""

    def sql(self, statement, database="postgres"):
        command = ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", database]
        done = subprocess.run(
            [*command, "-c", statement],
            env=self.env(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            if "No space left on device" in done.stderr:
                raise Problem("The disk is full: PostgreSQL could not write.")
            raise Problem(f"PostgreSQL says: {done.stderr.strip()}")
        return [line for line in done.stdout.splitlines() if line]


class PrivateServer(Server):
    """A cluster of our own on a unix socket, with no TCP port at all."""

    user = "odoo"

    def __init__(self, home, name, settings):
        self.home = home
        self.name = name
        self.settings = settings
        self.folder = home.path / "postgresql" / name
        self.data = self.folder / "data"
        socket_folder = self.folder
        if len(str(socket_folder)) > 80:
            # a socket's path may have 107 bytes at most
            digest = short_hash(socket_folder)
            socket_folder = Path(tempfile.gettempdir()) / f"aftersales-{digest}"
        self.socket_folder = socket_folder
        super().__init__({"PGHOST": str(socket_folder), "PGUSER": self.user})

    @property
    def log(self):
        return self.home.logs / f"postgresql-{self.name}.log"

    def as_owner(self):
        """PostgreSQL refuses to run as root: it gets an ordinary user."""
        if os.geteuid() != 0:
            return {"cwd": "/"}
        owner = self.owner()
        return {
            "user": owner.pw_uid,
            "group": owner.pw_gid,
            "extra_groups": [],
            "cwd": "/",
            "env": {**os.environ, "HOME": owner.pw_dir, "USER": owner.pw_name},
        }

    @staticmethod
    def owner():
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        raise Problem("There is no user 'postgres' that could run PostgreSQL.")

    def make_folder(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            owner = self.owner()
            for parent in folder.parents:
                if not parent.stat().st_mode & 0o001:
                    raise Problem(
                        f"PostgreSQL runs as user {owner.pw_name}, who cannot enter "
                        f"{parent}: name another folder in AFTERSALES_HOME."
                    )
            os.chown(folder, owner.pw_uid, owner.pw_gid)

    def choose_binaries(self):
        """Programs of the version that wrote the data, else the newest."""
        available = find_postgres_binaries()
        if not available:
            raise Problem(
                "PostgreSQL's server programs are not installed: install the package "
                "postgresql, or name a running server in PGHOST."
            )
        version = self.data / "PG_VERSION"
        if not version.exists():
            return available[0]
        wanted = version.read_text().strip()
        for folder in available:
            found = subprocess.run(
                [folder / "postgres", "--version"],
                capture_output=True,
                text=True,
                check=True,
            )
            if re.search(rf"\b{re.escape(wanted)}(\.|\b)", found.stdout):
                return folder
        raise Problem(
            f"The databases in {self.data} were made by PostgreSQL {wanted}, which is "
            f"not installed any more: install postgresql-{wanted}, or drop them with "
            "./aftersales reset --all."
        )

    def is_running(self):
        command = [self.binaries / "pg_ctl", "status", "-D", self.data]
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, check=False, **self.as_owner()
        )
        return done.returncode == 0

    def start(self):
        with self.home.lock(f"postgresql-{self.name}"):
            self.make_folder(self.folder)
            if self.socket_folder != self.folder:
                self.make_folder(self.socket_folder)
            self.binaries = self.choose_binaries()
            if not (self.data / "PG_VERSION").exists():
                self.create()
            if not self.is_running():
                self.launch()

    def create(self):
        progress = Progress(f"Creating the PostgreSQL cluster '{self.name}'")
        sweep_partial(self.data)
        shutil.rmtree(self.data, ignore_errors=True)
        partial = self.data.with_name(f"{self.data.name}.partial-{os.getpid()}")
        run(
            "initdb",
            [
                *(self.binaries / "initdb", "-D", partial, "-U", self.user),
                *("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"),
            ],
            self.home.logs / "initdb.log",
            **self.as_owner(),
        )
        partial.rename(self.data)
        progress.done()

    def launch(self):
        say(f"Starting PostgreSQL '{self.name}' on a unix socket")
        settings = {
            # nobody but its owner and root may connect
            "unix_socket_permissions": "0700",
            "unix_socket_directories": self.socket_folder,
            "listen_addresses": "",
            "shared_buffers": "512MB",
            "max_connections": 200,
            # a story is one transaction over hundreds of tables and indexes
            "max_locks_per_transaction": 256,
            **self.settings,
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = self.folder / "server.log"
        command = [self.binaries / "pg_ctl", "start", "-w", "-t", "120"]
        command += ["-D", self.data, "-l", log, "-o", options]
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **self.as_owner(),
        )
        if done.returncode:
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise diagnose(f"Start of PostgreSQL '{self.name}'", tail, self.log)

    def stop(self):
        if not (self.data / "PG_VERSION").exists():
            return
        self.binaries = self.choose_binaries()
        if not self.is_running():
            return
        say(f"Stopping PostgreSQL '{self.name}'")
        command = [self.binaries / "pg_ctl", "stop", "-w", "-m", "fast"]
        subprocess.run(
            [*command, "-D", self.data],
            stdout=subprocess.DEVNULL,
            check=False,
            **self.as_owner(),
        )


def make_server(home, name):
    """The user's server, else a private cluster ("demo" or "test")."""
    if os.environ.get("PGHOST"):
        given = {k: v for k, v in os.environ.items() if k.startswith("PG")}
        return Server(given)
    if name == "demo":
        return PrivateServer(home, name, {})
    # tests are repeated, not recovered: they need no safe disk writes
    settings = dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
    return PrivateServer(home, name, settings)
