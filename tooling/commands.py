# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The commands of ./aftersales, and what they work with."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import demo
from .console import Problem, say
from .databases import Databases
from .erp import ensure_odoo
from .home import Home
from .libraries import ensure_beside, ensure_venv
from .postgresql import make_server
from .project import CHECKOUT, hash_addons, is_demo_content, present_addons
from .system import ensure_system_packages, find_browser

HELP = """\
commands:
  up        bring up the demo company at http://localhost:8069
  test      run all tests, or those named by pytest arguments
  stop      stop the demo company and the private database servers
  reset     forget the demo company (--all: everything ever built)
  shell     Python prompt (or a script on standard input) in the demo company
  lint      ruff, pylint-odoo, XML
  i18n      refresh the translation files (--check: only say whether they are)
  bench     run the measurements under benchmarks/
  screenshots
            take the pictures of docs/images again, in the demo company

environment:
  AFTERSALES_HOME   where everything is built (default: /var/lib/aftersales for
                    root, else ~/.local/share/aftersales)
  AFTERSALES_ODOO   a folder with Odoo 19.0 to use instead of fetching one
  PGHOST, PGPORT, PGUSER, PGPASSWORD
                    a PostgreSQL server to use instead of a private one
"""


class Workshop:
    """What the commands work with, made when first asked for."""

    def __init__(self, purpose):
        self.home = Home.from_environment()
        self.home.create()
        ensure_system_packages(self.home, purpose)
        self.odoo = ensure_odoo(self.home)
        self.venv = ensure_venv(self.home, self.odoo)

    def databases(self, name):
        server = make_server(self.home, name)
        server.start()
        return Databases(self.home, self.odoo, self.venv, server, name)


# --------------------------------------------------------------------------
# Commands
# --------------------------------------------------------------------------


def chosen_paths(arguments):
    """The files and folders among arguments for pytest."""
    paths = (
        CHECKOUT / argument.partition("::")[0] for argument in arguments if argument
    )
    return [path for path in paths if path.exists()]


def has_browser_tests(paths):
    """Whether a test below the paths uses a browser; without a path all tests run."""
    for path in paths:
        files = [path] if path.is_file() else path.rglob("test_*.py")
        if any(b"HttpCase" in file.read_bytes() for file in files):
            return True
    return not paths


def pytest_arguments(arguments, processors=None):
    """Arguments for pytest: all tests, on all processors, unless told otherwise."""
    arguments = list(arguments)
    single = ("-s", "--pdb", "--trace", "--co", "-n", "--numprocesses", "--dist")
    told = any(argument.startswith(single) for argument in arguments)
    processors = min(4, processors or os.cpu_count() or 1)
    if chosen_paths(arguments) or told or processors == 1:
        return arguments
    # a test class prepares its records once: it stays on one processor
    return ["-n", str(processors), "--dist", "loadscope", *arguments]


def command_test(arguments):
    shop = Workshop("test")
    databases = shop.databases("test")
    databases.collect_garbage()
    installed = databases.with_addons()
    browser = has_browser_tests(chosen_paths(arguments))
    template = databases.with_assets() if browser else installed
    with databases.run_copy(template) as name:
        config = databases.write_config(name)
        env = {
            **databases.odoo_env(),
            # for tests that start an Odoo, or install and uninstall, by themselves
            "AFTERSALES_TEMPLATE": template,
            "AFTERSALES_DEPENDENCIES": databases.with_dependencies(),
            "AFTERSALES_CONFIG": str(config),
            "AFTERSALES_ADDONS_PATH": databases.addons_path,
            "AFTERSALES_INSTALL_LOG": str(shop.home.logs / f"{installed}.log"),
        }
        command = [shop.venv.python, "-m", "pytest", "--odoo-http"]
        command += [f"--odoo-config={config}", f"--odoo-database={name}"]
        command += pytest_arguments(arguments)
        say("Running the tests")
        try:
            done = subprocess.run(command, env=env, cwd=CHECKOUT, check=False)
        finally:
            config.unlink()
    return done.returncode


def modules_beside(script):
    """Modules that a benchmark names in a line ``# beside: ...``."""
    found = re.search(r"^# beside: (.+)$", script.read_text(), re.MULTILINE)
    return found[1].split() if found else []


