# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import io

from PIL import Image, ImageOps, UnidentifiedImageError

from odoo import models

#: pixels of a photo's longer side on paper: sharp at half a page's width
PRINT_SIZE = 1000


class IrAttachment(models.Model):
    """Photos on printed forms."""

    _inherit = "ir.attachment"

    def _get_photos_to_print(self, limit=None):
        """Return the first photos among the files, small enough for a form.

        What cannot be shown is left out, whatever its name says: a text renamed
        ``.jpg`` is no reason to print nothing at all.

        :param limit: how many at most; all by default
        :return: list of ``{"name": name of the file, "uri": its picture}``
        """
        photos = []
        for file in self:
            if len(photos) == limit:
                break
            picture = file._draw_for_print()
            if picture:
                photos.append({"name": file.name, "uri": picture})
        return photos

    def _count_left_out(self, photos):
        """Return how many pictures among the files are not in ``photos``, what
        ``_get_photos_to_print`` gave: the form says so."""
        pictures = self.filtered(
            lambda file: (file.mimetype or "").startswith("image/")
        )
        return max(len(pictures) - len(photos), 0)

    def _draw_for_print(self):
        """Return the upright picture as data URI, or nothing if there is none."""
        self.ensure_one()
        if not (self.mimetype or "").startswith("image/"):
            return None
        try:
            image = Image.open(io.BytesIO(self.raw or b""))
            image.thumbnail((PRINT_SIZE, PRINT_SIZE))
            image = ImageOps.exif_transpose(image).convert("RGBA")
        except (
            UnidentifiedImageError,
            Image.DecompressionBombError,
            OSError,
            SyntaxError,
            ValueError,
        ):
            return None
        # JPEG has no transparency, and paper is white
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image)
        output = io.BytesIO()
        paper.save(output, "JPEG", quality=80)
        return f"data:image/jpeg;base64,{base64.b64encode(output.getvalue()).decode()}"
