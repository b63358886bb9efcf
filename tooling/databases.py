# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo databases: built once for each state of the code, then copied."""

import contextlib
import os
import re
import shutil
import tempfile
import time
import uuid
from pathlib import Path

from .console import Progress, run
from .project import (
    CHECKOUT,
    dependencies,
    hash_addons,
    is_page_content,
    present_addons,
    short_hash,
    test_modules,
)

LANGUAGES = "en_US,zh_CN"
#: Odoo's options to do something to a database and end
ONCE = ("--stop-after-init", "--no-http")
#: raised when a change of these scripts makes databases built before unusable
RECIPE = "1"
#: databases of earlier states of the code that are kept
KEPT_DATABASES = 3
#: and whatever was used that lately
KEPT_SECONDS = 3 * 3600

BUNDLE_SCRIPT = """
qweb = env["ir.qweb"]
scripts, styles = qweb._get_bundles_to_pregenarate()
# asked for by scripts, not by pages
scripts |= {"bus.websocket_worker_assets", "web.assets_emoji"}
for bundle in sorted(scripts | styles):
    # Odoo's own tests of its scripts are none of ours
    if "unit" in bundle or bundle.endswith("tests_assets"):
        continue
    if bundle in scripts:
        qweb._get_asset_bundle(bundle, css=False, js=True).js()
    if bundle in styles:
        qweb._get_asset_bundle(bundle, css=True, js=False).css()
env.cr.commit()
"""


