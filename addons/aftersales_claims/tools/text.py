# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def is_blank(text):
    """Return whether nothing was written: a space or an empty line is no reason."""
    return not (text or "").strip()
