# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    aftersales_claim_count = fields.Integer(
        compute="_compute_aftersales_claim_count",
        groups="aftersales_service.group_costs",
    )

    def _compute_aftersales_claim_count(self):
        """Smart button: from an entry to the claims it belongs to."""
        for move in self:
            move.aftersales_claim_count = len(move._get_aftersales_claims())

    def _get_aftersales_claims(self):
        """Return the claims this entry belongs to: by cost, liability share, supplier
        recovery, carrier claim or old part charged."""
        self.ensure_one()
        by_entry = [
            "|",
            ("account_move_id", "in", self.ids),
            ("reversal_move_id", "in", self.ids),
        ]
        claims = self.env["aftersales.claim"]
        for model, domain in (
            ("aftersales.claim.cost", by_entry),
            ("aftersales.liability.share", by_entry),
            ("aftersales.carrier.claim", by_entry),
            ("aftersales.part.return", [("charge_move_id", "in", self.ids)]),
            ("aftersales.claim.line", [("charge_move_id", "in", self.ids)]),
            (
                "aftersales.recovery.line",
                [
                    ("state", "=", "credited"),
                    "|",
                    ("refund_move_id", "in", self.ids),
                    ("recovery_id", "in", self.aftersales_recovery_id.ids),
                ],
            ),
        ):
            # sudo: which papers made the entry; the claims are read with own rights
            claims |= self.env[model].sudo().search(domain).claim_id.sudo(False)
        return claims

    def action_view_aftersales_claims(self):
        claims = self._get_aftersales_claims()
        return claims._get_records_action(claims, self.env._("Warranty Claims"))
