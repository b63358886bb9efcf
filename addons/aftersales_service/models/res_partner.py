# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_key_customer = fields.Boolean()
    is_dealer = fields.Boolean(string="Is a Dealer")
    is_service_station = fields.Boolean(string="Is a Service Station")
    is_carrier = fields.Boolean(string="Is a Carrier")
    dealer_id = fields.Many2one(
        "res.partner", domain=[("is_dealer", "=", True)], index="btree_not_null"
    )
    service_distance = fields.Float(
        string="Distance (km)", help="Road distance from the service base in km."
    )
    aftersales_region_id = fields.Many2one(
        "aftersales.region", string="Service Region", index="btree_not_null"
    )
    aftersales_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Service Hours",
        help="Working hours that count for the time limits agreed with this customer.",
    )
    followup_interval = fields.Integer(
        string="Visit Interval (months)",
        help="Key customers are visited at this interval; 0 means never.",
    )
    next_visit_date = fields.Date(
        compute="_compute_next_visit_date",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    machine_ids = fields.One2many("stock.lot", "customer_id", string="Machines")

    @api.depends("followup_interval")
    def _compute_next_visit_date(self):
        today = fields.Date.context_today(self)
        for partner in self:
            if partner.followup_interval <= 0:
                partner.next_visit_date = False
            elif not partner.next_visit_date:
                partner.next_visit_date = fields.Date.add(
                    today, months=partner.followup_interval
                )
