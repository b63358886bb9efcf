# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesOrderLead(models.TransientModel):
    """Passes an opportunity seen on site to sales (R-DSP-17)."""

    _name = "aftersales.order.lead"
    _description = "Sales Lead from a Visit"

    order_id = fields.Many2one("aftersales.order", required=True)
    subject = fields.Selection(
        [
            ("old", "Old equipment to replace"),
            ("option", "Missing option"),
            ("parts", "Spare parts"),
            ("contract", "Service contract"),
            ("other", "Other"),
        ],
        required=True,
        default="old",
    )
    name = fields.Char(string="In short", required=True)
    note = fields.Text(string="What was seen")
    contact_name = fields.Char()
    phone = fields.Char()

    def action_create(self):
        """Create the lead, in the name of who saw it."""
        self.ensure_one()
        order = self.order_id
        order.check_access("read")
        # sudo: a technician has no rights on leads; he may report what he saw
        lead = self.env["crm.lead"].sudo().create(self._prepare_lead_vals())
        order.sudo()._message_log(
            body=self.env._("Sales lead “%(name)s” passed on.", name=lead.name)
        )
        return {"type": "ir.actions.act_window_close"}

    def _prepare_lead_vals(self):
        order = self.order_id
        subject = dict(self._fields["subject"]._description_selection(self.env))
        return {
            "type": "lead",
            "name": self.name,
            "partner_id": order.partner_id.id,
            "contact_name": self.contact_name,
            "phone": self.phone or order.partner_id.phone,
            "description": self.note,
            "company_id": order.company_id.id,
            "user_id": order.partner_id.user_id.id,
            "aftersales_order_id": order.id,
            "aftersales_lot_id": order.lot_id.id,
            "referred": f"{self.env.user.name} · {subject[self.subject]}",
        }
