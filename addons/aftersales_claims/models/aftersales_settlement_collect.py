# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC, datetime, time

from dateutil.relativedelta import relativedelta

from odoo import api, models

from odoo.addons.aftersales_service.tools.language import in_company_language


class AftersalesSettlement(models.Model):
    """What a station is owed and owes for a month, collected by hand or by the job of
    the month (R-DSP-16, R-BIL-02, R-CLM-11)."""

    _inherit = "aftersales.settlement"

    # === ACTION METHODS ===#
    def action_collect_lines(self):
        """Take what the station did in the month and was not settled yet."""
        self._check_state("draft")
        for settlement in self:
            settlement._collect_lines()
        return True

    # === BUSINESS METHODS ===#
    def _get_period(self):
        """Return first and last date of the month."""
        self.ensure_one()
        return self.period_start, self.period_start + relativedelta(months=1, days=-1)

    def _get_period_end(self):
        """Return the moment the month ends where the company works, in UTC."""
        self.ensure_one()
        _first, last = self._get_period()
        zone = self.company_id._get_aftersales_zone()
        midnight = datetime.combine(last + relativedelta(days=1), time(), zone)
        return midnight.astimezone(UTC).replace(tzinfo=None)

    def _collect_lines(self):
        self.ensure_one()
        self.env["aftersales.settlement.line"].create(
            [{"settlement_id": self.id, **vals} for vals in self._prepare_lines()]
        )

    def _prepare_lines(self):
        """Return the values of what the station is owed and owes, not settled yet."""
        return [
            *self._prepare_cost_lines(),
            *self._prepare_fee_lines(),
            *self._prepare_deduction_lines(),
        ]

    def _prepare_cost_lines(self):
        """Return the station's labour, travel and freight on claims, as posted."""
        self.ensure_one()
        _first, last = self._get_period()
        # sudo: the settlement's role is checked by its access rights
        costs = (
            self.env["aftersales.claim.cost"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("partner_id", "child_of", self.partner_id.id),
                    ("state", "=", "posted"),
                    ("stock_move_id", "=", False),
                    ("date", "<=", last),
                    ("settlement_line_ids", "not any", [("is_live", "=", True)]),
                ]
            )
        )
        return [
            {
                "kind": "cost",
                "claim_cost_id": cost.id,
                "name": cost._get_entry_label(),
                "amount": cost.amount,
            }
            for cost in costs
        ]

    def _prepare_fee_lines(self):
        """Return the repair fees of after-warranty swaps: the company collected them
        from the customer, the station did the work (R-BIL-02)."""
        self.ensure_one()
        # sudo: as above
        orders = (
            self.env["aftersales.order"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("station_id", "child_of", self.partner_id.id),
                    ("state", "in", ("reported", "done")),
                    ("reported_at", "<", self._get_period_end()),
                    ("sale_order_id.state", "=", "sale"),
                    ("settlement_line_ids", "not any", [("is_live", "=", True)]),
                ]
            )
        )
        lines = []
        for order in orders:
            fees = order.sale_order_id.order_line.filtered(
                lambda item: item.aftersales_charge == "fee"
            )
            if fees:
                lines.append(
                    {
                        "kind": "fee",
                        "order_id": order.id,
                        "name": self.env._("Repair fee %(order)s", order=order.name),
                        "amount": sum(fees.mapped("price_subtotal")),
                    }
                )
        return lines

    def _prepare_deduction_lines(self):
        """Return the old parts the station kept (R-CLM-11)."""
        self.ensure_one()
        # sudo: as above
        parts = (
            self.env["aftersales.part.return"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("holder_kind", "=", "station"),
                    ("holder_partner_id", "child_of", self.partner_id.id),
                    ("charge_state", "=", "charged"),
                    ("settlement_line_ids", "not any", [("is_live", "=", True)]),
                ]
            )
        )
        return [
            {
                "kind": "deduction",
                "part_return_id": part.id,
                "name": self.env._(
                    "Old part not returned: %(product)s (%(tag)s)",
                    product=part.product_id.display_name,
                    tag=part.name,
                ),
                "amount": -part.charge_amount,
            }
            for part in parts
        ]

    # === CRON ===#
    @api.model
    @in_company_language
    def _cron_monthly(self):
        """Draw up last month's settlements, one for each station."""
        for company in self.env["res.company"].search([]):
            today = company._get_aftersales_today()
            start = today.replace(day=1) - relativedelta(months=1)
            stations = self.env["res.partner"].search(
                [
                    ("company_id", "in", (False, company.id)),
                    "|",
                    "|",
                    ("is_service_station", "=", True),
                    ("is_dealer", "=", True),
                    ("is_upstream_assembler", "=", True),
                ]
            )
            done = self.search(
                [
                    ("company_id", "=", company.id),
                    ("period_start", "=", start),
                    ("state", "!=", "cancelled"),
                ]
            ).partner_id
            for station in stations - done:
                vals = {
                    "partner_id": station.id,
                    "company_id": company.id,
                    "period_start": start,
                    # nobody's until somebody takes it
                    "user_id": False,
                }
                # no number is drawn for a month in which nothing happened
                if self.new(vals)._prepare_lines():
                    self.with_company(company).create(vals)._collect_lines()
            self.env["ir.cron"]._commit_progress(1)
