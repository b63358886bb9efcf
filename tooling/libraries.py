# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The virtual environment with the pinned Python libraries."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from .console import Progress, run
from .project import CHECKOUT, short_hash

REQUIREMENTS = ("requirements-odoo.txt", "requirements.txt", "requirements-dev.txt")


@dataclass(frozen=True)
class Venv:
    path: Path
    key: str

    @property
    def python(self):
        return self.path / "bin/python"


def ensure_venv(home, odoo):
    """Virtual environment with the pinned libraries, which sees that Odoo."""
    pins = [(CHECKOUT / name).read_text() for name in REQUIREMENTS]
    python = f"{sys.version_info[0]}.{sys.version_info[1]} {sys.base_prefix}"
    key = short_hash(python, odoo.path, *pins)
    venv = Venv(home.path / f"venv-{key}", key)
    complete = venv.path / "COMPLETE"
    if complete.exists():
        complete.touch()
        return venv
    with home.lock(f"venv-{key}"):
        if complete.exists():
            return venv
        home.require_space(2)
        progress = Progress("Installing the Python libraries")
        log = home.logs / "pip.log"
        # Scripts in a virtual environment carry its path, so it is built in
        # place; without the mark at the end the next run begins anew.
        shutil.rmtree(venv.path, ignore_errors=True)
        run("Creating a venv", [sys.executable, "-m", "venv", venv.path], log)
        site = next(venv.path.glob("lib/python*/site-packages"))
        (site / "odoo-location.pth").write_text(f"{odoo.path}\n")
        files = [part for name in REQUIREMENTS for part in ("-r", CHECKOUT / name)]
        # The lists are complete, so nothing is resolved; Odoo need not be
        # known to pip for the OCA addons, and nist-nestor is there as data.
        pip = [venv.python, "-m", "pip", "--disable-pip-version-check", "install"]
        run(
            "pip install",
            [*pip, "--no-deps", "--progress-bar=off", *files],
            log,
            progress,
            lambda line: line.strip() if line.startswith("Collecting") else None,
        )
        complete.touch()
        progress.done()
        forget_old(home.path.glob("venv-*"), lambda path: path / "COMPLETE")
    return venv


def ensure_beside(home, venv):
    """Folder with the addons of others that benchmarks measure beside ours."""
    pins = CHECKOUT / "benchmarks/requirements.txt"
    folder = home.path / f"beside-{short_hash(venv.key, pins.read_text())}"
    with home.lock(folder.name):
        if not folder.exists():
            progress = Progress("Fetching the addons to measure beside ours")
            partial = folder.with_name(f"{folder.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            pip = [venv.python, "-m", "pip", "--disable-pip-version-check", "install"]
            target = ["--no-deps", "--progress-bar=off", "--target", partial]
            log = home.logs / "pip.log"
            run("pip install", [*pip, *target, "-r", pins], log, progress)
            partial.rename(folder)
            progress.done()
            forget_old(home.path.glob("beside-*"), lambda path: path)
    return folder / "odoo/addons"


def forget_old(folders, stamp, kept=3):
    """Remove all but the folders used last."""

    def used(folder):
        mark = stamp(folder)
        return mark.stat().st_mtime if mark.exists() else 0

    for folder in sorted(folders, key=used, reverse=True)[kept:]:
        shutil.rmtree(folder, ignore_errors=True)
