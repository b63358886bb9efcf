# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


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
        res = super().write(vals)
        if any(name in vals for name in self._attachment_fields):
            self._own_attachments()
        return res

    def _own_attachments(self):
        for record in self:
            for name in self._attachment_fields:
                # sudo: a file without record is readable by its author only
                loose = record.sudo()[name].filtered(
                    lambda a: not a.res_id and a.res_model in (False, self._name)
                )
                if loose:
                    loose.write({"res_model": record._name, "res_id": record.id})
