#!/usr/bin/env python3
# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Bring the translation files of the addons up to freshly exported terms.

Each addon has i18n/ADDON.pot, the terms, and i18n/zh_CN.po, their translations.
Translations are kept, new terms come in empty, terms that are gone are dropped.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import polib

LANGUAGE = "zh_CN"
#: header lines that change with every export and say nothing about the terms
VOLATILE = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator")
#: addons of Odoo whose translations are taken over, the more general ones first
REFERENCE_ADDONS = (
    *("base", "web", "mail", "portal", "rating", "product", "stock", "repair"),
    *("account", "stock_account", "sale", "purchase", "hr", "hr_holidays"),
)
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdif]|\{\w*\}")


def new_file(terms, translations, language=""):
    """File with the terms in their exported order and what is known of them."""
    result = polib.POFile(wrapwidth=78)
    result.metadata = {
        key: value for key, value in terms.metadata.items() if key not in VOLATILE
    }
    result.metadata["Content-Transfer-Encoding"] = "8bit"
    if language:
        result.metadata["Language"] = language
        result.metadata["Plural-Forms"] = "nplurals=1; plural=0;"
    for term in terms:
        result.append(
            polib.POEntry(
                msgid=term.msgid,
                msgstr=translations.get(term.msgid, ""),
                msgctxt=term.msgctxt,
                occurrences=term.occurrences,
                comment=term.comment,
            )
        )
    return result


def read_translations(path):
    """Translations in a .po file, or in a .json file {term: translation}."""
    if not path.exists():
        return {}
    if path.suffix == ".json":
        return json.loads(path.read_text(encoding="utf-8"))
    file = polib.pofile(str(path))
    return {entry.msgid: entry.msgstr for entry in file if not entry.obsolete}


def read_fillings(folder):
    fillings = {}
    for path in sorted(Path(folder).iterdir()):
        if path.suffix in (".po", ".json"):
            fillings.update(read_translations(path))
    return fillings


def read_reference(folders):
    """Odoo's own translations, e.g. of the fields that every document inherits."""
    known = {}
    for name in reversed(REFERENCE_ADDONS):
        for folder in folders:
            known.update(read_translations(folder / name / "i18n" / f"{LANGUAGE}.po"))
    return known


def placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def faults(file):
    """What is wrong with the translations of a file."""
    for entry in file:
        if not entry.msgstr:
            yield f"not translated: {entry.msgid!r}"
        elif placeholders(entry.msgid) != placeholders(entry.msgstr):
            yield f"other placeholders: {entry.msgid!r} -> {entry.msgstr!r}"


def refresh(addon, exported, fillings):
    """Expected content of an addon's files: {path: file}."""
    folder = addon / "i18n"
    pot, po = folder / f"{addon.name}.pot", folder / f"{LANGUAGE}.po"
    terms = polib.pofile(str(exported)) if exported.stat().st_size else []
    if not terms:
        return {}
    known = {
        **{term: text for term, text in fillings.items() if text},
        **{term: text for term, text in read_translations(po).items() if text},
    }
    return {pot: new_file(terms, {}), po: new_file(terms, known, LANGUAGE)}


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exported", type=Path, help="folder with ADDON.pot files")
    parser.add_argument("addons", type=Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--fill", type=Path)
    parser.add_argument("--reference", type=Path, nargs="*", default=())
    options = parser.parse_args(argv)
    fillings = read_reference(options.reference)
    if options.fill:
        fillings.update(read_fillings(options.fill))
    failed = False
    for name in options.names:
        exported = options.exported / f"{name}.pot"
        for path, file in refresh(options.addons / name, exported, fillings).items():
            content = f"{file}\n"
            found = path.read_text(encoding="utf-8") if path.exists() else None
            if options.check and found != content:
                failed = True
                sys.stdout.write(f"{path} is stale: run ./aftersales i18n\n")
            elif found != content:
                path.parent.mkdir(exist_ok=True)
                path.write_text(content, encoding="utf-8")
            if path.suffix == ".po":
                problems = list(faults(file))
                failed = failed or bool(options.check and problems)
                for problem in problems:
                    sys.stdout.write(f"{path}: {problem}\n")
                percent = file.percent_translated()
                sys.stdout.write(f"{name}: {len(file)} terms, {percent} % translated\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
