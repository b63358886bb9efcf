# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""System packages: what is there, and how the rest gets there."""

import contextlib
import ctypes.util
import importlib.util
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .console import Problem, Progress, run, say


def find_browser():
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


def find_postgres_binaries():
    """Folders with PostgreSQL's server programs, newest version first."""
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: -float(re.sub(r"[^\d.]", "", folder.parent.name) or 0),
    )
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return [f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()]


def has_chinese_font():
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    return any(next(f.rglob("NotoSansCJK*"), None) for f in folders if f.exists())


@dataclass(frozen=True)
class SystemPackage:
    name: str
    present: object
    wanted_by: tuple
    #: what is lost without it; empty if nothing works without it
    loss: str = ""


SYSTEM_PACKAGES = (
    SystemPackage(
        "python3-venv",
        lambda: importlib.util.find_spec("ensurepip"),
        ("up", "test", "lint"),
    ),
    SystemPackage(
        "postgresql",
        lambda: os.environ.get("PGHOST") or find_postgres_binaries(),
        ("up", "test"),
    ),
    SystemPackage("postgresql-client", lambda: shutil.which("psql"), ("up", "test")),
    SystemPackage(
        "libmagic1",
        lambda: ctypes.util.find_library("magic"),
        ("up", "test"),
        "file types are guessed from names only",
    ),
    SystemPackage(
        "wkhtmltopdf",
        lambda: shutil.which("wkhtmltopdf"),
        ("up", "test"),
        "PDF forms cannot be printed",
    ),
    SystemPackage(
        "fonts-noto-cjk",
        has_chinese_font,
        ("up", "test"),
        "Chinese text is drawn as boxes in PDF forms",
    ),
    SystemPackage("chromium", find_browser, ("test",), "browser tests are skipped"),
    SystemPackage(
        "poppler-utils",
        lambda: shutil.which("pdftoppm"),
        ("test",),
        "tests that look into PDF forms are skipped",
    ),
)


def ensure_system_packages(home, purpose):
    """Install what the purpose (up, test, lint) needs and the machine lacks."""
    missing = [
        package
        for package in SYSTEM_PACKAGES
        if purpose in package.wanted_by and not package.present()
    ]
    if not missing:
        return
    names = [package.name for package in missing]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install_system_packages(home, names)
        missing = [package for package in missing if not package.present()]
    for package in [package for package in missing if package.loss]:
        say(f"Note: {package.name} is not installed: {package.loss}.")
    vital = [package.name for package in missing if not package.loss]
    if vital:
        raise Problem(
            f"Not installed: {', '.join(vital)}; install "
            f"{'them' if len(vital) > 1 else 'it'} first, e.g. with: "
            f"apt-get install {' '.join(names)}"
        )


def install_system_packages(home, names):
    progress = Progress(f"Installing system packages: {' '.join(names)}")
    log = home.logs / "apt.log"
    options = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    on_line = str.strip
    run("apt-get update", ["apt-get", "update"], log, progress, on_line, **options)
    install = ["apt-get", "install", "--yes", "--no-install-recommends"]
    try:
        run("apt-get install", [*install, *names], log, progress, on_line, **options)
    except Problem:
        # a distribution that lacks one of them shall still get the others
        for name in names:
            with contextlib.suppress(Problem):
                run("apt-get install", [*install, name], log, **options)
    progress.done()
