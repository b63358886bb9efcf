# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What this checkout consists of, and which state it is in."""

import ast
import hashlib
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
SERIES = "19.0"
#: install order; each addon's demo data is loaded in this order, too
ADDONS = ("aftersales_service", "aftersales_claims", "aftersales_tools")


def short_hash(*parts):
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def present_addons(addons=CHECKOUT / "addons"):
    return [name for name in ADDONS if (addons / name / "__manifest__.py").exists()]


def read_manifest(name, addons=CHECKOUT / "addons"):
    return ast.literal_eval((addons / name / "__manifest__.py").read_text())


def dependencies(addons=CHECKOUT / "addons"):
    """Modules of other people that the addons build on."""
    names = present_addons(addons)
    wanted = {need for name in names for need in read_manifest(name, addons)["depends"]}
    return sorted(wanted - set(names))


def test_modules(listing=CHECKOUT / "tests/modules.txt"):
    """Modules that only tests need, one a line."""
    if not listing.exists():
        return []
    lines = listing.read_text().splitlines()
    return sorted(filter(None, (line.partition("#")[0].strip() for line in lines)))


#: parts of an addon that never reach the database when it is installed
NOT_INSTALLED = {"__pycache__", "tests", "readme", "demo"}
NOT_INSTALLED_STATIC = {"src", "tests"}


def is_installed_content(path):
    """Whether a file (path below addons/) has any say in the database."""
    parts = path.parts
    if path.suffix in (".pyc", ".pot", ".rst", ".md", ".toml"):
        return False
    if NOT_INSTALLED.intersection(parts[1:2]) or "__pycache__" in parts:
        return False
    return parts[1:2] != ("static",) or parts[2] not in NOT_INSTALLED_STATIC


def hash_addons(addons=CHECKOUT / "addons", wanted=is_installed_content):
    """Hash of the addons' content; file times and places do not count."""
    digest = hashlib.sha256()
    for name in present_addons(addons):
        for path in sorted((addons / name).rglob("*")):
            relative = path.relative_to(addons)
            if path.is_file() and wanted(relative):
                digest.update(f"{relative.as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def is_page_content(path):
    """Whether a file may be part of a page's scripts and styles."""
    return path.parts[1:2] == ("static",) and path.parts[2] != "description"


def is_demo_content(path):
    """Like is_installed_content, for a database that serves people."""
    return path.suffix != ".pyc" and "tests" not in path.parts[1:2]
