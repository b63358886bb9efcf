# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_upstream_assembler = fields.Boolean(
        string="Is an Upstream Assembler",
        help="Builds our products into its own and claims parts and work from us; "
        "settled monthly (R-CLM-12).",
    )
    aftersales_consignment_location_id = fields.Many2one(
        "stock.location",
        string="Consigned Stock",
        company_dependent=True,
        check_company=True,
        domain=[("usage", "=", "internal")],
        help="Our stock at this station; counted at intervals (R-CLM-14).",
    )