class Databases:
    """Odoo databases on one server, with their file stores."""

    def __init__(self, home, odoo, venv, server, name):
        self.home = home
        self.odoo = odoo
        self.venv = venv
        self.server = server
        self.data = home.path / f"data-{name}"

    # --- Odoo's own programs -------------------------------------------------

    def odoo_env(self):
        env = self.server.env()
        # Odoo reads the server's address from PGHOST and its companions
        env.pop("ODOO_RC", None)
        ignored = ("DeprecationWarning", "PendingDeprecationWarning", "SyntaxWarning")
        env["PYTHONWARNINGS"] = ",".join(f"ignore::{name}" for name in ignored)
        return env

    @property
    def addons_path(self):
        return ",".join(map(str, [*self.odoo.addons_path, CHECKOUT / "addons"]))

    def write_config(self, name, **settings):
        """Configuration file of a database; the server's address stays out."""
        values = {
            "addons_path": self.addons_path,
            "data_dir": self.data,
            "http_interface": "127.0.0.1",
            "list_db": False,
            "log_handler": ":INFO,py.warnings:ERROR",
            "screenshots": self.home.path / "screenshots",
            **settings,
        }
        path = self.home.path / "conf" / f"{name}.conf"
        path.parent.mkdir(exist_ok=True)
        lines = [f"{key} = {value}\n" for key, value in values.items()]
        path.write_text("[options]\n" + "".join(lines))
        return path

    def run_odoo(self, title, arguments, log, **options):
        """Run Odoo to its end and show what it is at."""

        def on_line(line):
            found = re.search(r"Loading module (\S+) \((\d+)/(\d+)\)", line)
            if found:
                return f"module {found[2]} of {found[3]}: {found[1]}"
            return line.strip() if line.startswith("demo:") else None

        progress = Progress(title)
        command = [self.venv.python, "-m", "odoo", *arguments]
        env = self.odoo_env()
        output = run(title, command, log, progress, on_line, env=env, **options)
        progress.done()
        return output

    # --- copies and names ----------------------------------------------------

    def names(self):
        everything = "SELECT datname FROM pg_database WHERE NOT datistemplate"
        return self.server.sql(everything)

    def filestore(self, name):
        return self.data / "filestore" / name

    def drop(self, name):
        self.server.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.filestore(name), ignore_errors=True)

    def rename(self, old, new):
        """The database's rename comes last: it is what makes the new one exist."""
        shutil.rmtree(self.filestore(new), ignore_errors=True)
        if self.filestore(old).exists():
            self.filestore(old).rename(self.filestore(new))
        self.server.sql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')

    def copy(self, source, target):
        with self.home.lock("databases"):
            self.server.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        if self.filestore(source).exists():
            # stored files are never changed in place, so links are safe
            shutil.copytree(
                self.filestore(source), self.filestore(target), copy_function=os.link
            )

    def set_comment(self, name, comment):
        quoted = comment.replace("'", "''")
        self.server.sql(f"COMMENT ON DATABASE \"{name}\" IS '{quoted}'")

    def comment(self, name):
        rows = self.server.sql(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = '{name}'"
        )
        return rows[0] if rows else ""

    # --- the cache -----------------------------------------------------------

    def cached(self, name, build):
        """Database of that name, built under a temporary one if missing.

        :param build: called with the temporary name
        """
        if name not in self.names():
            with self.home.lock(f"database-{name}"):
                if name not in self.names():
                    self.home.require_space(1)
                    partial = f"tmp_{name}"
                    self.drop(partial)
                    build(partial)
                    self.rename(partial, name)
        # the time of the last use, for collect_garbage
        self.set_comment(name, f"{time.time():.0f}")
        return name

    def collect_garbage(self):
        """Drop copies of runs that are gone and caches that went out of use."""
        with self.home.lock("databases"):
            names = self.names()
            for name in names:
                run_copy = re.match(r"run_(\d+)_", name)
                if run_copy and not Path(f"/proc/{run_copy[1]}").exists():
                    self.drop(name)
            for prefix in ("deps_", "addons_", "assets_", "beside_"):
                cached = [name for name in names if name.startswith(prefix)]
                used = {name: float(self.comment(name) or 0) for name in cached}
                for name in sorted(cached, key=used.get, reverse=True)[KEPT_DATABASES:]:
                    # other checkouts may be working with the younger ones
                    if used[name] < time.time() - KEPT_SECONDS:
                        self.drop(name)

    def with_dependencies(self):
        """Template with all that the addons and their tests build on."""
        modules = sorted({*dependencies(), *test_modules()})
        key = short_hash(RECIPE, self.odoo.identity, self.venv.key, LANGUAGES, *modules)

        def build(name):
            config = self.write_config(name)
            arguments = ["-c", config, "-d", name, "-i", ",".join(modules)]
            arguments += ["--load-language", LANGUAGES, *ONCE]
            title = f"Installing Odoo and {len(modules)} modules into a template"
            self.run_odoo(title, arguments, self.fresh_log(f"deps_{key}"))
            config.unlink()

        return self.cached(f"deps_{key}", build)

    def with_addons(self):
        """Template with the addons in their present state."""
        template = self.with_dependencies()
        key = short_hash(template, hash_addons())

        def build(name):
            self.copy(template, name)
            config = self.write_config(name)
            arguments = ["-c", config, "-d", name, "-i", ",".join(present_addons())]
            log = self.fresh_log(f"addons_{key}")
            self.run_odoo("Installing the addons", [*arguments, *ONCE], log)
            config.unlink()

        return self.cached(f"addons_{key}", build)

    def with_assets(self):
        """Template with the scripts and styles of its pages already bundled.

        A browser test otherwise bundles them anew, for half a minute, because
        what one test did is rolled back before the next.
        """
        template = self.with_addons()
        key = short_hash(template, hash_addons(wanted=is_page_content))

        def build(name):
            self.copy(template, name)
            config = self.write_config(name)
            log = self.fresh_log(f"assets_{key}")
            command = ["shell", "-c", config, "-d", name, "--no-http"]
            with tempfile.TemporaryFile("w+") as script:
                script.write(BUNDLE_SCRIPT)
                script.seek(0)
                self.run_odoo("Bundling scripts and styles", command, log, stdin=script)
            config.unlink()

        return self.cached(f"assets_{key}", build)

    def with_others(self, folder, modules):
        """Template with modules of other people beside the addons, for benchmarks.

        :param folder: where those modules are, beside what the addons build on
        """
        template = self.with_addons()
        key = short_hash(template, folder, *modules)

        def build(name):
            self.copy(template, name)
            config = self.write_config(name, addons_path=self.beside(folder))
            arguments = ["-c", config, "-d", name, "-i", ",".join(modules), *ONCE]
            title = f"Installing {', '.join(modules)} beside the addons"
            self.run_odoo(title, arguments, self.fresh_log(f"beside_{key}"))
            config.unlink()

        return self.cached(f"beside_{key}", build)

    def beside(self, folder):
        """Path of the addons with one more folder."""
        return f"{self.addons_path},{folder}"

    def fresh_log(self, name):
        log = self.home.logs / f"{name}.log"
        log.unlink(missing_ok=True)
        return log

    @contextlib.contextmanager
    def run_copy(self, template):
        """Copy of a template for one run, dropped afterwards."""
        name = f"run_{os.getpid()}_{uuid.uuid4().hex[:6]}"
        self.copy(template, name)
        try:
            yield name
        finally:
            self.drop(name)
