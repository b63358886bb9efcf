# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesClaimVersion(models.Model):
    """What a claim said when it was submitted, returned or decided (R-CLM-05)."""

    _name = "aftersales.claim.version"
    _description = "Claim Version"
    _order = "claim_id, number desc"
    _rec_name = "number"

    claim_id = fields.Many2one(
        "aftersales.claim", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True)
    number = fields.Integer(string="Version", required=True)
    event = fields.Selection(
        [
            ("submitted", "Submitted"),
            ("verified", "Verified"),
            ("returned", "Returned"),
            ("accepted", "Accepted by One Approver"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("appealed", "Appealed"),
            ("raised", "Amount Raised"),
            ("filed", "Filed"),
            ("posted", "Costs Posted"),
            ("reversed", "Reversed"),
            ("done", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
    )
    user_id = fields.Many2one("res.users", required=True)
    on_behalf_of_id = fields.Many2one("res.users")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    via_link = fields.Boolean(
        string="By E-mail Link",
        help="Decided on the page of the approver's personal link.",
    )
    comment = fields.Text()
    currency_id = fields.Many2one(related="claim_id.currency_id")
    amount = fields.Monetary(groups="aftersales_service.group_costs")
    content = fields.Html(groups="aftersales_service.group_costs")

    _number_uniq = models.Constraint(
        "UNIQUE(claim_id, number)", "The version number of a claim is unique."
    )
