# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The entry script's own decisions, tried on real files, ports and processes."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from harness import databases, free_port

from tooling import commands, console, demo, erp, home, postgresql, project, system

ROOT = Path(__file__).resolve().parent.parent


def script(*arguments, **environment):
    return subprocess.run(
        [sys.executable, ROOT / "aftersales", *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


# --- arguments ---------------------------------------------------------------


def test_help_names_every_command():
    done = script("--help")
    assert done.returncode == 0
    for command in ("up", "test", "stop", "reset", "shell", "lint", "i18n", "bench"):
        assert f"\n  {command} " in done.stdout
    assert "\n  screenshots\n" in done.stdout


def test_unknown_command_is_refused():
    done = script("fly")
    assert done.returncode == 2
    assert "fly" in done.stderr


def test_arguments_after_test_belong_to_pytest():
    function, arguments = commands.parse(["test", "-k", "sla", "--durations=3"])
    assert function is commands.command_test
    assert arguments == ["-k", "sla", "--durations=3"]


def test_help_of_test_is_ours():
    assert "pytest" in script("test", "--help").stdout


def test_up_takes_port_and_database():
    function, options = commands.parse(["up", "--port", "8123", "--database", "x"])
    assert function is commands.command_up
    assert (options.port, options.database) == (8123, "x")


def test_screenshots_go_to_the_documentation_unless_told_otherwise():
    function, options = commands.parse(["screenshots", "board", "--database", "x"])
    assert function is commands.command_screenshots
    assert (options.names, options.database) == (["board"], "x")
    assert options.output == ROOT / "docs/images"
    assert commands.parse(["screenshots", "--output", "/tmp/a"])[1].output == "/tmp/a"


def test_pictures_shown_exist_and_are_small():
    shown = re.findall(r"\((docs/images/[^)]+)\)", (ROOT / "README.md").read_text())
    assert len(shown) >= 8
    for name in shown:
        assert (ROOT / name).stat().st_size < 120 * 1024, name
    known = (ROOT / "scripts/screenshots.py").read_text()
    for picture in (ROOT / "docs/images").glob("*.png"):
        assert f'"{picture.stem}"' in known, picture


@pytest.mark.parametrize(
    ("given", "parallel"),
    [
        ([], True),
        (["-k", "claim"], True),
        (["tests/test_entry_script.py"], False),
        (["tests/test_entry_script.py::test_x"], False),
        (["addons/aftersales_service"], False),
        (["-n", "0"], False),
        (["-s"], False),
        (["--pdb"], False),
    ],
)
def test_all_tests_run_in_parallel_and_chosen_ones_do_not(given, parallel):
    arguments = commands.pytest_arguments(given, processors=2)
    assert arguments[-len(given) :] == given or not given
    assert (arguments[:2] == ["-n", "2"]) == parallel


def test_one_processor_runs_tests_one_by_one():
    assert commands.pytest_arguments([], processors=1) == []


# --- the home directory ------------------------------------------------------


def test_home_is_what_the_user_says(tmp_path):
    named = home.Home.from_environment({"AFTERSALES_HOME": str(tmp_path / "x")})
    assert named.path == tmp_path / "x"


def test_home_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    done = script("up", AFTERSALES_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 1
    assert "AFTERSALES_HOME" in done.stderr
    assert "Traceback" not in done.stderr


def test_too_little_space_is_said(tmp_path):
    with pytest.raises(console.Problem, match="disk is full"):
        home.Home(tmp_path).require_space(10**6)


def test_interrupted_build_leaves_nothing_and_is_repaired(tmp_path):
    target = tmp_path / "odoo"
    with pytest.raises(KeyboardInterrupt), home.built_whole(target) as partial:
        (partial / "half").touch()
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())
    with home.built_whole(target) as partial:
        (partial / "whole").touch()
    assert [path.name for path in target.iterdir()] == ["whole"]


def test_leftover_of_a_killed_build_is_swept(tmp_path):
    target = tmp_path / "odoo"
    leftover = tmp_path / "odoo.partial-99999"
    leftover.mkdir()
    (leftover / "half").touch()
    with home.built_whole(target) as partial:
        (partial / "whole").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["odoo"]


def test_two_runs_do_not_prepare_the_same_thing_at_once(tmp_path):
    holder = """
import sys
from tooling.home import Home
with Home(sys.argv[1]).lock("thing"):
    print("locked", flush=True)
    sys.stdin.readline()
"""
    command = [sys.executable, "-c", holder, str(tmp_path)]
    pipe = subprocess.PIPE
    options = {"cwd": ROOT, "stdin": pipe, "stdout": pipe, "text": True}
    entered = threading.Event()

    def enter():
        with home.Home(tmp_path).lock("thing"):
            entered.set()

    with subprocess.Popen(command, **options) as other:
        assert other.stdout.readline() == "locked\n"
        second = threading.Thread(target=enter)
        second.start()
        assert not entered.wait(timeout=0.5)
        other.communicate("\n")
        assert entered.wait(timeout=60)
        second.join()


# --- Odoo --------------------------------------------------------------------


def fake_odoo(folder, version):
    (folder / "odoo").mkdir(parents=True)
    (folder / "odoo/release.py").write_text(f"version_info = ({version}, 'final', 0)\n")
    return folder


def test_named_odoo_of_the_right_series(tmp_path):
    path = fake_odoo(tmp_path / "o", "19, 0, 0")
    (path / "addons/web").mkdir(parents=True)
    found = erp.named_odoo({"AFTERSALES_ODOO": str(path)})
    assert found.path == path
    assert found.addons_path == [path / "addons"]


def test_wrong_series_is_said(tmp_path):
    path = fake_odoo(tmp_path / "o", "18, 0, 0")
    done = script(
        "lint", AFTERSALES_ODOO=str(path), AFTERSALES_HOME=str(tmp_path / "h")
    )
    assert done.returncode == 1
    assert "Odoo 18.0" in done.stderr
    assert "19.0" in done.stderr
    assert "Traceback" not in done.stderr


def test_folder_without_odoo_is_said(tmp_path):
    with pytest.raises(console.Problem, match="holds no Odoo"):
        erp.named_odoo({"AFTERSALES_ODOO": str(tmp_path)})


def test_fetched_odoo_counts_only_when_it_is_whole(tmp_path):
    place = home.Home(tmp_path)
    fake_odoo(tmp_path / "odoo-19.0/src", "19, 0, 0")
    assert erp.fetched_odoo(place) is None
    (tmp_path / "odoo-19.0/SOURCE").write_text("src\nodoo-19 1.2\n")
    assert erp.fetched_odoo(place).identity == "odoo-19 1.2"


# --- what goes wrong ---------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("cp: write error: No space left on device", "disk is full"),
        ("E: Temporary failure resolving 'mirror'", "No network"),
        ("NewConnectionError: Failed to establish a new connection", "No network"),
    ],
)
def test_known_failures_become_one_sentence(tmp_path, output, said):
    log = tmp_path / "logs/x.log"
    with pytest.raises(console.Problem, match=said):
        console.run("Step", ["sh", "-c", 'echo "$0"; exit 1', output], log)
    assert output in log.read_text()


