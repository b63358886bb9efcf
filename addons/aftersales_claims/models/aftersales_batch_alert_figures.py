# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesBatchAlert(models.Model):
    """What a batch problem (R-INT-11) has come to: requests, claims, cost."""

    _inherit = "aftersales.batch.alert"

    request_count = fields.Integer(compute="_compute_request_count")
    claim_count = fields.Integer(compute="_compute_claim_count")
    cost_amount = fields.Monetary(
        string="Cost So Far",
        compute="_compute_cost_amount",
        compute_sudo=True,
        groups="aftersales_service.group_costs",
    )

    has_open_lines = fields.Boolean(
        string="Something Is To Be Taken Back", compute="_compute_has_open_lines"
    )

    # === COMPUTE METHODS ===#
    @api.depends("line_ids.state")
    def _compute_has_open_lines(self):
        for alert in self:
            alert.has_open_lines = "open" in alert.line_ids.mapped("state")

    @api.depends("request_ids")
    @api.depends_context("uid")
    def _compute_request_count(self):
        counts = dict(
            self.env["aftersales.request"]._read_group(
                [("batch_alert_id", "in", self.ids)], ["batch_alert_id"], ["__count"]
            )
        )
        for alert in self:
            alert.request_count = counts.get(alert, 0)

    @api.depends("request_ids.claim_ids")
    @api.depends_context("uid")
    def _compute_claim_count(self):
        for alert in self:
            claims = self.env["aftersales.claim"]
            if claims.has_access("read"):
                claims = claims.search([("request_id", "in", alert.request_ids.ids)])
            alert.claim_count = len(claims)

    @api.depends("freight_amount", "request_ids.claim_ids.cost_total")
    def _compute_cost_amount(self):
        for alert in self:
            alert.cost_amount = alert.freight_amount + alert._get_claim_cost()

    # === ACTION METHODS ===#
    def action_view_requests(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Service Requests"),
            "res_model": "aftersales.request",
            "view_mode": "list,form",
            "domain": [("batch_alert_id", "in", self.ids)],
        }

    def action_view_claims(self):
        """The claims of the batch, which make its cost."""
        claims = self.env["aftersales.claim"].search(
            [("request_id", "in", self.request_ids.ids)]
        )
        return claims._get_records_action(claims, self.env._("Warranty Claims"))

    def action_view_costs(self):
        """What the cost so far is made of, freight of the take-back aside."""
        domain = [
            ("claim_id.request_id", "in", self.request_ids.ids),
            ("state", "!=", "reversed"),
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Claim Costs"),
            "res_model": "aftersales.claim.cost",
            "view_mode": "list,pivot,graph",
            "domain": domain,
            "context": {"create": False},
        }

    def action_view_capas(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Measures"),
            "res_model": "aftersales.capa",
            "view_mode": "list,form",
            "domain": [("batch_alert_id", "in", self.ids)],
        }

    # === BUSINESS METHODS ===#
    def _get_claim_cost(self):
        """Return what the claims of the alert's requests have cost so far."""
        self.ensure_one()
        return sum(self.request_ids.claim_ids.mapped("cost_total"))
