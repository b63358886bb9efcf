# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import fields, models


class ResCompany(models.Model):
    """Defaults of warranty, billing, workshop and spare-parts orders."""

    _inherit = "res.company"

    aftersales_warranty_policy_id = fields.Many2one(
        "aftersales.warranty.policy",
        string="Default Warranty Policy",
        check_company=True,
        help="Holds for machines whose product names no policy.",
    )
    aftersales_pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Service Price List",
        check_company=True,
        help="Prices of parts and work out of warranty. Any other price needs the "
        "service manager.",
    )
    aftersales_labour_product_id = fields.Many2one(
        "product.product",
        string="Labour Product",
        check_company=True,
        domain=[("type", "=", "service")],
        help="Hours of work are charged with this product.",
    )
    aftersales_travel_product_id = fields.Many2one(
        "product.product",
        string="Travel Product",
        check_company=True,
        domain=[("type", "=", "service")],
        help="Kilometres of travel are charged with this product.",
    )
    aftersales_station_fee_product_id = fields.Many2one(
        "product.product",
        string="Repair Fee Product",
        check_company=True,
        domain=[("type", "=", "service")],
        help="The repair fee of a dealer or repair point is charged with it.",
    )
    aftersales_station_fee_percent = fields.Float(
        string="Repair Fee (%)",
        default=10.0,
        help="After the warranty, a dealer or repair point charges the price of the "
        "part plus this fee.",
    )
    aftersales_down_payment_percent = fields.Float(
        string="Spare-Parts Down Payment (%)",
        default=30.0,
        help="Our own default: the source names no figure. Spare-parts orders are "
        "released when this share of the total is paid.",
    )
    aftersales_consumer_promise_days = fields.Integer(
        string="Repair Promise (days)",
        default=3,
        help="A consumer's appliance is repaired in these days or exchanged.",
    )
    aftersales_installation_days = fields.Integer(
        string="Installation after Delivery (days)",
        default=7,
        help="Our own default: planned day of installation when sales promised none.",
    )
    aftersales_workshop_location_id = fields.Many2one(
        "stock.location",
        string="Customers' Goods in Repair",
        check_company=True,
        help="Machines of customers taken to the workshop stand here, in the "
        "customers' names.",
    )
    aftersales_visit_lead_days = fields.Integer(
        string="Visits Planned Ahead (days)",
        default=14,
        help="Our own default: a due visit becomes a request this long before.",
    )

    def _prepare_aftersales_location_vals(self):
        vals = super()._prepare_aftersales_location_vals()
        vals["aftersales_workshop_location_id"] = {
            "name": self.env._("Workshop: Customers' Goods"),
            "usage": "internal",
            "company_id": self.id,
        }
        return vals

    def _get_aftersales_today(self):
        """Return today's date where the company works, whoever asks: a warranty
        ends at the same moment for a cron in UTC and a clerk in Shanghai."""
        return datetime.now(self._get_aftersales_zone()).date()

    def _get_aftersales_zone(self):
        """Return the time zone (``ZoneInfo``) the company works in."""
        # sudo: the time zone, for portal customers too
        name = (
            self.sudo().resource_calendar_id.tz or self.env.context.get("tz") or "UTC"
        )
        return ZoneInfo(name)

    def _create_aftersales_config(self):
        res = super()._create_aftersales_config()
        policy = self.env.ref(
            "aftersales_service.warranty_policy_standard", raise_if_not_found=False
        )
        products = {
            fname: self.env.ref(f"aftersales_service.{name}", raise_if_not_found=False)
            for fname, name in (
                ("aftersales_labour_product_id", "product_labour"),
                ("aftersales_travel_product_id", "product_travel"),
                ("aftersales_station_fee_product_id", "product_repair_fee"),
            )
        }
        # sudo: set-up of a company by whoever may create it
        for company in self.sudo():
            if policy and not company.aftersales_warranty_policy_id:
                company.aftersales_warranty_policy_id = policy
            for fname, product in products.items():
                if product and not company[fname]:
                    company[fname] = product.product_variant_id
        return res
