# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from math import isfinite

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

#: more than anybody means: a slip of the keyboard
MAX_FIGURE = 100_000


class AftersalesClaim(models.Model):
    """Claims entered by a service station or dealer in its portal (R-DSP-16,
    R-CLM-15)."""

    _inherit = "aftersales.claim"

    station_id = fields.Many2one(
        "res.partner",
        string="Entered by Station",
        index="btree_not_null",
        check_company=True,
        copy=False,
        help="Its work is priced by its contract and settled monthly.",
    )
    station_hours = fields.Float(copy=False)
    station_distance = fields.Float(string="Station Travel (km)", copy=False)
    portal_key = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Key of the page it was sent from: sent twice, it is taken once.",
    )

    _portal_key_unique = models.UniqueIndex(
        "(station_id, portal_key) WHERE portal_key IS NOT NULL",
        "This claim was received already.",
    )
    _figures_positive = models.Constraint(
        "CHECK (estimated_cost >= 0 AND station_hours >= 0 AND station_distance >= 0)",
        "Estimate, hours and kilometres of a claim cannot be negative.",
    )

    def write(self, vals):
        res = super().write(vals)
        if vals.get("state") == "approved":
            self._create_station_costs()
        return res

    def _create_station_costs(self):
        """Draft the station's labour and travel at its contract's prices, once.

        :return: the aftersales.claim.cost records created
        """
        # sudo: costs follow the approval, whoever gave it
        claims = self.sudo().filtered("station_id")
        vals_list = []
        for claim in claims:
            station = claim.station_id.commercial_partner_id
            if claim.cost_ids.filtered(
                lambda c, s=station: c.partner_id == s and c.state != "reversed"
            ):
                continue
            for kind, amount in claim._get_station_amounts().items():
                if amount:
                    vals_list.append(
                        {
                            "claim_id": claim.id,
                            "kind": kind,
                            "name": claim._get_station_work(kind),
                            "partner_id": station.id,
                            "amount": amount,
                        }
                    )
        costs = self.env["aftersales.claim.cost"].sudo().create(vals_list)
        costs._take_over_settlement()
        return costs

    def _get_station_prices(self):
        """Return the prices of labour and travel by the station's contract, and how
        much of each the station did: {kind: (price, quantity, unit)}."""
        self.ensure_one()
        # sudo: the prices of the contract are not the station's applicant's to read
        contract = (
            self.env["aftersales.station"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.station_id.commercial_partner_id.id),
                    ("company_id", "=", self.company_id.id),
                ],
                limit=1,
            )
        )
        return {
            "labour": (contract.labour_rate, self.station_hours, "h"),
            "travel": (contract.travel_rate, self.station_distance, "km"),
        }

    def _get_station_amounts(self):
        """Return labour and travel by the station's contract."""
        return {
            kind: self.currency_id.round(price * quantity)
            for kind, (price, quantity, _unit) in self._get_station_prices().items()
        }

    def _get_station_work(self, kind):
        """Return how the amount of ``kind`` came about, for the station to check."""
        price, quantity, unit = self._get_station_prices()[kind]
        return f"{quantity:g} {unit} × {self.currency_id.format(price)}"

    # === PORTAL ===#
    @api.model
    def _get_portal_station(self):
        """Return the station or dealer of the portal user, or an empty res.partner."""
        partner = self.env.user.partner_id.commercial_partner_id
        claims = partner.is_service_station or partner.is_dealer
        return partner if claims else partner.browse()

    @api.model
    def _get_portal_contract(self, station):
        """Return the contract in force that prices the work of ``station``; a dealer
        may claim parts without one."""
        return self.env["aftersales.station"]._get_station(station)

    @api.model
    def _create_from_station(self, values, files, key=None):
        """Create and submit a claim for the portal user's station or dealer.

        :param values: serial, part, quantity, damage, failure_date, hours, distance,
            old_serial, part_note: what was typed, all strings
        :param files: list of (name, bytes), the evidence
        :param key: of the page it was sent from; sent twice, the database refuses
        :return: the aftersales.claim
        :raises UserError: no station, unknown machine or part, bad figures, or
            anything that keeps the claim from being submitted
        """
        station = self._get_portal_station()
        if not station:
            raise UserError(
                self.env._("Only service stations and dealers enter claims here.")
            )
        self._check_station_report(values)
        company = self.env.company
        contract = self._get_portal_contract(station)
        if not contract and not station.is_dealer:
            raise UserError(
                self.env._(
                    "%(station)s has no contract in force with %(company)s.",
                    station=station.name,
                    company=company.name,
                )
            )
        machine = self._find_station_machine(station, contract, values.get("serial"))
        part = self._find_station_part(values.get("part"))
        quantity, hours, distance, failed_on = self._read_station_figures(values)
        # a portal user may have no time zone; what failed today there is no future
        today = max(company._get_aftersales_today(), fields.Date.context_today(self))
        self._check_station_figures(machine, part, quantity, failed_on)
        # sudo: a station has no rights on claims; it hands this one in
        claim = self.sudo().create(
            {
                "partner_id": machine.customer_id.id,
                "lot_id": machine.id,
                "company_id": company.id,
                "failure_date": failed_on or today,
                "claim_date": today,
                "damage": values.get("damage"),
                "station_id": station.id,
                "station_hours": hours if contract else 0,
                "station_distance": distance if contract else 0,
                "portal_key": key,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": part.id,
                            "quantity": quantity,
                            "old_lot_name": values.get("old_serial") or False,
                            "part_note": values.get("part_note") or False,
                            "supply": "ship",
                            "is_causal": True,
                        }
                    )
                ],
            }
        )
        claim.estimated_cost = claim._get_expected_cost()
        self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": claim._name,
                    "res_id": claim.id,
                }
                for name, content in files
            ]
        )
        claim.action_submit()
        return claim

    @api.model
    def _find_station_machine(self, station, contract, serial):
        """Return the stock.lot (sudo) with the serial number typed.

        :raises UserError: unknown or, for a dealer without a contract, not a machine
            of his or his customers: both look the same
        """
        found = self.env["aftersales.request"]._find_lots([serial], self.env.company)
        domain = Domain("is_machine", "=", True) & Domain("customer_id", "!=", False)
        if not contract:
            domain &= station._get_portal_machine_domain()
        # sudo: the portal user names the machine by what is printed on it
        machine = (
            self.env["stock.lot"].sudo().union(*found.values()).filtered_domain(domain)
        )
        if not machine:
            raise UserError(
                self.env._(
                    "No machine with the serial number %(serial)s is on file.",
                    serial=serial or "",
                )
            )
        return machine

    @api.model
    def _find_station_part(self, number):
        """Return the product.product (sudo) with the part number typed.

        :raises UserError: unknown, or none typed
        """
        number = (number or "").strip()
        spellings = {number, number.upper(), number.lower()}
        # sudo: the portal user names the part by what is printed on it
        Product = self.env["product.product"].sudo()
        # an empty number would find the products that have none
        part = number and Product.search(
            [
                ("default_code", "in", spellings),
                ("is_machine", "=", False),
                ("company_id", "in", (False, self.env.company.id)),
            ],
            limit=1,
        )
        if not part:
            raise UserError(self.env._("No part has the number %(part)s.", part=number))
        return part

    @api.model
    def _read_station_figures(self, values):
        """Return quantity, hours, distance and date of failure as typed.

        :raises UserError: not a number, not a date, or out of range
        """
        bad = UserError(self.env._("Check the figures and the date."))
        try:
            figures = (
                float(values.get("quantity") or 1),
                float(values.get("hours") or 0),
                float(values.get("distance") or 0),
            )
            failed_on = fields.Date.to_date(values.get("failure_date") or None)
        except ValueError as error:
            raise bad from error
        # "nan" and "inf" are numbers to float()
        if (
            not all(map(isfinite, figures))
            or min(figures) < 0
            or max(figures) > MAX_FIGURE
        ):
            raise bad
        return *figures, failed_on

    @api.model
    def _check_station_report(self, values):
        """:raises UserError: no damage report; the form asks for it, others do not"""
        if not values.get("damage"):
            raise UserError(self.env._("Describe the damage."))

    @api.model
    def _check_station_figures(self, machine, part, quantity, failed_on):
        """:raises UserError: a quantity that is none of ``part``, or a date before the
        machine was the customer's"""
        is_piece = part.tracking != "serial" or quantity == int(quantity)
        if part.uom_id.is_zero(quantity) or not is_piece:
            raise UserError(self.env._("Check the figures and the date."))
        delivered = machine.delivery_date
        if failed_on and delivered and failed_on < delivered:
            raise UserError(
                self.env._(
                    "%(machine)s was delivered on %(date)s: check the failure date.",
                    machine=machine.name,
                    date=format_date(self.env, delivered),
                )
            )