def test_unknown_failure_shows_the_end_of_the_log(tmp_path):
    command = ["sh", "-c", "echo first; echo the reason >&2; exit 3"]
    with pytest.raises(console.Problem, match="the reason"):
        console.run("Step", command, tmp_path / "x.log")


def test_taken_port_is_said():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = script("up", "--port", str(port), "--database", "nobody_has_this")
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr


def test_missing_vital_package_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    package = system.SystemPackage("libreality", lambda: None, ("up",))
    monkeypatch.setattr(system, "SYSTEM_PACKAGES", (package,))
    with pytest.raises(console.Problem, match="apt-get install libreality"):
        system.ensure_system_packages(home.Home(tmp_path), "up")


def test_missing_optional_package_is_only_noted(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    package = system.SystemPackage("fonts-x", lambda: None, ("up",), "text is ugly")
    monkeypatch.setattr(system, "SYSTEM_PACKAGES", (package,))
    system.ensure_system_packages(home.Home(tmp_path), "up")
    assert "text is ugly" in capsys.readouterr().out


def test_no_postgresql_binaries_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(postgresql, "find_postgres_binaries", lambda: [])
    server = postgresql.PrivateServer(home.Home(tmp_path), "test", {})
    with pytest.raises(console.Problem, match="PGHOST"):
        server.choose_binaries()


def test_databases_of_a_version_that_is_gone_are_said(tmp_path):
    server = postgresql.PrivateServer(home.Home(tmp_path), "demo", {})
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(console.Problem, match="postgresql-9.6"):
        server.choose_binaries()


# --- which state the code is in ----------------------------------------------


@pytest.fixture
def addons(tmp_path):
    folder = tmp_path / "addons"
    module = folder / "aftersales_service"
    for name in ("models", "tests", "static/src", "static/description", "i18n", "demo"):
        (module / name).mkdir(parents=True)
    (module / "__manifest__.py").write_text('{"depends": ["stock", "mail"]}')
    (module / "models/request.py").write_text("x = 1\n")
    claims = folder / "aftersales_claims"
    claims.mkdir()
    (claims / "__manifest__.py").write_text('{"depends": ["aftersales_service", "hr"]}')
    return folder


def test_dependencies_are_other_peoples_modules(addons):
    assert project.dependencies(addons) == ["hr", "mail", "stock"]


def test_hash_does_not_depend_on_place_or_time(addons, tmp_path):
    before = project.hash_addons(addons)
    moved = shutil.copytree(addons, tmp_path / "elsewhere")
    os.utime(moved / "aftersales_service/models/request.py", (0, 0))
    assert project.hash_addons(moved) == before


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("models/request.py", True),
        ("models/new.py", True),
        ("i18n/zh_CN.po", True),
        ("static/description/icon.png", True),
        ("i18n/aftersales_service.pot", False),
        ("tests/test_new.py", False),
        ("static/src/board.js", False),
        ("demo/demo.xml", False),
        ("models/__pycache__/request.pyc", False),
    ],
)
def test_hash_follows_what_is_installed(addons, path, counts):
    before = project.hash_addons(addons)
    file = addons / "aftersales_service" / path
    file.parent.mkdir(exist_ok=True)
    file.write_text("y = 2\n")
    assert (project.hash_addons(addons) != before) == counts


