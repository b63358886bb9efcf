# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesOrder(models.Model):
    """Finished orders make call-backs due (R-FUP-01, R-FUP-03)."""

    _inherit = "aftersales.order"

    followup_ids = fields.One2many(
        "aftersales.followup", "order_id", string="Follow-ups"
    )

    def _after_report(self):
        res = super()._after_report()
        self._generate_followups()
        return res

    def _after_done(self):
        res = super()._after_done()
        self._generate_followups()
        return res

    def _generate_followups(self):
        """Make the calls due; nobody is called about a visit that found nobody."""
        Followup = self.env["aftersales.followup"]
        served = self.filtered(lambda order: order.outcome != "absent")
        created = Followup._generate("order", served)
        created |= Followup._generate("service_end", served)
        # sudo: a new visit is asked about itself; the open recheck is answered by it
        superseded = Followup.sudo().search(
            [
                ("trigger", "=", "recheck"),
                ("state", "=", "due"),
                ("request_id", "in", created.request_id.ids),
            ]
        )
        superseded.action_cancel()
