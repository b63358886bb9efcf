# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The deployment in docker/, checked as far as that goes without an engine.

The files are read, the entrypoint is run with a stand-in for Odoo that shows
what it was given, and the replication scripts are run on real PostgreSQL.
"""

import configparser
import os
import re
import shlex
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from harness import OdooServer, database_copy
from replicated import Replicated

from tooling.system import find_postgres_binaries

ROOT = Path(__file__).resolve().parent.parent
DOCKER = ROOT / "docker"
SECRETS = {"DB_PASSWORD": "s3cret%$x", "ADMIN_PASSWORD": "adm1n"}


def read_compose(name):
    return yaml.safe_load((DOCKER / name).read_text())


@pytest.fixture
def entrypoint(tmp_path):
    """Run the entrypoint with a stand-in for odoo that tells its arguments."""
    stand_in = tmp_path / "bin/odoo"
    stand_in.parent.mkdir()
    stand_in.write_text('#!/bin/bash\nprintf "%s\\n" "$@"\n')
    stand_in.chmod(0o755)
    rendered = tmp_path / "etc/odoo.conf"

    def run(*arguments, **environment):
        done = subprocess.run(
            [DOCKER / "entrypoint.sh", *arguments],
            env={
                "PATH": f"{stand_in.parent}:{os.environ['PATH']}",
                "ODOO_RC": str(rendered),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done, rendered

    return run


def read_options(path):
    parser = configparser.RawConfigParser()
    parser.read(path)
    return dict(parser["options"])


def test_entrypoint_renders_the_configuration(entrypoint):
    done, rendered = entrypoint("serve", DB_HOST="pg.internal", **SECRETS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
    options = read_options(rendered)
    assert options["db_host"] == "pg.internal"
    assert options["db_password"] == SECRETS["DB_PASSWORD"]
    assert options["admin_passwd"] == SECRETS["ADMIN_PASSWORD"]
    assert options["dbfilter"] == "^aftersales$"
    assert options["list_db"] == "False"
    assert options["proxy_mode"] == "True"
    assert "db_replica_host" not in options
    assert stat.S_IMODE(rendered.stat().st_mode) == 0o600


def test_entrypoint_reads_secrets_from_files(entrypoint, tmp_path):
    secret = tmp_path / "db_password"
    secret.write_text("from a file\n")
    done, rendered = entrypoint(
        "serve", DB_PASSWORD_FILE=str(secret), ADMIN_PASSWORD="adm1n"
    )
    assert done.returncode == 0, done.stderr
    assert read_options(rendered)["db_password"] == "from a file"


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_entrypoint_refuses_to_start_without_a_secret(entrypoint, missing):
    given = {name: text for name, text in SECRETS.items() if name != missing}
    done, rendered = entrypoint("serve", **given)
    assert done.returncode == 1
    assert missing in done.stderr
    assert not rendered.exists()


def test_entrypoint_sends_reads_to_the_replica(entrypoint):
    _done, rendered = entrypoint("serve", DB_REPLICA_HOST="db-replica", **SECRETS)
    options = read_options(rendered)
    assert options["db_replica_host"] == "db-replica"
    assert options["db_replica_port"] == "5432"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["init"],
            [
                "--init",
                "aftersales_service,aftersales_claims,aftersales_tools",
                "--load-language",
                "en_US,zh_CN",
                "--stop-after-init",
                "--no-http",
            ],
        ),
        (
            ["upgrade"],
            [
                "--update",
                "aftersales_service,aftersales_claims,aftersales_tools",
                "--stop-after-init",
                "--no-http",
            ],
        ),
        (["shell", "-d", "x"], ["shell", "-d", "x"]),
    ],
)
def test_entrypoint_commands(entrypoint, arguments, expected):
    done, _rendered = entrypoint(*arguments, **SECRETS)
    assert done.stdout.split() == expected


def test_compose_keeps_secrets_and_data_outside():
    compose = read_compose("compose.yml")
    assert set(compose["services"]) == {"db", "init", "odoo", "proxy"}
    for name in ("db", "odoo", "proxy"):
        assert compose["services"][name]["healthcheck"]["test"], name
    for name in ("db", "odoo", "init"):
        passwords = {
            key: text
            for key, text in compose["services"][name]["environment"].items()
            if "PASSWORD" in key
        }
        assert passwords, name
        for text in passwords.values():
            assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", text), text
    used = {
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert used == set(compose["volumes"]) == {"db-data", "odoo-data"}
    # the database server is reachable from the other containers only
    assert "ports" not in compose["services"]["db"]


def test_compose_mounts_files_that_exist():
    for name in ("compose.yml", "compose.scale.yml"):
        for service in read_compose(name)["services"].values():
            for volume in service.get("volumes", []):
                source = volume.partition(":")[0]
                if source.startswith("."):
                    assert (DOCKER / source).exists(), source


def test_scaled_compose_overlays_the_plain_one():
    plain = read_compose("compose.yml")["services"]
    scaled = read_compose("compose.scale.yml")["services"]
    assert set(scaled) - set(plain) == {"db-replica"}
    assert scaled["odoo"]["environment"]["DB_REPLICA_HOST"] == "db-replica"
    assert scaled["odoo"]["deploy"]["replicas"] > 1
    assert "wal_level=replica" in scaled["db"]["command"]


def test_every_secret_is_in_the_example():
    example = (DOCKER / "env.example").read_text()
    for name in ("compose.yml", "compose.scale.yml"):
        for variable in re.findall(r"\$\{(\w+):\?", (DOCKER / name).read_text()):
            assert re.search(rf"^{variable}=$", example, re.MULTILINE), variable


def test_dockerfile_installs_what_this_checkout_pins():
    instructions = (DOCKER / "Dockerfile").read_text()
    lines = re.sub(r"\\\n\s*", " ", instructions).splitlines()
    steps = [line.split(" ", 1) for line in lines if re.match(r"[A-Z]+ ", line)]
    assert steps[0] == ["FROM", "odoo:19.0"]
    for verb, rest in steps:
        if verb == "COPY":
            assert (ROOT / rest.split()[0]).exists(), rest
    users = [rest for verb, rest in steps if verb == "USER"]
    assert users[-1] == "odoo", "the server must not run as root"
    assert ["ENTRYPOINT", '["aftersales-entrypoint"]'] in steps
    assert any("requirements.txt" in rest for verb, rest in steps if verb == "RUN")


@pytest.fixture
def replicated():
    if not find_postgres_binaries():
        pytest.skip("PostgreSQL's server programs are not installed")
    with Replicated.in_temporary_folder() as world:
        yield world


def test_replication_scripts_on_real_postgresql(replicated):
    world = replicated
    world.start_primary()
    world.start_replica()
    world.sql("primary", "CREATE TABLE visit AS SELECT 42 AS km")
    for _attempt in range(50):
        if world.sql("replica", "SELECT to_regclass('visit')"):
            break
        time.sleep(0.1)
    assert world.sql("replica", "SELECT km FROM visit") == "42"
    assert world.sql("replica", "SELECT pg_is_in_recovery()") == "t"
    assert world.sql("primary", "SELECT active FROM pg_replication_slots") == "t"


def test_entrypoint_starts_the_real_odoo(tmp_path):
    """Rendered configuration and entrypoint, with worker processes as in the image."""
    program = tmp_path / "odoo"
    program.write_text(
        f'#!/bin/bash\nexec {shlex.quote(sys.executable)} -m odoo "$@"\n'
    )
    program.chmod(0o755)
    with database_copy() as name:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("PG")},
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "ODOO_RC": str(tmp_path / "odoo.conf"),
            "ADDONS_PATH": os.environ["AFTERSALES_ADDONS_PATH"],
            "DATA_DIR": str(tmp_path / "data"),
            "DB_HOST": os.environ["PGHOST"],
            "DB_PORT": os.environ.get("PGPORT", "5432"),
            "DB_USER": os.environ["PGUSER"],
            "DB_NAME": name,
            "WORKERS": "2",
            "DB_PASSWORD": os.environ.get("PGPASSWORD", "unused on a socket"),
            "ADMIN_PASSWORD": "adm1n",
        }
        entrypoint = DOCKER / "entrypoint.sh"
        with OdooServer(name, command=[entrypoint], env=environment) as server:
            call = server.login()
            installed = call(
                *("ir.module.module", "search_count"),
                [("name", "=like", "aftersales_%"), ("state", "=", "installed")],
            )
    assert installed == 3