def test_demo_hash_follows_scripts_and_demo_data_too(addons):
    before = project.hash_addons(addons, project.is_demo_content)
    (addons / "aftersales_service/static/src/board.js").write_text("1;")
    after = project.hash_addons(addons, project.is_demo_content)
    assert after != before


def test_test_modules_are_read_without_their_reasons(tmp_path):
    listing = tmp_path / "modules.txt"
    listing.write_text("# why\n\nmrp   # parts\nl10n_cn\n")
    assert project.test_modules(listing) == ["l10n_cn", "mrp"]


# --- the databases -----------------------------------------------------------


@pytest.fixture
def scratch():
    """Cache of databases on the test server, and a name nobody uses."""
    cache = databases()
    name = f"deps_test{os.getpid()}"
    yield cache, name
    for leftover in (name, f"tmp_{name}"):
        cache.drop(leftover)


def test_benchmarks_pin_what_they_measure_beside():
    """Every module that a benchmark names is among the pinned ones."""
    pins = (ROOT / "benchmarks/requirements.txt").read_text()
    named = {
        path.stem: commands.modules_beside(path)
        for path in (ROOT / "benchmarks").glob("[!_]*.py")
    }
    assert named["bench_beside"] == ["helpdesk_mgmt_sla", "fieldservice"]
    for module in sum(named.values(), []):
        assert f"\nodoo-addon-{module}==19.0." in pins, module


