# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The folder in which everything is built, whole or not at all."""

import contextlib
import fcntl
import os
import shutil
from pathlib import Path

from .console import Problem, say

GIGABYTE = 1024**3


class Home:
    def __init__(self, path):
        self.path = Path(path)
        self.logs = self.path / "logs"
        self.locks = self.path / "locks"

    @classmethod
    def from_environment(cls, environ=os.environ):
        if environ.get("AFTERSALES_HOME"):
            return cls(Path(environ["AFTERSALES_HOME"]).expanduser().resolve())
        if os.geteuid() == 0:
            return cls("/var/lib/aftersales")
        return cls(Path.home() / ".local/share/aftersales")

    def create(self):
        try:
            for folder in (self.path, self.logs, self.locks):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Problem(
                f"{self.path} cannot be written ({error.strerror}): name another "
                "folder in AFTERSALES_HOME."
            ) from error

    def require_space(self, gigabytes):
        free = shutil.disk_usage(self.path).free / GIGABYTE
        if free < gigabytes:
            raise Problem(
                f"The disk is full: {self.path} has {free:.1f} GB left, "
                f"{gigabytes} GB are needed."
            )

    @contextlib.contextmanager
    def lock(self, name):
        """Keep other checkouts that share this home out of the same step."""
        self.locks.mkdir(parents=True, exist_ok=True)
        with (self.locks / f"{name}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"Waiting for another run that prepares the same thing ({name})")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield


def sweep_partial(target):
    """Remove what interrupted builds of the target left behind."""
    for leftover in target.parent.glob(f"{target.name}.partial-*"):
        shutil.rmtree(leftover, ignore_errors=True)


@contextlib.contextmanager
def built_whole(target):
    """Give a temporary folder that becomes the target only if all went well."""
    sweep_partial(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial-{os.getpid()}")
    partial.mkdir()
    try:
        yield partial
        partial.rename(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
