# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What was typed into a form of the portal."""


def read_text(value, length):
    """Return ``value`` of a posted form as text, stripped and cut to ``length``.

    Whoever forges the form may send a file under the name of a text, or a zero
    byte, which the database does not take.
    """
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").strip()[:length]
