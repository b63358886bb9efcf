#!/usr/bin/env python3
# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Say which XML files under the given folders are not well-formed."""

import sys
from pathlib import Path

from lxml import etree


def main(folders):
    failed = False
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.xml")):
            try:
                etree.parse(str(path))
            except etree.XMLSyntaxError as error:
                failed = True
                sys.stdout.write(f"{path}: {error}\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
