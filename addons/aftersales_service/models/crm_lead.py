# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    aftersales_order_id = fields.Many2one(
        "aftersales.order",
        string="Seen on Service Order",
        index="btree_not_null",
        copy=False,
        help="The visit on which the technician saw the opportunity.",
    )
    aftersales_lot_id = fields.Many2one("stock.lot", string="Machine Seen")
