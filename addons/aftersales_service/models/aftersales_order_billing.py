# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesOrder(models.Model):
    """What the customer pays for an order (R-BIL-01, -02, -03).

    Everything charged is a sale order at the price list's prices; its parts are
    delivered out of the technician's stock by the report, its invoice and payment
    are the ERP's own. What is not paid yet stays on the technician's list.
    """

    _inherit = "aftersales.order"

    # === FIELDS ===#
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Charges",
        copy=False,
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    station_id = fields.Many2one(
        "res.partner",
        string="Done by Station",
        index="btree_not_null",
        check_company=True,
        domain=["|", ("is_service_station", "=", True), ("is_dealer", "=", True)],
        help="Repair point or dealer that does the work.",
    )
    charged_distance = fields.Float(
        string="Charged Travel (km)",
        compute="_compute_charged_distance",
        store=True,
        readonly=False,
        help="There and back.",
    )
    charged_hours = fields.Float(
        compute="_compute_charged_hours", store=True, readonly=False
    )
    billing_state = fields.Selection(
        [
            ("none", "Nothing to Charge"),
            ("to_quote", "To Quote"),
            ("quoted", "Quoted"),
            ("to_invoice", "To Invoice"),
            ("invoiced", "Invoiced"),
            ("paid", "Paid"),
        ],
        compute="_compute_billing_state",
        store=True,
        index=True,
    )
    amount_charged = fields.Monetary(compute="_compute_billing_state", store=True)
    amount_uncollected = fields.Monetary(
        string="Uncollected",
        compute="_compute_billing_state",
        store=True,
        help="Agreed with the customer and not paid yet.",
    )

    _sale_order_uniq = models.UniqueIndex(
        "(sale_order_id) WHERE sale_order_id IS NOT NULL",
        "A sale order charges one service order.",
    )
    _charges_check = models.Constraint(
        "CHECK(charged_distance >= 0 AND charged_hours >= 0)",
        "Charged hours and kilometres cannot be negative.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("site_id.service_distance", "partner_id.service_distance")
    def _compute_charged_distance(self):
        for order in self:
            partner = order.site_id if order.site_id.service_distance else None
            distance = (partner or order.partner_id).service_distance
            order.charged_distance = 2 * max(distance, 0.0)

    @api.depends("work_duration")
    def _compute_charged_hours(self):
        for order in self:
            order.charged_hours = round(order.work_duration, 1)

    @api.depends(
        "state",
        "kind",
        "lot_id",
        "partner_id",
        "request_id.service_category",
        "part_ids.in_warranty",
        "part_ids.quantity",
        "part_ids.quantity_used",
        "sale_order_id.state",
        "sale_order_id.amount_total",
        "sale_order_id.order_line.product_uom_qty",
        "sale_order_id.order_line.invoice_lines.quantity",
        "sale_order_id.order_line.invoice_lines.move_id.state",
        "sale_order_id.order_line.invoice_lines.move_id.amount_residual",
        "sale_order_id.order_line.invoice_lines.move_id.payment_state",
    )
    def _compute_billing_state(self):
        without_sale = self.filtered(
            lambda order: order.sale_order_id.state in (False, "cancel")
        )
        chargeable = without_sale._filter_chargeable()
        for order in without_sale:
            order.amount_charged = order.amount_uncollected = 0.0
            order.billing_state = "to_quote" if order in chargeable else "none"
        for order in self - without_sale:
            sale = order.sale_order_id
            invoices = sale.order_line.invoice_lines.move_id.filtered(
                lambda move: move.state == "posted"
            )
            invoiced = sum(invoices.mapped("amount_total_signed"))
            residual = sum(invoices.mapped("amount_residual_signed"))
            # the price list may be in another currency than the books
            total = sale.currency_id._convert(
                sale.amount_total,
                order.currency_id,
                order.company_id,
                sale.date_order or fields.Datetime.now(),
            )
            order.amount_charged = total
            if sale.state != "sale":
                order.amount_uncollected = 0.0
                order.billing_state = "quoted"
                continue
            currency = order.currency_id or sale.currency_id
            all_invoiced = bool(invoices) and sale._is_charged_completely()
            uncollected = residual
            if not all_invoiced:
                uncollected += max(total - invoiced, 0.0)
            order.amount_uncollected = uncollected
            if currency.is_zero(uncollected):
                order.billing_state = "paid" if invoices else "none"
            elif all_invoiced:
                order.billing_state = "invoiced"
            else:
                order.billing_state = "to_invoice"

    # === ACTION METHODS ===#
    def action_create_quotation(self):
        """Draw up, or bring up to date, what the customer is asked to pay.

        Parts not free of charge at the price list's prices, labour and travel unless
        warranty or contract carry them. Called twice there is still one quotation.

        :return: action showing the quotation
        :raise UserError: nothing to charge, customer archived, no product set up
        """
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        nothing = self - self._filter_chargeable()
        nothing = nothing.filtered(
            lambda order: (
                not order.sale_order_id or order.sale_order_id.state == "cancel"
            )
        )
        if nothing:
            raise UserError(
                self.env._(
                    "Nothing to charge on %(orders)s: warranty, contract or the "
                    "service category carry it.",
                    orders=", ".join(nothing.mapped("name")),
                )
            )
        self._update_charges()
        return self.action_view_sale_order()

    def action_confirm_charges(self):
        """Confirm the quotations the customers agreed to."""
        self.check_access("write")
        # sudo: the technician records the customer's consent on his own order; he
        # has no right on sale orders at large
        sales = self.sudo().sale_order_id.filtered(
            lambda sale: sale.state in ("draft", "sent")
        )
        if sales:
            sales.action_confirm()
        return True

    def action_create_charge_invoice(self):
        """Invoice what was charged and delivered; nothing twice.

        :return: action showing the invoices
        :raise UserError: when a quotation is not confirmed, or nothing is left
        """
        sales = self.sale_order_id
        if not sales or any(sale.state != "sale" for sale in sales):
            raise UserError(
                self.env._("The customer has not agreed to the quotation yet.")
            )
        sales.lock_for_update(allow_referencing=True)
        sales._create_invoices()
        return sales.action_view_invoice()

    def action_view_sale_order(self):
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Charges"),
            "res_model": "sale.order",
            "res_id": self.sale_order_id.id,
            "view_mode": "form",
        }
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            # people without sales rights get a plain view of the charges
            view = self.env.ref("aftersales_service.sale_order_charges_view_form")
            action["views"] = [(view.id, "form")]
        return action

    # === BUSINESS METHODS ===#

    def _update_charges(self):
        """Make the sale orders of ``self`` say what the orders say. Idempotent."""
        flags = self._get_charge_flags()
        for order in self:
            # sudo: the quotation is written from the order's own parts and hours,
            # at list prices, by people without sales rights; nothing else
            order = order.sudo().with_company(order.company_id)
            sale = order.sale_order_id
            if not sale or sale.state == "cancel":
                sale = self.env["sale.order"].sudo().create(order._prepare_sale_vals())
                order.sale_order_id = sale
                order._message_log(
                    body=self.env._("Quotation %(name)s drawn up.", name=sale.name)
                )
            if sale.state == "cancel" or sale.locked:
                continue
            order._update_charge_pricelist(sale)
            sale._update_aftersales_lines(order._prepare_charge_lines(flags[order]))

    def _update_charge_pricelist(self, sale):
        """A quotation not yet agreed takes the price list that binds by now, unless
        the service manager has approved other prices."""
        self.ensure_one()
        binding = self._get_charge_pricelist()
        if (
            binding
            and sale.pricelist_id != binding
            and sale.state in ("draft", "sent")
            and not sale.service_price_user_id
        ):
            sale.pricelist_id = binding
            sale._recompute_prices()

    def _after_report(self):
        """With the report the charges are final: quoted, confirmed where the customer
        pays list prices, and the parts charged leave the technician's stock."""
        res = super()._after_report()
        self._settle_charges()
        return res

    def _settle_charges(self):
        visited = self.filtered(lambda order: order.outcome != "absent")
        orders = visited.filtered(
            lambda order: order.sale_order_id.state in ("draft", "sent", "sale")
        )
        orders |= visited._filter_chargeable()
        orders -= orders._postpone_charges()
        orders._update_charges()
        # sudo: see action_confirm_charges
        for sale in orders.sudo().sale_order_id:
            if sale.state in ("draft", "sent") and not sale._get_price_deviations():
                sale.action_confirm()
        orders._deliver_sold_parts()

    def _postpone_charges(self):
        """The report of the technician on site is taken even if nobody can be charged
        any more; whoever answers for the case finds out who pays (R-BIL-05).

        :return: the orders of ``self`` whose customer is archived
        """
        postponed = self.filtered(
            lambda order: (
                order._get_billing_partner() and not order._get_billing_partner().active
            )
        )
        # sudo: the technician gives others a task
        for order in postponed.sudo():
            user = order.request_id.user_id or order.department_id.manager_id.user_id
            order.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=user.id or self.env.uid,
                note=self.env._(
                    "%(partner)s is archived and was not charged for %(order)s. "
                    "Restore the customer or name another, then draw up the charges.",
                    partner=order._get_billing_partner().display_name,
                    order=order.name,
                ),
            )
        return postponed

    def _deliver_sold_parts(self):
        """Deliver the parts sold out of the technicians' stock, once the report says
        that they are fitted and the customer has agreed to pay.

        :return: the stock.picking records done
        """
        pickings = self.env["stock.picking"].sudo()
        for order in self.sudo():
            if order.state not in ("reported", "done"):
                continue
            if order.sale_order_id.state != "sale":
                continue
            lines = {
                line.aftersales_part_id: line
                for line in order.sale_order_id.order_line
                if line.aftersales_part_id
                and line.aftersales_part_id._get_to_fit() > 0
                and line.product_id.type == "consu"
            }
            if lines:
                pickings |= order._create_sale_picking(lines)
        return pickings

    def _create_sale_picking(self, lines):
        """Create and validate the delivery of ``{part: sale order line}``."""
        self.ensure_one()
        pickings = self.env["stock.picking"]
        holders = {}
        for part in lines:
            part._check_held(part._get_to_fit())
            holders.setdefault(part._get_holder(), []).append(
                (part, part._get_to_fit())
            )
        for holder, quantities in holders.items():
            vals = self._prepare_picking_vals("fitted", holder, quantities)
            destination = (
                self.sale_order_id.partner_shipping_id.property_stock_customer.id
            )
            vals["location_dest_id"] = destination
            for command, (part, __) in zip(vals["move_ids"], quantities, strict=True):
                command[2]["location_dest_id"] = destination
                command[2]["sale_line_id"] = lines[part].id
            pickings |= self.env["stock.picking"].create(vals)
        pickings.action_confirm()
        for move in pickings.move_ids:
            move._set_aftersales_lines(
                move.aftersales_part_id.lot_id, move.product_uom_qty
            )
        pickings.with_context(skip_sms=True)._action_done()
        return pickings
