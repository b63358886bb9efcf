# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Several serial numbers typed into one field."""

import re
from math import ceil

#: what people put between two numbers
SEPARATORS = re.compile(r"[\s,;/，；、]+")
#: of these, what nobody writes inside a number
LISTING = re.compile(r"[\r\n\t,;，；、]+")


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


def list_serials(text, quantity):
    """Return the serial numbers named in ``text``, each of them once.

    A blank or a slash may belong to a number: they part numbers only where that
    gives as many as there are pieces.
    """
    names = split_serials(text, ceil(round(quantity, 6)))
    if len(names) < 2 or not all(names):
        names = LISTING.split(text or "")
    return list(dict.fromkeys(filter(None, (name.strip() for name in names))))
