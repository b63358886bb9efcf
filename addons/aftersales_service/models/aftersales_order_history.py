# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesOrder(models.Model):
    _inherit = "aftersales.order"

    is_history = fields.Boolean(
        string="Imported History", readonly=True, copy=False, index=True
    )
    functional_location = fields.Char(
        help="Where in the machine the fault was, in the machine's own structure."
    )
    machine_hours = fields.Float(
        string="Running Hours", aggregator=None, help="Reading at the visit."
    )
    history_cost = fields.Monetary(
        string="Imported Cost",
        readonly=True,
        copy=False,
        groups="aftersales_service.group_costs",
    )

    _hours_positive = models.Constraint(
        "CHECK (machine_hours >= 0)", "Running hours cannot be negative."
    )
