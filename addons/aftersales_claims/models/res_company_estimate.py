# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

#: at which level emergencies with parts of unknown cost are approved at least
LEVEL_SELECTION = [
    ("manager", "Service Manager"),
    ("sales_vp", "Sales Vice President"),
    ("general_manager", "General Manager"),
]

#: settings that say who approves an emergency
LEVEL_FIELDS = {
    "aftersales_emergency_manager_limit",
    "aftersales_emergency_vp_limit",
    "aftersales_unknown_cost_level",
}


class ResCompany(models.Model):
    """What claims are expected to cost before anybody knows (R-CLM-04, R-CLM-05)."""

    _inherit = "res.company"

    aftersales_expected_freight = fields.Monetary(
        string="Expected Freight",
        help="Freight of a claim whose parts are shipped, as long as nobody has "
        "entered an estimate. The source names no figure; empty, none is expected.",
    )
    aftersales_expected_hour_cost = fields.Monetary(
        string="Expected Cost of an Hour",
        help="What an hour of a technician's work costs the company, for the estimate "
        "of claims nobody has estimated.",
    )
    aftersales_expected_km_cost = fields.Monetary(
        string="Expected Cost of a Kilometre",
        help="What a kilometre of a technician's travel costs the company, for the "
        "estimate of claims nobody has estimated.",
    )
    aftersales_unknown_cost_level = fields.Selection(
        LEVEL_SELECTION,
        string="Parts of Unknown Cost",
        default="sales_vp",
        required=True,
        help="Who approves emergency claims at least in which a part has neither a "
        "cost nor a supplier's price. The default is the product's, not the source's.",
    )

    _aftersales_expected_positive = models.Constraint(
        "CHECK (aftersales_expected_freight >= 0"
        " AND aftersales_expected_hour_cost >= 0"
        " AND aftersales_expected_km_cost >= 0)",
        "What claims are expected to cost cannot be negative.",
    )

    # === CRUD METHODS ===#
    def write(self, vals):
        """Other limits hold for the claims not asked for yet; those that wait or were
        decided keep the level of whoever was asked (R-CLM-04)."""
        res = super().write(vals)
        if LEVEL_FIELDS & set(vals):
            # sudo: claims of the company, whoever changes its settings
            Claim = self.env["aftersales.claim"].sudo()
            claims = Claim.search(
                [
                    ("company_id", "in", self.ids),
                    ("state", "in", ("draft", "submitted")),
                ]
            )
            self.env.add_to_compute(Claim._fields["approval_level"], claims)
        return res
