# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import format_date, html2plaintext


class StockLot(models.Model):
    """What the delivery of a machine writes into its file (R-DSP-18)."""

    _inherit = "stock.lot"

    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sold by",
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    installation_request_ids = fields.One2many(
        "aftersales.request", "installation_lot_id", string="Installation Requests"
    )

    def _register_delivery(self, picking):
        """Fill the files of the machines in ``self`` from their delivery and create
        their installation requests, once for each machine and customer.

        :param picking: the done outgoing stock.picking
        :return: the installation requests created
        """
        customer = picking.partner_id.commercial_partner_id
        if not customer:
            return self.env["aftersales.request"]
        day = fields.Datetime.context_timestamp(
            self, picking.date_done or fields.Datetime.now()
        ).date()
        for lot in self:
            lot.write(lot._prepare_delivery_vals(picking, day))
        to_install = self.filtered("product_id.needs_commissioning").filtered(
            lambda lot: (
                not lot.product_id.accepted_at_delivery
                and customer not in lot.installation_request_ids.partner_id
            )
        )
        return self.env["aftersales.request"].create(
            [lot._prepare_installation_vals(picking, day) for lot in to_install]
        )

    def _prepare_delivery_vals(self, picking, day):
        self.ensure_one()
        sale = picking.sale_id
        resold = self.customer_id and (
            self.customer_id.commercial_partner_id
            != picking.partner_id.commercial_partner_id
        )
        vals = {
            "customer_id": picking.partner_id.commercial_partner_id.id,
            "site_id": picking.partner_id.id,
            "delivery_date": day,
        }
        if sale:
            vals["sale_order_id"] = sale.id
            vals["contract_ref"] = sale.client_order_ref or sale.name
        if resold:
            vals["acceptance_date"] = False
        if self.product_id.accepted_at_delivery:
            vals["acceptance_date"] = day
        return vals

    def _prepare_installation_vals(self, picking, day):
        self.ensure_one()
        sale = picking.sale_id
        company = picking.company_id
        planned = fields.Date.add(day, days=company.aftersales_installation_days)
        if sale.commitment_date:
            # promised for a day where the company works, kept in UTC
            promised = company._get_aftersales_date(sale.commitment_date)
            planned = promised if promised > day else planned
        return {
            "company_id": company.id,
            "channel": "salesperson",
            "kind_id": self.env.ref("aftersales_service.kind_commissioning").id,
            "partner_id": picking.partner_id.commercial_partner_id.id,
            "contact_id": sale.partner_id.id or picking.partner_id.id,
            "site_id": picking.partner_id.id,
            "phone": picking.partner_id.phone or sale.partner_id.phone,
            "lot_id": self.id,
            "product_id": self.product_id.id,
            "contract_ref": self.contract_ref,
            "department_id": company.aftersales_department_id.id,
            "user_id": company.aftersales_department_id.manager_id.user_id.id
            or self.env.uid,
            "installation_lot_id": self.id,
            "installation_picking_id": picking.id,
            "installation_date": planned,
            "sale_order_id": sale.id,
            "sales_promise": self._get_sales_promise(picking, day),
            "fault": self.env._(
                "Installation and commissioning of %(machine)s",
                machine=self.product_id.display_name,
            ),
        }

    def _get_sales_promise(self, picking, day):
        """Return, as text, what sales promised: site, contact, model, numbers, ship
        date, agreements."""
        self.ensure_one()
        sale = picking.sale_id
        partner = picking.partner_id
        rows = [
            (self.env._("Contract"), self.contract_ref),
            (self.env._("Site"), partner._display_address(without_company=True)),
            (self.env._("Contact"), sale.partner_id.name or partner.name),
            (self.env._("Phone"), sale.partner_id.phone or partner.phone),
            (self.env._("Model"), self.product_id.display_name),
            (self.env._("Serial Number"), self.name),
            (self.env._("Shipped on"), format_date(self.env, day)),
            (
                self.env._("Promised for"),
                sale.commitment_date and format_date(self.env, sale.commitment_date),
            ),
            (self.env._("Salesperson"), sale.user_id.name),
            (self.env._("Agreements"), html2plaintext(sale.note or "").strip()),
        ]
        return "\n".join(
            f"{label}: {' '.join(str(value).split())}" for label, value in rows if value
        )
