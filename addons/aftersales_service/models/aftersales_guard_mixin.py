# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..tools.guard import check_computed, without_copies


class AftersalesGuardMixin(models.AbstractModel):
    """What is computed, what follows from another document and the number of a document
    are nobody's to write, over RPC either: the ORM itself takes them from anybody who
    may write the record."""

    _name = "aftersales.guard.mixin"
    _description = "Computed Fields Nobody Writes"

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """:raise AccessError: for a computed field"""
        for vals in vals_list:
            check_computed(self.browse(), vals)
        model, vals_list = without_copies(self, vals_list)
        return super(AftersalesGuardMixin, model).create(vals_list)

    def write(self, vals):
        """:raise AccessError: for a computed field, a copy of another document's, or
        the number"""
        check_computed(self, vals, written=True)
        return super().write(vals)
