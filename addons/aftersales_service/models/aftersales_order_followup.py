# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesOrder(models.Model):
    """Finished orders make call-backs due (R-FUP-01, R-FUP-03)."""

    _inherit = "aftersales.order"

    followup_ids = fields.One2many(
        "aftersales.followup", "order_id", string="Follow-ups"
    )

    followup_count = fields.Integer(compute="_compute_people_counts")
    penalty_count = fields.Integer(
        compute="_compute_people_counts",
        groups="aftersales_service.group_manager,aftersales_service.group_general_manager",
    )

    def _compute_people_counts(self):
        for field, model in (
            ("followup_count", "aftersales.followup"),
            ("penalty_count", "aftersales.penalty"),
        ):
            counts = {}
            if self.env[model].has_access("read"):
                counts = dict(
                    self.env[model]._read_group(
                        [("order_id", "in", self.ids)], ["order_id"], ["__count"]
                    )
                )
            for order in self:
                order[field] = counts.get(order, 0)

    def action_view_followups(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_followup_action"
        )
        return {**action, "domain": [("order_id", "=", self.id)], "context": {}}

    def action_view_penalties(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_penalty_action"
        )
        return {**action, "domain": [("order_id", "=", self.id)], "context": {}}

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
