# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesMachineOwner(models.Model):
    """Who had a machine, where, from when to when; kept when it is sold on."""

    _name = "aftersales.machine.owner"
    _inherit = "aftersales.guard.mixin"
    _description = "Machine Ownership"
    _order = "date_from desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    lot_id = fields.Many2one(
        "stock.lot",
        string="Machine",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="lot_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, check_company=True
    )
    site_id = fields.Many2one("res.partner", check_company=True)
    contract_ref = fields.Char(string="Contract")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")
    user_id = fields.Many2one(
        "res.users", string="Recorded by", default=lambda self: self.env.user
    )

    _current_uniq = models.UniqueIndex(
        "(lot_id) WHERE date_to IS NULL", "A machine has one present owner."
    )
    _dates_check = models.Constraint(
        "CHECK(date_to >= date_from)",
        "The ownership of a machine cannot end before it begins.",
    )