def command_bench(arguments):
    """Run scripts under benchmarks/ in an Odoo shell, each on a fresh copy."""
    folder = CHECKOUT / "benchmarks"
    names = sorted(path.stem for path in folder.glob("[!_]*.py"))
    unknown = set(arguments) - set(names)
    if unknown or not names:
        raise Problem(
            f"Unknown benchmark {', '.join(sorted(unknown)) or ''}: there are "
            f"{', '.join(names) or 'none yet'}."
        )
    shop = Workshop("test")
    databases = shop.databases("test")
    databases.collect_garbage()
    code = 0
    for name in arguments or names:
        settings = {"log_level": "warn"}
        if modules := modules_beside(folder / f"{name}.py"):
            others = ensure_beside(shop.home, shop.venv)
            settings["addons_path"] = databases.beside(others)
            template = databases.with_others(others, modules)
        else:
            template = databases.with_addons()
        with databases.run_copy(template) as database:
            config = databases.write_config(database, **settings)
            say(f"Measuring {name}")
            with (folder / f"{name}.py").open() as script:
                done = subprocess.run(
                    [
                        *(shop.venv.python, "-m", "odoo", "shell", "--no-http"),
                        *("-c", config, "-d", database),
                    ],
                    stdin=script,
                    env={**databases.odoo_env(), "PYTHONPATH": str(folder)},
                    check=False,
                )
            config.unlink()
            code = code or done.returncode
    return code


def command_up(options):
    home = Home.from_environment()
    home.create()
    state = demo.running_state(home, options.database)
    if not state or state["port"] != options.port:
        demo.require_free_port(options.port)
    shop = Workshop("up")
    databases = shop.databases("demo")
    company = demo.Company(databases, options.database, options.port)
    current = hash_addons(wanted=is_demo_content)
    fresh = options.database in databases.names() and (
        databases.comment(options.database) == current
    )
    same = state and state["port"] == options.port
    if same and state["checkout"] == str(CHECKOUT) and fresh:
        say("It is up already.")
    else:
        demo.stop_server(home, options.database)
        config = company.ensure()
        company.set_address()
        company.serve(config)
    say(f"The demo company is at http://localhost:{options.port}")
    say("Log in as  admin / admin  (administrator)")
    for line in demo.logins():
        say(f"           {line}")
    say("Stop it with ./aftersales stop")
    return 0


def command_stop(options):
    home = Home.from_environment()
    stopped = demo.stop_server(home, options.database)
    if not os.environ.get("PGHOST"):
        make_server(home, "demo").stop()
        test = make_server(home, "test")
        if test.data.exists():
            test.binaries = test.choose_binaries()
        if test.data.exists() and test.is_running():
            busy = "SELECT 1 FROM pg_stat_activity WHERE datname LIKE 'run%' LIMIT 1"
            if test.sql(busy):
                say("PostgreSQL 'test' stays: tests are running on it.")
            else:
                test.stop()
    if not stopped:
        say("The demo company was not running.")
    return 0


def command_reset(options):
    command_stop(options)
    home = Home.from_environment()
    if options.all:
        for pattern in (
            "odoo-*",
            "venv-*",
            "beside-*",
            "apt",
            "postgresql",
            "data-*",
            "conf",
        ):
            for path in home.path.glob(pattern):
                say(f"Removing {path}")
                shutil.rmtree(path)
        return 0
    shop = Workshop("up")
    databases = shop.databases("demo")
    for name in (options.database, f"tmp_{options.database}"):
        databases.drop(name)
    say("The demo company is gone; ./aftersales up makes a new one.")
    return 0


def command_shell(arguments):
    shop = Workshop("up")
    databases = shop.databases("demo")
    if demo.DATABASE not in databases.names():
        raise Problem("There is no demo company yet: run ./aftersales up first.")
    company = demo.Company(databases, demo.DATABASE, demo.PORT)
    config = company.ensure()
    command = [shop.venv.python, "-m", "odoo", "shell", "--no-http", "-c", config]
    command += ["-d", demo.DATABASE, *arguments]
    return subprocess.run(command, env=databases.odoo_env(), check=False).returncode


def command_lint(options):
    shop = Workshop("lint")
    python = shop.venv.python
    fix = options.fix
    checks = {
        "ruff check": ["-m", "ruff", "check", *(["--fix"] if fix else []), "."],
        "ruff format": ["-m", "ruff", "format", *([] if fix else ["--check"]), "."],
        "XML": [CHECKOUT / "scripts/check_xml.py", "addons"],
        "pylint-odoo": ["-m", "pylint", "--rcfile=.pylintrc", "-j0"]
        + [f"addons/{name}" for name in present_addons()],
    }
    failed = []
    for name, arguments in checks.items():
        say(name)
        if subprocess.run([python, *arguments], cwd=CHECKOUT, check=False).returncode:
            failed.append(name)
    if failed:
        raise Problem(f"Not clean: {', '.join(failed)}.")
    say("All clean.")
    return 0


