# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Several serial numbers typed into one field."""

import re

#: what people put between two numbers
SEPARATORS = re.compile(r"[\s,;/，；、]+")


def split_serials(text, count):
    """Return the serial numbers of ``count`` pieces, as typed into one field.

    Two pieces never share one: named once, a number is the first piece's, and the
    others have none. What doesn't fit stays together with the first piece.

    :return: list of str or False, as long as ``count``
    """
    text = (text or "").strip()
    names = [name for name in SEPARATORS.split(text) if name]
    if count < 2 or len(names) != count or len(set(names)) != count:
        names = [text or False]
    return [*names, *[False] * count][:count]
