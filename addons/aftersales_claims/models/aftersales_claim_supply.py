# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.language import in_company_language

from .stock_rule import MAY_WAIT


class AftersalesClaim(models.Model):
    """Goods of approved claims: fitted ones on to the warranty location, others
    from stock or through procurement (R-CLM-06, R-CLM-07, R-CLM-13)."""

    _inherit = "aftersales.claim"

    reference_id = fields.Many2one(
        "stock.reference", string="Procurement Reference", readonly=True, copy=False
    )

    supply_expected_date = fields.Date(
        string="Expected Date",
        compute="_compute_supply_expected_date",
        help="When the parts will be there by the plans of the open transfers, "
        "purchase and production orders.",
    )

    # === ACTION METHODS ===#
    def action_confirm_fitted(self):
        """Parts supplied through the technician are fitted: post their cost.

        :raises UserError: nothing of the claim is at the technician's
        """
        self.check_access("write")
        self._ensure_state("approved")
        for claim in self:
            lines = claim.line_ids.filtered(
                lambda line: (
                    line.supply == "technician" and line._get_missing_quantity()
                )
            )
            location = claim.order_id.technician_id._ensure_aftersales_location()
            if not lines or not location:
                raise UserError(
                    self.env._(
                        "%(claim)s has no parts at the technician's.", claim=claim.name
                    )
                )
            # the system moves the goods: fitting is service work, its transfer a
            # storekeeper's right
            claim = claim._as_system()
            claim._transfer_to_warranty(
                {
                    line: line._split_by_lot(line._get_missing_quantity())
                    for line in lines.with_env(claim.env)
                },
                location,
            )
        return True

    # === BUSINESS METHODS ===#
    def _supply(self):
        """Move or procure what approved lines still miss, call off what they need no
        more; safe to call again. What an earlier round sent out and its reversal left
        outside is booked once more, not sent a second time.

        :raises UserError: set-up or goods are missing; nothing is moved then
        """
        for claim in self.filtered(lambda claim: claim.state == "approved"):
            # the system moves the goods: FIFO valuation reads with the user's own
            # rights even under sudo, and approvers have none on stock
            claim = claim._as_system()
            claim._check_warranty_setup()
            claim.line_ids._reduce_open_supply()
            missing = claim.line_ids.filtered(
                lambda line: line.approved_quantity and line._get_missing_quantity()
            )
            goods = missing._get_goods_outside()
            if goods:
                claim._transfer_to_warranty(
                    goods, claim.company_id.aftersales_awaiting_location_id
                )
            claim._procure(
                missing.filtered(
                    lambda line: (
                        line.supply in ("ship", "technician")
                        and line._get_quantity_to_procure()
                    )
                )
            )

    def _transfer_to_warranty(self, goods, source):
        """Move ``goods`` from ``source`` to the warranty location: the transfer's
        valuation is the claim's material cost (R-CLM-09).

        :param goods: {aftersales.claim.line: {stock.lot: quantity}}
        :raises UserError: less than that is at ``source``
        :return: stock.picking, done
        """
        self.ensure_one()
        self._check_at_location(goods, source)
        target = self.company_id.aftersales_warranty_location_id
        picking = self.env["stock.picking"].create(
            {
                **self._prepare_claim_picking_vals(source, target),
                "move_ids": [
                    Command.create(
                        {
                            **line._prepare_claim_move_vals(source, target),
                            "product_uom_qty": sum(lots.values()),
                        }
                    )
                    for line, lots in goods.items()
                ],
            }
        )
        picking.action_confirm()
        for move in picking.move_ids:
            move._set_claim_part_lots(goods[move.aftersales_claim_line_id])
        picking.move_ids.filtered(lambda move: not move.move_line_ids)._action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def _prepare_claim_picking_vals(self, source, target):
        self.ensure_one()
        return {
            "picking_type_id": self.company_id.aftersales_claim_type_id.id,
            "location_id": source.id,
            "location_dest_id": target.id,
            "partner_id": self.partner_id.id,
            "origin": self.name,
            "company_id": self.company_id.id,
            "aftersales_claim_id": self.id,
        }

    def _prepare_shipment_vals(self):
        """Return the carrier and every tracking number of the shipments, as far as
        they are known."""
        self.ensure_one()
        pickings = self.picking_ids.filtered(lambda picking: picking.state != "cancel")
        numbers = dict.fromkeys(pickings.sorted("id").mapped("shipping_number"))
        vals = {
            "carrier_id": pickings.carrier_partner_id[-1:].id,
            "tracking_number": ", ".join(filter(None, numbers)),
        }
        return {name: value for name, value in vals.items() if value}

    def _check_at_location(self, goods, source):
        """Refuse to move on what is not at ``source``.

        :param goods: {aftersales.claim.line: {stock.lot: quantity}}
        """
        needed = defaultdict(float)
        for line, lots in goods.items():
            for lot, wanted in lots.items():
                if line.product_id.tracking == "serial" and not lot:
                    raise UserError(
                        self.env._(
                            "Enter the serial number of %(part)s first.",
                            part=line.product_id.display_name,
                        )
                    )
                needed[line.product_id, lot] += wanted
        for (product, lot), quantity in needed.items():
            available = source._get_available_part(product, lot)
            if product.is_storable and product.uom_id.compare(available, quantity) < 0:
                raise UserError(
                    self.env._(
                        "%(claim)s needs %(quantity)s of %(part)s at %(location)s, "
                        "but only %(available)s is there.",
                        claim=self.name,
                        quantity=quantity,
                        part=product.display_name,
                        location=source.display_name,
                        available=available,
                    )
                )

    def _check_warranty_setup(self):
        """Refuse to move goods whose cost would not reach the books."""
        self.ensure_one()
        company = self.company_id
        if not (
            company.aftersales_claim_type_id
            and company.aftersales_awaiting_location_id
            and company.aftersales_warranty_location_id
        ):
            raise UserError(
                self.env._(
                    "Claim operation, awaiting-claim and warranty locations are "
                    "missing in the settings of %(company)s.",
                    company=company.name,
                )
            )
        if any(
            line.product_id.valuation == "real_time"
            for line in self.line_ids
            if line.supply != "none"
        ):
            company._get_aftersales_warranty_account(
                fields.Date.context_today(self), check_location=True
            )

    def _procure(self, lines):
        """Need of ``lines`` to the stock rules: from stock, else buy or make. What
        they can neither buy nor make waits on its transfer."""
        self.ensure_one()
        if not lines:
            return
        company = self.company_id
        if not company.aftersales_claim_route_id:
            raise UserError(
                self.env._(
                    "The claim supply route is missing in the settings of %(company)s.",
                    company=company.name,
                )
            )
        vals = {}
        if not self.reference_id:
            reference = self.env["stock.reference"].create({"name": self.name})
            vals["reference_id"] = reference.id
        if not self.supply_due_date:
            vals["supply_due_date"] = fields.Date.context_today(self) + relativedelta(
                days=company.aftersales_machine_down_days
                if self.kind == "machine_down"
                else company.aftersales_supply_days
            )
        if vals:
            # execution of what was approved: the tiers have nothing to look up
            self.with_context(skip_validation_check=True).write(vals)
        procurements = [line._prepare_procurement() for line in lines]
        self.env["stock.rule"].with_context(aftersales_may_wait=MAY_WAIT).run(
            [procurement for procurement in procurements if procurement.product_qty > 0]
        )
        self._notify_shortage()

    @api.depends("picking_ids.state", "picking_ids.scheduled_date", "reference_id")
    def _compute_supply_expected_date(self):
        """The last of the dates planned by the transfers, purchase and production
        orders still open: the ERP's own planning, beside what was promised."""
        for claim in self:
            dates = claim._get_supply_dates()
            claim.supply_expected_date = dates and fields.Date.context_today(
                claim, max(dates)
            )

    def _get_supply_dates(self):
        """Return the planned datetimes of what of the supply is still open."""
        self.ensure_one()
        # sudo: who follows his parts need not see the orders of the other trades
        claim = self.sudo()
        dates = claim.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        ).mapped("scheduled_date")
        if not dates:
            return []
        orders = claim._get_purchase_orders().order_line.filtered(
            lambda line: (
                line.product_uom_id.compare(line.qty_received, line.product_qty) < 0
            )
        )
        dates += orders.mapped("date_planned")
        dates += [
            production.date_finished
            for production in claim._get_production_orders()
            if production.state not in ("done", "cancel")
        ]
        return [date for date in dates if date]

    def _get_production_orders(self):
        """Return the production orders the supply gave rise to; an empty recordset
        where no manufacturing is installed."""
        self.ensure_one()
        # no dependency: a maker may plan his production outside the ERP
        Production = self.env.get("mrp.production")
        if Production is None or not self.reference_id:
            return self.browse()
        # sudo: service staff follow their parts without rights on production
        return Production.sudo().search(
            [("reference_ids", "in", self.reference_id.ids)]
        )

    def _get_purchase_orders(self):
        """Return the purchase orders the supply of the claim gave rise to."""
        self.ensure_one()
        # sudo: service staff follow their parts without rights on purchases
        Order = self.env["purchase.order"].sudo()
        if not self.reference_id:
            return Order
        return Order.search([("reference_ids", "in", self.reference_id.ids)])

    def _cancel_open_transfers(self):
        """Call off what has not gone out: nobody need be told that nothing comes."""
        self.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        ).with_context(aftersales_calling_off=True).action_cancel()

    def _return_goods(self):
        """Bring back to the awaiting location what the claim posted; returns the
        stock.picking records of the returns (their valuation is the original's)."""
        self.ensure_one()
        company = self.company_id
        target = company.aftersales_awaiting_location_id
        warranty = company.aftersales_warranty_location_id
        pickings = self.env["stock.picking"]
        for origin in self.picking_ids.filtered(
            lambda picking: picking.state == "done"
        ):
            moves = origin.move_ids.filtered(
                lambda move: move.state == "done" and move.location_dest_id == warranty
            )
            vals_list = [
                Command.create(vals)
                for move in moves
                if (vals := move._prepare_claim_return_vals(target))
            ]
            if not vals_list:
                continue
            picking = self.env["stock.picking"].create(
                {
                    **self._prepare_claim_picking_vals(warranty, target),
                    "return_id": origin.id,
                    "move_ids": vals_list,
                }
            )
            picking.action_confirm()
            for move in picking.move_ids:
                move._fill_claim_return_lines()
            picking.move_ids.picked = True
            picking._action_done()
            pickings |= picking
        return pickings

    @api.model
    @in_company_language
    def _cron_supply_lateness(self):
        """Count the days supplies are late and record the day they are complete."""
        companies = self.env["res.company"].search([])
        today = max(company._get_aftersales_today() for company in companies)
        claims = self.search(
            [
                ("state", "in", ("approved", "done")),
                ("supply_due_date", "!=", False),
                "|",
                "&",
                ("supplied_at", "=", False),
                "|",
                ("supply_due_date", "<", today),
                ("supply_state", "=", "done"),
                # more was approved, or some of it came back
                "&",
                ("supplied_at", "!=", False),
                ("supply_state", "in", ("waiting", "partial")),
            ]
        )
        claims._update_lateness()

    def _update_lateness(self):
        # sudo: written by the supply itself, whoever moves the goods
        for claim in self.sudo():
            today = claim.company_id._get_aftersales_today()
            done = claim.supply_state == "done"
            if not claim.supply_due_date or (done and claim.supplied_at):
                continue
            vals = {
                "days_late": max((today - claim.supply_due_date).days, 0),
                "supplied_at": done and today,
            }
            claim.with_context(skip_validation_check=True).write(vals)

    def _as_system(self):
        """Return the claim in the hands of the system, on the user's date."""
        self.ensure_one()
        return (
            self.with_user(SUPERUSER_ID)
            .with_company(self.company_id)
            .with_context(tz=self.env.context.get("tz") or self.env.user.tz)
        )
