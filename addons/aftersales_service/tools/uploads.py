# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a file sent by a customer, station or supplier really is."""

from odoo.tools.mimetypes import guess_mimetype

#: pictures that can carry scripts
UNSAFE_TYPES = ("image/svg+xml",)
#: first bytes of Matroska and WebM
MATROSKA = b"\x1aE\xdf\xa3"


def is_evidence(content):
    """Return whether the bytes are a photo, a video or a PDF, whatever the name says.

    Phones send HEIC and MP4, which the signatures of ``guess_mimetype`` know only
    where libmagic is installed; both are ISO media files ("ftyp").
    """
    if content[4:8] == b"ftyp" or content.startswith(MATROSKA):
        return True
    mimetype = guess_mimetype(content, default="")
    return (
        mimetype.startswith(("image/", "video/")) or mimetype == "application/pdf"
    ) and mimetype not in UNSAFE_TYPES
