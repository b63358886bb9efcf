# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        # here too: by the time the template is made, its defaults are filled in
        self.env["product.template"]._complete_tool_vals(vals_list)
        return super().create(vals_list)
