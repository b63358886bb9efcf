# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesOrder(models.Model):
    """Dealers and service stations (R-DSP-16), and leads seen on site (R-DSP-17)."""

    _inherit = "aftersales.order"

    dealer_id = fields.Many2one(
        "res.partner",
        compute="_compute_dealer_id",
        store=True,
        index="btree_not_null",
        help="Dealer of the customer: told before the work, charged after it.",
    )
    dealer_told_at = fields.Datetime(readonly=True, copy=False, tracking=True)
    lead_ids = fields.One2many("crm.lead", "aftersales_order_id", string="Leads")
    lead_count = fields.Integer(compute="_compute_lead_count")

    @api.depends("partner_id.dealer_id", "partner_id.commercial_partner_id.dealer_id")
    def _compute_dealer_id(self):
        for order in self:
            customer = order.partner_id.commercial_partner_id
            order.dealer_id = order.partner_id.dealer_id or customer.dealer_id

    def _compute_lead_count(self):
        # sudo: a count, for people without rights on leads too
        groups = (
            self.env["crm.lead"]
            .sudo()
            ._read_group(
                [("aftersales_order_id", "in", self.ids)],
                ["aftersales_order_id"],
                ["__count"],
            )
        )
        counts = {order.id: count for order, count in groups}
        for order in self:
            order.lead_count = counts.get(order.id, 0)

    def action_tell_dealer(self):
        """Tell the dealer, by mail, of the work at his customer's (R-DSP-16).

        :raise UserError: the order's customer has no dealer
        """
        self.check_access("write")
        template = self.env.ref("aftersales_service.mail_template_tell_dealer")
        for order in self:
            if not order.dealer_id:
                raise UserError(
                    self.env._(
                        "%(order)s: the customer has no dealer.", order=order.name
                    )
                )
            if order.dealer_told_at:
                continue
            if order.dealer_id.email:
                order.message_post_with_source(
                    template,
                    partner_ids=order.dealer_id.ids,
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
            else:
                order.message_post(
                    body=self.env._(
                        "Dealer %(dealer)s told by phone.", dealer=order.dealer_id.name
                    )
                )
            order._set_values(dealer_told_at=fields.Datetime.now())
        return True

    def _get_dispatch_blockers(self, employee):
        blockers = super()._get_dispatch_blockers(employee)
        if self.dealer_id and not self.dealer_told_at:
            blockers.append(
                self.env._(
                    "Dealer %(dealer)s was not told yet.", dealer=self.dealer_id.name
                )
            )
        return blockers

    @api.constrains("station_id")
    def _check_station_id(self):
        """Only stations under contract and trained do the work (R-DSP-20)."""
        Station = self.env["aftersales.station"].sudo()
        # sudo: whoever dispatches need not see the station's terms
        stations = Station.search([("partner_id", "in", self.station_id.ids)])
        by_partner = {(s.partner_id, s.company_id): s for s in stations}
        for order in self.filtered("station_id"):
            station = by_partner.get((order.station_id, order.company_id))
            if station and not station.can_work:
                raise UserError(
                    self.env._(
                        "%(station)s may not work now: its contract must be running "
                        "and its people trained.",
                        station=station.name,
                    )
                )

    def action_create_lead(self):
        """Open a new sales lead with what is known from the order (R-DSP-17)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sales Lead"),
            "res_model": "aftersales.order.lead",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_view_leads(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sales Leads"),
            "res_model": "crm.lead",
            "view_mode": "list,form",
            "domain": [("aftersales_order_id", "=", self.id)],
        }
