# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo: one that the user has, else the package, else the source archive."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tarfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from .console import Problem, Progress, run, say
from .home import built_whole
from .project import SERIES

DEB_PACKAGE = "odoo-19"
#: what the package links to instead of carrying it. The icon font is taken from
#: a release whose version still has the file names that Odoo uses.
DEB_COMPANIONS = (
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-font-awesome/trixie",
    "fonts-roboto-unhinted",
    "fonts-inconsolata/trixie",
    "fonts-montserrat",
)
DEB_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SOURCE_ARCHIVE = f"https://github.com/odoo/odoo/archive/refs/heads/{SERIES}.tar.gz"


@dataclass(frozen=True)
class Odoo:
    #: the folder that holds the package "odoo"
    path: Path
    #: names this very Odoo; databases built with another one are not reused
    identity: str

    @property
    def addons_path(self):
        """Add-on folders outside the package: a source checkout has one."""
        return [self.path / "addons"] if (self.path / "addons/web").exists() else []

    @property
    def own_addons(self):
        """All folders with Odoo's own add-ons."""
        return [self.path / "odoo/addons", *self.addons_path]


def read_series(path):
    """Series of the Odoo in a folder, or None if there is no Odoo in it."""
    release = Path(path) / "odoo/release.py"
    if not release.exists():
        return None
    pattern = r"^version_info\s*=\s*\((\d+),\s*(\d+)"
    found = re.search(pattern, release.read_text(), re.MULTILINE)
    return f"{found[1]}.{found[2]}" if found else "unknown"


def named_odoo(environ=os.environ):
    """The Odoo that the user names in AFTERSALES_ODOO."""
    path = Path(environ["AFTERSALES_ODOO"]).expanduser().resolve()
    series = read_series(path)
    if series is None:
        raise Problem(
            f"AFTERSALES_ODOO={path} holds no Odoo: name the folder in which "
            "odoo/release.py lies."
        )
    if series != SERIES:
        raise Problem(
            f"AFTERSALES_ODOO={path} is Odoo {series}, but the addons are made for "
            f"Odoo {SERIES}."
        )
    return Odoo(path, f"{path} {checkout_revision(path)}")


