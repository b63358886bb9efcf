# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from math import isfinite

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesClaim(models.Model):
    """Claims entered by a service station in its portal (R-DSP-16, R-CLM-15)."""

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
            if claim.cost_ids.filtered(lambda c, s=station: c.partner_id == s):
                continue
            for kind, amount in claim._get_station_amounts().items():
                if amount:
                    vals_list.append(
                        {
                            "claim_id": claim.id,
                            "kind": kind,
                            "name": station.name,
                            "partner_id": station.id,
                            "amount": amount,
                        }
                    )
        return self.env["aftersales.claim.cost"].sudo().create(vals_list)

    def _get_station_amounts(self):
        """Return labour and travel by the station's contract."""
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
            "labour": self.currency_id.round(self.station_hours * contract.labour_rate),
            "travel": self.currency_id.round(
                self.station_distance * contract.travel_rate
            ),
        }

    # === PORTAL ===#
    @api.model
    def _get_portal_station(self):
        """Return the station of the portal user, or an empty res.partner."""
        partner = self.env.user.partner_id.commercial_partner_id
        return partner if partner.is_service_station else partner.browse()

    @api.model
    def _create_from_station(self, values, files):
        """Create and submit a claim for the portal user's station.

        :param values: serial, part, quantity, damage, failure_date, hours, distance,
            old_serial: what was typed, all strings
        :param files: list of (name, bytes), the evidence
        :return: the aftersales.claim
        :raises UserError: no station, unknown machine or part, bad figures, or
            anything that keeps the claim from being submitted
        """
        station = self._get_portal_station()
        if not station:
            raise UserError(self.env._("Only service stations enter claims here."))
        company = self.env.company
        if not self.env["aftersales.station"]._get_station(station):
            raise UserError(
                self.env._(
                    "%(station)s has no contract in force with %(company)s.",
                    station=station.name,
                    company=company.name,
                )
            )
        # sudo: the portal user names machine and part by what is printed on them
        machine = (
            self.env["stock.lot"]
            .sudo()
            .search(
                [
                    ("name", "=ilike", (values.get("serial") or "").strip()),
                    ("is_machine", "=", True),
                    ("company_id", "in", (False, company.id)),
                ],
                limit=1,
            )
        )
        if not machine or not machine.customer_id:
            raise UserError(
                self.env._(
                    "No machine with the serial number %(serial)s is on file.",
                    serial=values.get("serial") or "",
                )
            )
        part = (
            self.env["product.product"]
            .sudo()
            .search(
                [
                    ("default_code", "=ilike", (values.get("part") or "").strip()),
                    ("is_machine", "=", False),
                    ("company_id", "in", (False, company.id)),
                ],
                limit=1,
            )
        )
        if not part:
            raise UserError(
                self.env._(
                    "No part has the number %(part)s.", part=values.get("part") or ""
                )
            )
        try:
            quantity = float(values.get("quantity") or 1)
            hours = float(values.get("hours") or 0)
            distance = float(values.get("distance") or 0)
            failed_on = fields.Date.to_date(values.get("failure_date") or None)
        except ValueError as error:
            raise UserError(self.env._("Check the figures and the date.")) from error
        # "nan" and "inf" are numbers to float()
        if (
            not all(map(isfinite, (quantity, hours, distance)))
            or quantity <= 0
            or hours < 0
            or distance < 0
        ):
            raise UserError(self.env._("Check the figures and the date."))
        # sudo: a station has no rights on claims; it hands this one in
        claim = self.sudo().create(
            {
                "partner_id": machine.customer_id.id,
                "lot_id": machine.id,
                "company_id": company.id,
                "failure_date": failed_on or fields.Date.context_today(self),
                "damage": values.get("damage"),
                "station_id": station.id,
                "station_hours": hours,
                "station_distance": distance,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": part.id,
                            "quantity": quantity,
                            "old_lot_name": values.get("old_serial") or False,
                            "supply": "ship",
                            "is_causal": True,
                        }
                    )
                ],
            }
        )
        claim.estimated_cost = sum(claim._get_station_amounts().values())
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
