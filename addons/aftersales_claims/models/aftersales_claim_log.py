# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesClaim(models.Model):
    """The record of decisions: who, when, what the claim said (R-CLM-05)."""

    _inherit = "aftersales.claim"

    def _log_version(self, event, comment=None, on_behalf=None):
        """Keep what each claim says now, with who did what and why.

        :param event: key of ``aftersales.claim.version.event``
        :param comment: the decision's comment, if any
        :param on_behalf: res.users the acting user stands in for, if any
        """
        # sudo: nobody writes versions but the claim itself, money included
        Version = self.env["aftersales.claim.version"].sudo()
        numbers = dict(
            Version._read_group(
                [("claim_id", "in", self.ids)], ["claim_id"], ["number:max"]
            )
        )
        vals_list = [
            {
                "claim_id": claim.id,
                "number": numbers.get(claim, 0) + 1,
                "event": event,
                "user_id": self.env.uid,
                "on_behalf_of_id": on_behalf.id if on_behalf else False,
                "via_link": bool(self.env.context.get("aftersales_approval_link")),
                "comment": comment,
                "amount": claim.amount_total,
                "content": self.env["ir.qweb"]._render(
                    "aftersales_claims.claim_version_content",
                    {"claim": claim},
                ),
            }
            for claim in self.sudo()
        ]
        versions = Version.create(vals_list)
        label = dict(Version._fields["event"]._description_selection(self.env))[event]
        if self.env.context.get("aftersales_approval_link"):
            label = self.env._("%(event)s by e-mail link", event=label)
        body = ": ".join(filter(None, (label, comment)))
        # sudo: the log is the claim's, whoever decided
        self.sudo()._message_log_batch(
            bodies=dict.fromkeys(self.ids, body),
            author_id=self.env.user.partner_id.id,
        )
        return versions