def command_i18n(options):
    shop = Workshop("test")
    databases = shop.databases("test")
    databases.collect_garbage()
    template = databases.with_addons()
    with databases.run_copy(template) as name, tempfile.TemporaryDirectory() as folder:
        config = databases.write_config(name)
        for addon in present_addons():
            output = Path(folder) / f"{addon}.pot"
            export = ["i18n", "export", "-c", config, "-d", name, "-o", output]
            log = shop.home.logs / "i18n.log"
            databases.run_odoo(f"Exporting terms of {addon}", [*export, addon], log)
        config.unlink()
        merge = [shop.venv.python, CHECKOUT / "scripts/merge_translations.py", folder]
        merge += [CHECKOUT / "addons", *present_addons()]
        merge += ["--check"] if options.check else []
        merge += ["--fill", options.fill] if options.fill else []
        if options.from_odoo:
            merge += ["--reference", *shop.odoo.own_addons]
        return subprocess.run(merge, check=False).returncode


def command_screenshots(options):
    """Take the pictures of the README in the demo company, which is brought up."""
    code = command_up(options)
    if code:
        return code
    # a browser is among what tests need
    shop = Workshop("test")
    browser = find_browser()
    if not browser:
        raise Problem("Screenshots need Chromium, which can't be installed here.")
    say(f"Taking screenshots; they go to {options.output}")
    command = [shop.venv.python, CHECKOUT / "scripts/screenshots.py"]
    command += [str(options.port), options.output, browser, *options.names]
    return subprocess.run(command, check=False).returncode


def build_parser():
    parser = argparse.ArgumentParser(
        prog="./aftersales",
        description="Demo, tests and checks of the after-sales addons for Odoo 19.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name, function, summary):
        command = commands.add_parser(name, description=summary)
        command.set_defaults(function=function)
        return command

    def add_database(command):
        command.add_argument(
            "--database", default=demo.DATABASE, help="name of the demo database"
        )

    up = add("up", command_up, "Bring up the demo company.")
    add_database(up)
    up.add_argument("--port", type=int, default=demo.PORT)
    pictures = add(
        "screenshots",
        command_screenshots,
        "Take the pictures of docs/images again, in the demo company.",
    )
    add_database(pictures)
    pictures.add_argument("--port", type=int, default=demo.PORT)
    pictures.add_argument(
        "--output", default=CHECKOUT / "docs/images", help="folder for the pictures"
    )
    pictures.add_argument("names", nargs="*", help="of those wanted (default: all)")
    add_database(add("stop", command_stop, "Stop the demo company."))
    reset = add("reset", command_reset, "Forget the demo company.")
    add_database(reset)
    reset.add_argument(
        "--all", action="store_true", help="forget everything that was ever built"
    )
    lint = add("lint", command_lint, "Check style and form of the code.")
    lint.add_argument("--fix", action="store_true", help="repair what ruff can repair")
    i18n = add("i18n", command_i18n, "Refresh the translation files.")
    i18n.add_argument(
        "--check",
        action="store_true",
        help="change nothing; fail if a .pot is stale or a translation is missing",
    )
    i18n.add_argument(
        "--fill", metavar="DIR", help="fill empty translations from DIR/*.po, *.json"
    )
    i18n.add_argument(
        "--from-odoo",
        action="store_true",
        help="fill empty translations of terms that Odoo itself has translated",
    )
    add("test", command_test, "Run tests: further arguments go to pytest.")
    add("shell", command_shell, "Python prompt: further arguments go to odoo shell.")
    add("bench", command_bench, "Run the benchmarks that are named, or all.")
    return parser


#: commands whose arguments belong to the program that they run
PASSING = {"test", "shell", "bench"}


def parse(argv):
    """Function of the command, and what to call it with."""
    parser = build_parser()
    if argv and argv[0] in PASSING:
        mine = argv[1:2] in (["-h"], ["--help"])
        options = parser.parse_args(argv[:2] if mine else argv[:1])
        return options.function, argv[1:]
    options = parser.parse_args(argv)
    return options.function, options


def main(argv=None):
    function, options = parse(sys.argv[1:] if argv is None else argv)
    try:
        return function(options)
    except Problem as problem:
        print(f"[aftersales] {problem}", file=sys.stderr, flush=True)
    except OSError as error:
        if error.errno not in (28, 122):  # ENOSPC, EDQUOT
            raise
        print("[aftersales] The disk is full.", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("[aftersales] Interrupted; the next run repairs.", file=sys.stderr)
        return 130
    return 1
