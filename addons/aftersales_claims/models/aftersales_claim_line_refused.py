# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from odoo.addons.aftersales_service.tools.language import in_language_of

from .aftersales_claim_refused import TO_CHARGE


class AftersalesClaimLine(models.Model):
    """What of a fitted part is refused, and charged to the customer."""

    _inherit = "aftersales.claim.line"
    _bill_types = ("out_invoice",)
    _bill_field = "charge_move_id"
    _billed_field = "charge_state"
    _billed_states = ("charged", "to_charge")

    refused_quantity = fields.Float(
        compute="_compute_refused_quantity",
        digits="Product Unit",
        help="Fitted, refused and not charged to the customer yet.",
    )
    charged_quantity = fields.Float(
        readonly=True,
        copy=False,
        digits="Product Unit",
        help="Refused and charged to the customer.",
    )
    charge_move_id = fields.Many2one(
        "account.move",
        string="Charge Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="aftersales_service.group_costs",
    )

    charge_state = fields.Selection(
        [("charged", "Charged"), ("to_charge", "To Charge Again")],
        string="Charge",
        readonly=True,
        copy=False,
        help="Refused parts whose invoice left the books are charged once more.",
    )

    _charged_quantity_range = models.Constraint(
        "CHECK(approved_quantity + COALESCE(charged_quantity, 0) <= quantity)",
        "A part is either compensated or charged to the customer, not both.",
    )

    @api.depends(
        "state",
        "supply",
        "quantity",
        "approved_quantity",
        "charged_quantity",
        "waiting_quantity",
    )
    def _compute_refused_quantity(self):
        for line in self:
            refused = 0.0
            if line.supply != "none" and line.product_id.is_storable:
                if line.state == "rejected":
                    refused = line.quantity
                elif line.state in ("approved", "done"):
                    refused = line.quantity - line.approved_quantity
            if line.supply != "fitted":
                # he has only what an earlier round has sent out
                refused = min(refused, line.waiting_quantity)
            line.refused_quantity = max(refused - line.charged_quantity, 0.0)

    # === BUSINESS METHODS ===#
    def _log_bill(self, body):
        # sudo: the log of the claim follows the accounting
        self.claim_id.sudo()._message_log(
            body=f"{self.product_id.display_name}: {body}"
        )

    def _notify_bill_gone(self):
        # sudo: see _log_bill
        claim = self.claim_id.sudo()
        if not claim.activity_search([TO_CHARGE]):
            clerk = self._get_bill_clerk(self.charge_move_id.create_uid)
            told = in_language_of(self, clerk, company=claim.company_id)
            in_language_of(claim, clerk, company=claim.company_id).activity_schedule(
                TO_CHARGE,
                user_id=clerk.id,
                summary=told.env._("Refused parts: charge them again"),
                note=f"{told.product_id.display_name}: {told._get_bill_gone_text()}",
            )

    def _after_bill_back(self):
        self.claim_id._remove_charge_to_dos()
