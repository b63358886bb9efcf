# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    # what the department notes of a customer is no matter of his portal
    is_key_customer = fields.Boolean(groups="base.group_user")
    is_dealer = fields.Boolean(string="Is a Dealer")
    is_service_station = fields.Boolean(string="Is a Service Station")
    is_carrier = fields.Boolean(string="Is a Carrier")
    dealer_id = fields.Many2one(
        "res.partner", domain=[("is_dealer", "=", True)], index="btree_not_null"
    )
    dealer_charge = fields.Selection(
        [
            ("none", "Nothing: the customer pays"),
            ("labour", "Labour and travel, also in warranty"),
            ("all", "Labour, travel and parts"),
        ],
        string="Dealer Pays",
        default="none",
        groups="base.group_user",
        help="By the agreement with the dealer: what is charged to him after work at "
        "his customers.",
    )
    machine_count = fields.Integer(compute="_compute_machine_count")
    station_ids = fields.One2many("aftersales.station", "partner_id")
    service_distance = fields.Float(
        string="Distance (km)", help="Road distance from the service base in km."
    )
    aftersales_region_id = fields.Many2one(
        "aftersales.region", string="Service Region", index="btree_not_null"
    )
    aftersales_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Service Hours",
        help="Working hours that count for the time limits agreed with this customer.",
    )
    followup_interval = fields.Integer(
        string="Visit Interval (months)",
        groups="base.group_user",
        help="Key customers are visited at this interval; 0 means never.",
    )
    next_visit_date = fields.Date(
        compute="_compute_next_visit_date",
        store=True,
        readonly=False,
        index="btree_not_null",
        groups="base.group_user",
    )
    machine_ids = fields.One2many("stock.lot", "customer_id", string="Machines")

    _service_figures_check = models.Constraint(
        "CHECK(service_distance >= 0 AND followup_interval >= 0)",
        "Distances and intervals cannot be negative.",
    )

    @api.depends("followup_interval")
    def _compute_next_visit_date(self):
        today = fields.Date.context_today(self)
        for partner in self:
            if partner.followup_interval <= 0:
                partner.next_visit_date = False
            elif not partner.next_visit_date:
                partner.next_visit_date = fields.Date.add(
                    today, months=partner.followup_interval
                )

    def _compute_machine_count(self):
        counts = {}
        # every employee reads partners, serial numbers are not everybody's
        if self.env["stock.lot"].has_access("read"):
            counts = dict(
                self.env["stock.lot"]._read_group(
                    [("customer_id", "child_of", self.ids), ("is_machine", "=", True)],
                    ["customer_id"],
                    ["__count"],
                )
            )
        for partner in self:
            family = [p for p in counts if partner in p | p.commercial_partner_id]
            partner.machine_count = sum(counts[p] for p in family)

    def _get_address_line(self):
        """Return where to go in one line, as forms print it and the map is asked for
        it: without the company's name, empty parts and the country, unless it is
        another one."""
        if not self:
            return ""
        self.ensure_one()
        home = self.env.company.country_id.name
        lines = self._display_address(without_company=True).splitlines()
        parts = [" ".join(part.split()) for line in lines for part in line.split(",")]
        return ", ".join(part for part in parts if part and part != home)

    def _get_portal_machine_domain(self):
        """Return the domain of the machines this company sees in the portal: its own
        and, if it is a dealer, those of its customers (R-DSP-16)."""
        self.ensure_one()
        own = Domain("customer_id", "child_of", self.id)
        if self.is_dealer:
            own |= Domain("customer_id.dealer_id", "=", self.id)
            own |= Domain("customer_id.commercial_partner_id.dealer_id", "=", self.id)
        return Domain("is_machine", "=", True) & own

    def _get_portal_progress_domain(self):
        """Return the domain of the requests whose progress this company follows on a
        machine's page: its own and, if it is a dealer, those of its customers, who
        files them himself (R-DSP-16)."""
        self.ensure_one()
        own = Domain("partner_id", "child_of", self.id)
        if self.is_dealer:
            own |= Domain("partner_id.dealer_id", "=", self.id)
            own |= Domain("partner_id.commercial_partner_id.dealer_id", "=", self.id)
        return own

    def action_view_machines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.stock_lot_machine_action"
        )
        action["domain"] = [
            ("is_machine", "=", True),
            ("customer_id", "child_of", self.id),
        ]
        action["context"] = {"default_customer_id": self.id}
        return action
