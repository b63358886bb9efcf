# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import UserError


class AftersalesAttachmentMixin(models.AbstractModel):
    """Files of a form belong to its record: whoever reads it sees them.

    A file uploaded before the record is saved belongs to nobody but its author."""

    _name = "aftersales.attachment.mixin"
    _description = "Files of a Form"

    #: many2many fields to ir.attachment
    _attachment_fields = ()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._own_attachments()
        return records

    def write(self, vals):
        names = [name for name in self._attachment_fields if name in vals]
        # sudo: all files, whoever may read them
        held = {
            record: {name: record.sudo()[name] for name in names}
            for record in self
            if names and not self.env.su and record._are_files_held()
        }
        res = super().write(vals)
        if names:
            self._own_attachments()
        for record, files in held.items():
            # sudo: as above
            if any(files[name] - record.sudo()[name] for name in names):
                raise UserError(
                    self.env._(
                        "%(document)s: files are added now, none is taken away.",
                        document=record.display_name,
                    )
                )
        return res

    def _are_files_held(self):
        """Hook: whether something rests on the files: none is taken away any more."""
        self.ensure_one()
        return False

    def _own_attachments(self):
        for record in self:
            for name in self._attachment_fields:
                # sudo: a file without record is readable by its author only
                loose = record.sudo()[name].filtered(
                    lambda a: not a.res_id and a.res_model in (False, self._name)
                )
                if loose:
                    loose.write({"res_model": record._name, "res_id": record.id})