def test_interrupted_database_is_built_anew(scratch):
    cache, name = scratch

    def interrupted(partial):
        cache.server.sql(f'CREATE DATABASE "{partial}"')
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.cached(name, interrupted)
    assert name not in cache.names()

    def build(partial):
        cache.server.sql(f'CREATE DATABASE "{partial}"')
        cache.filestore(partial).mkdir(parents=True)
        (cache.filestore(partial) / "file").touch()

    cache.cached(name, build)
    assert name in cache.names()
    assert (cache.filestore(name) / "file").exists()
    # the second time nothing is built
    cache.cached(name, interrupted)


def test_run_copy_brings_its_files_and_goes_away(scratch):
    cache, name = scratch

    def build(partial):
        cache.server.sql(f'CREATE DATABASE "{partial}"')
        cache.filestore(partial).mkdir(parents=True)
        (cache.filestore(partial) / "file").write_text("photo")

    cache.cached(name, build)
    with cache.run_copy(name) as copy:
        assert copy in cache.names()
        assert (cache.filestore(copy) / "file").read_text() == "photo"
    assert copy not in cache.names()
    assert not cache.filestore(copy).exists()


def test_copies_of_killed_runs_are_collected(scratch):
    cache, _name = scratch
    ended = subprocess.Popen(["true"])
    ended.wait()
    orphan = f"run_{ended.pid}_abcdef"
    cache.server.sql(f'CREATE DATABASE "{orphan}"')
    cache.collect_garbage()
    assert orphan not in cache.names()


# --- a private PostgreSQL ----------------------------------------------------


@pytest.fixture
def private_server():
    if not system.find_postgres_binaries():
        pytest.skip("PostgreSQL's server programs are not installed")
    # a short path, which PostgreSQL's own user may enter
    place = home.Home(f"/var/tmp/aftersales-test-{os.getpid()}")
    place.create()
    server = postgresql.PrivateServer(place, "test", {"fsync": "off"})
    yield server
    server.stop()
    shutil.rmtree(place.path)


def test_private_server_survives_an_interrupted_creation(private_server):
    server = private_server
    # what a killed initdb leaves behind
    (server.folder / "data.partial-1").mkdir(parents=True)
    server.start()
    assert server.sql("SELECT 1 + 1") == ["2"]
    assert server.sql("SHOW listen_addresses") == []
    assert not list(server.folder.glob("*.partial-*"))
    server.start()
    server.stop()
    assert not server.is_running()


# --- the demo server ---------------------------------------------------------


def test_stop_ends_only_the_process_that_up_started(tmp_path):
    place = home.Home(tmp_path)
    (tmp_path / "conf").mkdir()
    config = tmp_path / "conf/aftersales.conf"
    waiting = [
        sys.executable,
        "-c",
        "import time; print('started', flush=True); time.sleep(60)",
    ]
    with contextlib.ExitStack() as stack:

        def start(*arguments):
            program = stack.enter_context(
                subprocess.Popen([*waiting, *arguments], stdout=subprocess.PIPE)
            )
            stack.callback(program.kill)
            # before it runs, its command line cannot be read
            assert program.stdout.readline() == b"started\n"
            return program

        ours, other = start(str(config)), start()
        state = demo.state_file(place, "aftersales")
        template = '{{"pid": {}, "port": 1, "config": "{}", "checkout": ""}}'
        # its process number was given to another program meanwhile
        state.write_text(template.format(other.pid, config))
        assert demo.running_state(place, "aftersales") is None
        assert demo.stop_server(place, "aftersales") is False
        assert other.poll() is None
        state.write_text(template.format(ours.pid, config))
        assert demo.stop_server(place, "aftersales") is True
        assert ours.wait(timeout=10) != 0
        assert not state.exists()


def test_nothing_answers_on_a_free_port():
    assert demo.answers(free_port()) is False


def test_logins_are_read_from_the_demo_data(tmp_path):
    listing = tmp_path / "logins.txt"
    listing.write_text("# login / password\nhotline / hotline  phone desk\n\n")
    assert demo.logins(listing) == ["hotline / hotline  phone desk"]
    assert demo.logins(tmp_path / "none") == []
