# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Translation files follow the exported terms, and say what is missing."""

import json
import subprocess
import sys
from pathlib import Path

import polib
import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts/merge_translations.py"


class World:
    def __init__(self, folder):
        self.exported = folder / "exported"
        self.addons = folder / "addons"
        self.addon = self.addons / "after"
        self.exported.mkdir()
        self.addon.mkdir(parents=True)

    def export(self, *terms):
        file = polib.POFile()
        file.metadata = {"POT-Creation-Date": "2026-01-01", "MIME-Version": "1.0"}
        file.extend(
            polib.POEntry(msgid=term, comment="module: after") for term in terms
        )
        file.save(str(self.exported / "after.pot"))

    def run(self, *options):
        command = [
            sys.executable,
            SCRIPT,
            self.exported,
            self.addons,
            "after",
            *options,
        ]
        done = subprocess.run(
            list(map(str, [*command, *options])),
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr, done.stderr
        return done

    @property
    def chinese(self):
        file = polib.pofile(str(self.addon / "i18n/zh_CN.po"))
        return {entry.msgid: entry.msgstr for entry in file}

    def translate(self, **terms):
        path = str(self.addon / "i18n/zh_CN.po")
        file = polib.pofile(path)
        for entry in file:
            entry.msgstr = terms.get(entry.msgid, entry.msgstr)
        file.save(path)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_translations_stay_new_terms_come_and_old_ones_go(world):
    world.export("Visit", "Claim")
    world.run()
    world.translate(Visit="派工", Claim="赔偿")
    world.export("Claim", "Tool")
    world.run()
    assert world.chinese == {"Claim": "赔偿", "Tool": ""}
    assert "Creation-Date" not in (world.addon / "i18n/after.pot").read_text()


def test_check_tells_stale_files_and_changes_nothing(world):
    world.export("Visit")
    world.run()
    world.translate(Visit="派工")
    world.run()
    assert world.run("--check").returncode == 0
    world.export("Visit", "Claim")
    done = world.run("--check")
    assert done.returncode == 1
    assert "after.pot is stale" in done.stdout
    assert world.chinese == {"Visit": "派工"}


def test_check_tells_missing_translations_and_lost_placeholders(world):
    world.export("Visit", "%(count)s claims")
    world.run()
    done = world.run("--check")
    assert done.returncode == 1
    assert "not translated: 'Visit'" in done.stdout
    world.translate(Visit="派工", **{"%(count)s claims": "赔偿单"})
    world.run()
    done = world.run("--check")
    assert done.returncode == 1
    assert "other placeholders: '%(count)s claims'" in done.stdout


def test_fill_takes_json_and_po_but_never_overwrites(world, tmp_path):
    world.export("Visit", "Claim", "Tool")
    world.run()
    world.translate(Visit="派工")
    fill = tmp_path / "fill"
    fill.mkdir()
    (fill / "a.json").write_text(json.dumps({"Visit": "拜访", "Claim": "赔偿"}))
    extra = polib.POFile()
    extra.append(polib.POEntry(msgid="Tool", msgstr="器械"))
    extra.save(str(fill / "b.po"))
    world.run("--fill", fill)
    assert world.chinese == {"Visit": "派工", "Claim": "赔偿", "Tool": "器械"}


def test_terms_that_odoo_translated_are_taken_over(world, tmp_path):
    reference = tmp_path / "odoo/mail/i18n"
    reference.mkdir(parents=True)
    file = polib.POFile()
    file.append(polib.POEntry(msgid="Followers", msgstr="关注者"))
    file.save(str(reference / "zh_CN.po"))
    world.export("Followers", "Claim")
    world.run("--reference", tmp_path / "odoo")
    assert world.chinese == {"Followers": "关注者", "Claim": ""}


def test_addon_without_terms_gets_no_files(world):
    (world.exported / "after.pot").touch()
    assert world.run("--check").returncode == 0
    assert not (world.addon / "i18n").exists()