def checkout_revision(path):
    command = ["git", "-C", str(path), "rev-parse", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "without git"
    return found.stdout.strip() or "without git"


def importable_odoo():
    """The Odoo that this very Python can import, if it is of the right series."""
    spec = importlib.util.find_spec("odoo")
    for location in (spec.submodule_search_locations or []) if spec else []:
        path = Path(location).parent
        series = read_series(path)
        if series == SERIES:
            return Odoo(path, f"{path} {checkout_revision(path)}")
        if series:
            say(f"Note: not using Odoo {series} in {path}: {SERIES} is needed.")
    return None


def fetched_odoo(home):
    """The Odoo that an earlier run fetched."""
    target = home.path / f"odoo-{SERIES}"
    source = target / "SOURCE"
    if not source.exists():
        return None
    path, identity = source.read_text().strip().split("\n")
    return Odoo(target / path, identity)


def ensure_odoo(home):
    if os.environ.get("AFTERSALES_ODOO"):
        return named_odoo()
    found = importable_odoo() or fetched_odoo(home)
    if found:
        return found
    with home.lock("odoo"):
        if not fetched_odoo(home):
            home.require_space(5)
            target = home.path / f"odoo-{SERIES}"
            shutil.rmtree(target, ignore_errors=True)
            with built_whole(target) as partial:
                fetch_odoo(home, partial)
    return fetched_odoo(home)


def fetch_odoo(home, folder):
    """Fetch Odoo as a distribution package, else as the source archive."""
    try:
        path, identity = fetch_odoo_package(home, folder)
    except Problem as package_problem:
        say(f"Odoo is not to be had as a package: {package_problem}")
        try:
            path, identity = fetch_odoo_archive(folder)
        except (OSError, tarfile.TarError) as error:
            raise Problem(
                f"No network: neither the package {DEB_PACKAGE} nor the source "
                f"archive of Odoo {SERIES} could be fetched ({error}); name an Odoo "
                "that you have in AFTERSALES_ODOO."
            ) from error
    if read_series(folder / path) != SERIES:
        raise Problem(f"What was fetched ({identity}) is not Odoo {SERIES}.")
    (folder / "SOURCE").write_text(f"{path}\n{identity}\n")


def debian_mirror():
    """Address of the Debian mirror that apt itself is configured with."""

    def targets(*arguments):
        command = ["apt-get", "indextargets", *arguments]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        return found.stdout.splitlines()

    named = ("--format", "$(REPO_URI)", "Origin: Debian", "Label: Debian")
    known = targets(*named)
    if known:
        return known[0]
    # before the first "apt-get update" only what the user wrote is known
    written = targets("--no-release-info", "--format", "$(RELEASE) $(REPO_URI)")
    for line in written:
        release, _space, uri = line.partition(" ")
        if "debian" in uri and not release.endswith("-security"):
            return uri
    raise Problem("apt is configured with no Debian mirror")


def package_version(options):
    command = ["apt-cache", *options, "policy", DEB_PACKAGE]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    candidate = re.search(r"Candidate: (\S+)", found.stdout)
    return candidate[1] if candidate and candidate[1] != "(none)" else None


def fetch_odoo_package(home, folder):
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise Problem("this is no Debian or Ubuntu")
    log = home.logs / "odoo.log"
    options = []
    companions = [name.partition("/")[0] for name in DEB_COMPANIONS]
    version = package_version(options)
    if not version:
        # The installed release does not have it. Lists of a newer one are read
        # into folders of our own: the system's configuration stays untouched.
        options = private_apt(home)
        progress = Progress(f"Reading the package lists for {DEB_PACKAGE}")
        run("apt-get update", ["apt-get", *options, "update"], log, progress)
        progress.done()
        companions = DEB_COMPANIONS
        version = package_version(options)
    if not version:
        raise Problem(f"no package server has {DEB_PACKAGE}")
    debs = folder / "debs"
    debs.mkdir()
    progress = Progress(f"Downloading Odoo ({DEB_PACKAGE} {version}, 120 MB)")
    download = ["apt-get", *options, "download", DEB_PACKAGE, *companions]
    run("Download of Odoo", download, log, progress, str.strip, cwd=debs)
    progress.done()
    progress = Progress("Unpacking Odoo")
    for deb in sorted(debs.glob("*.deb")):
        progress.update(deb.name)
        run("Unpacking", ["dpkg", "-x", deb, folder], log)
    shutil.rmtree(debs)
    path = Path("usr/lib/python3/dist-packages")
    # The package leaves out this non-free file, which only blurs the background
    # of video calls; without any file the whole web client fails to load.
    missing = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    (folder / path / missing).parent.mkdir(parents=True, exist_ok=True)
    (folder / path / missing).touch()
    progress.done()
    return path, f"{DEB_PACKAGE} {version}"


def private_apt(home):
    """Options that make apt read other releases without touching the system."""
    apt = home.path / "apt"
    (apt / "lists/partial").mkdir(parents=True, exist_ok=True)
    (apt / "cache/archives/partial").mkdir(parents=True, exist_ok=True)
    mirror = debian_mirror()
    signed = f"[signed-by={DEB_KEYRING}] " if DEB_KEYRING.exists() else ""
    (apt / "sources.list").write_text(
        "".join(f"deb {signed}{mirror} {suite} main\n" for suite in ("trixie", "sid"))
    )
    settings = {
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::Etc::preferencesparts": "-",
        "Dir::State::lists": apt / "lists",
        "Dir::Cache": apt / "cache",
        "Acquire::Retries": "3",
        # a server that cannot be reached is an error, not an empty list
        "APT::Update::Error-Mode": "any",
    }
    if os.geteuid() == 0:
        # apt's own user may not be able to enter the home directory
        settings["APT::Sandbox::User"] = "root"
    return [f"-o{name}={value}" for name, value in settings.items()]


def fetch_odoo_archive(folder):
    address = os.environ.get("AFTERSALES_ODOO_ARCHIVE", SOURCE_ARCHIVE)
    progress = Progress(f"Downloading the source archive of Odoo {SERIES}")
    archive = folder / "odoo.tar.gz"
    with urllib.request.urlopen(address, timeout=60) as answer, archive.open("wb") as f:
        while block := answer.read(1024 * 1024):
            f.write(block)
            progress.update(f"{f.tell() // 1024**2} MB")
    progress.done()
    progress = Progress("Unpacking Odoo")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()[:12]
    with tarfile.open(archive) as tar:
        top = tar.next().name.split("/")[0]
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        tar.extractall(folder, **safe)
    archive.unlink()
    progress.done()
    return Path(top), f"source archive {digest}"
