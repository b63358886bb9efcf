# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class BaseImportImport(models.TransientModel):
    _inherit = "base_import.import"

    @api.model
    def _convert_import_data(self, fields, options):
        """Name the rows of a history file over the whole file, not per batch, so
        that equal rows on both sides of a batch border stay two."""
        if self.res_model != "aftersales.history":
            return super()._convert_import_data(fields, options)
        data, import_fields = super()._convert_import_data(
            fields, {**options, "skip": 0}
        )
        import_fields, data = self.env[self.res_model]._add_row_ids(import_fields, data)
        return data[options.get("skip") or 0 :], import_fields
