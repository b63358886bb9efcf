# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.guard import check_computed

#: written by the service order and the down payment alone
SERVICE_FIELDS = {"aftersales_order_id", "service_price_user_id", "parts_released_at"}


class SaleOrder(models.Model):
    """Charges of a service order, and spare-parts orders held until the down payment
    is paid (R-BIL-01, R-BIL-04)."""

    _inherit = "sale.order"

    # === FIELDS ===#
    aftersales_order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        copy=False,
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    service_price_user_id = fields.Many2one(
        "res.users",
        string="Other Prices Approved by",
        copy=False,
        readonly=True,
        tracking=True,
        # customers read their sale orders in the portal
        groups="base.group_user",
    )
    has_other_prices = fields.Boolean(
        compute="_compute_has_other_prices", groups="base.group_user"
    )
    is_spare_parts_order = fields.Boolean(
        string="Spare-Parts Order",
        help="Production and procurement are released when the down payment is paid.",
    )
    down_payment_percent = fields.Float(
        string="Down Payment (%)",
        compute="_compute_down_payment_percent",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount_down_payment = fields.Monetary(
        string="Down Payment Due", compute="_compute_down_payment_paid", store=True
    )
    amount_down_payment_paid = fields.Monetary(
        string="Paid in Advance",
        compute="_compute_down_payment_paid",
        store=True,
        help="Paid on posted invoices, reconciled.",
    )
    parts_release_state = fields.Selection(
        [
            ("free", "Not Held"),
            ("waiting", "Waiting for Down Payment"),
            ("released", "Released"),
        ],
        compute="_compute_parts_release_state",
        store=True,
        index=True,
    )
    parts_released_at = fields.Datetime(
        string="Production Notice on", readonly=True, copy=False
    )

    _down_payment_check = models.Constraint(
        "CHECK(down_payment_percent >= 0 AND down_payment_percent <= 100)",
        "The down payment is a share between 0 and 100 %.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("is_spare_parts_order", "company_id")
    def _compute_down_payment_percent(self):
        for sale in self:
            if not sale.is_spare_parts_order:
                sale.down_payment_percent = 0.0
            elif not sale.down_payment_percent:
                sale.down_payment_percent = (
                    sale.company_id.aftersales_down_payment_percent
                )

    @api.depends(
        "is_spare_parts_order",
        "down_payment_percent",
        "amount_total",
        "order_line.invoice_lines.move_id.state",
        "order_line.invoice_lines.move_id.amount_residual",
        "order_line.invoice_lines.move_id.payment_state",
    )
    def _compute_down_payment_paid(self):
        for sale in self:
            if not sale.is_spare_parts_order:
                sale.amount_down_payment = sale.amount_down_payment_paid = 0.0
                continue
            sale.amount_down_payment = sale.currency_id.round(
                sale.amount_total * sale.down_payment_percent / 100
            )
            invoices = sale.order_line.invoice_lines.move_id.filtered(
                lambda move: move.state == "posted"
            )
            sale.amount_down_payment_paid = sum(
                invoice.currency_id._convert(
                    invoice._get_settled_amount(),
                    sale.currency_id,
                    sale.company_id,
                    invoice.invoice_date or fields.Date.context_today(sale),
                )
                for invoice in invoices
            )

    @api.depends("is_spare_parts_order", "down_payment_percent", "parts_released_at")
    def _compute_parts_release_state(self):
        for sale in self:
            if not sale.is_spare_parts_order or not sale.down_payment_percent:
                sale.parts_release_state = "free"
            elif sale.parts_released_at:
                sale.parts_release_state = "released"
            else:
                sale.parts_release_state = "waiting"

    @api.depends(
        "aftersales_order_id",
        "order_line.price_unit",
        "order_line.discount",
        "order_line.product_id",
        "order_line.product_uom_qty",
        "pricelist_id",
    )
    def _compute_has_other_prices(self):
        for sale in self:
            sale.has_other_prices = bool(sale._get_price_deviations())

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_service_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_service_fields(vals)
        if "pricelist_id" in vals:
            self._withdraw_price_approval()
        if "is_spare_parts_order" in vals or "down_payment_percent" in vals:
            for sale in self:
                if sale.state == "sale" and sale.parts_release_state == "waiting":
                    raise UserError(
                        self.env._(
                            "%(order)s waits for its down payment; the terms agreed "
                            "cannot be changed now.",
                            order=sale.name,
                        )
                    )
        return super().write(vals)

    def _check_service_fields(self, vals):
        """What a sale order charges, who approved its prices and whether its down
        payment came in is not written by hand (R-BIL-01, R-BIL-04).

        :raise UserError, AccessError: otherwise
        """
        if self.env.su:
            return
        if any(vals.get(name) for name in SERVICE_FIELDS) or (
            "aftersales_order_id" in vals and self.aftersales_order_id
        ):
            raise UserError(
                self.env._(
                    "Service order, approved prices and the release of spare parts "
                    "follow from their own buttons and payments."
                )
            )
        names = ("amount_down_payment_paid", "amount_down_payment")
        names += ("parts_release_state",)
        check_computed(self, [name for name in names if name in vals])

    def _withdraw_price_approval(self):
        """Another price asks for another approval."""
        self.filtered(
            lambda sale: sale.service_price_user_id and sale.state != "sale"
        ).service_price_user_id = False

    # === ACTION METHODS ===#
    def action_approve_service_prices(self):
        """Let prices other than the list's pass (R-BIL-01); the service manager's.

        :raise UserError: for anybody else
        """
        if not self.env.user.has_group("aftersales_service.group_manager"):
            raise UserError(
                self.env._("Only the service manager approves other prices.")
            )
        for sale in self.filtered("aftersales_order_id"):
            deviations = sale._get_price_deviations()
            # sudo: the service manager decides on prices without sales rights
            sale = sale.sudo()
            sale.service_price_user_id = self.env.user
            sale.message_post(
                body=self.env._(
                    "Prices other than the list's approved: %(lines)s",
                    lines="; ".join(deviations),
                )
            )
        return True

    def action_view_aftersales_order(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.order",
            "res_id": self.aftersales_order_id.id,
            "view_mode": "form",
        }

    # === CORE METHODS OVERRIDES ===#
    def _confirmation_error_message(self):
        self.ensure_one()
        if self.aftersales_order_id and not self.service_price_user_id:
            deviations = self._get_price_deviations()
            if deviations:
                return self.env._(
                    "Prices other than the price list's need the service manager: "
                    "%(lines)s",
                    lines="; ".join(deviations),
                )
        return super()._confirmation_error_message()

    def _action_confirm(self):
        res = super()._action_confirm()
        self._release_paid_spare_parts()
        self.aftersales_order_id._deliver_sold_parts()
        return res

    # === BUSINESS METHODS ===#
    def _get_price_deviations(self):
        """Return, in the user's words, the lines whose price is not the list's."""
        self.ensure_one()
        if not self.aftersales_order_id:
            return []
        # sudo: the price list that binds is the service order's to know
        binding = self.aftersales_order_id.sudo()._get_charge_pricelist()
        deviations = []
        if binding and self.pricelist_id != binding:
            deviations.append(
                self.env._(
                    "price list %(used)s instead of %(binding)s",
                    used=self.pricelist_id.name or "–",
                    binding=binding.name,
                )
            )
        return deviations + [
            self.env._(
                "%(product)s: %(price)s instead of %(list_price)s",
                product=line.product_id.display_name,
                price=self.currency_id.format(line._get_net_price_unit()),
                list_price=self.currency_id.format(line._get_list_price_unit()),
            )
            for line in self.order_line
            if line._has_other_price()
        ]

    def _update_aftersales_lines(self, lines):
        """Make the charged lines be ``lines`` (see ``_prepare_charge_lines``)."""
        self.ensure_one()
        present = {
            (line.aftersales_charge, line.aftersales_part_id.id): line
            for line in self.order_line
            if line.aftersales_charge
        }
        commands = []
        for key, vals in lines.items():
            line = present.pop(key, None)
            if line is None:
                commands.append(fields.Command.create(vals))
            elif line.product_uom_qty != vals["product_uom_qty"]:
                commands.append(
                    fields.Command.update(
                        line.id, {"product_uom_qty": vals["product_uom_qty"]}
                    )
                )
        for line in present.values():
            if self.state == "sale":
                commands.append(fields.Command.update(line.id, {"product_uom_qty": 0}))
            else:
                commands.append(fields.Command.delete(line.id))
        if commands:
            self.write({"order_line": commands})
        fee = self.order_line.filtered(lambda line: line.aftersales_charge == "fee")
        if fee:
            fee.price_unit = fee._get_list_price_unit()

    def _is_charged_completely(self):
        """Whether posted invoices cover all that was ordered."""
        self.ensure_one()
        for line in self.order_line:
            if line.display_type or line.is_downpayment:
                continue
            invoiced = sum(
                invoice_line.quantity * -invoice_line.move_id.direction_sign
                for invoice_line in line.invoice_lines
                if invoice_line.parent_state == "posted"
            )
            if line.product_uom_id.compare(invoiced, line.product_uom_qty) < 0:
                return False
        return True

    def _is_held(self):
        """Whether procurement waits for the down payment (R-BIL-04)."""
        self.ensure_one()
        return self.parts_release_state == "waiting"

    def _release_paid_spare_parts(self):
        """Release the spare-parts orders whose down payment is really paid: the
        production notice 排产通知 goes out and procurement starts, once.

        :return: the orders released
        """
        waiting = self.filtered(
            lambda sale: sale.state == "sale" and sale.parts_release_state == "waiting"
        )
        paid = waiting.filtered(
            lambda sale: (
                sale.currency_id.compare_amounts(
                    sale.amount_down_payment_paid, sale.amount_down_payment
                )
                >= 0
            )
        )
        if not paid:
            return paid
        paid.lock_for_update(allow_referencing=True)
        # sudo: nobody writes by hand that the money is there
        paid.sudo().parts_released_at = fields.Datetime.now()
        paid.order_line._action_launch_stock_rule()
        for sale in paid:
            sale.message_post(
                body=self.env._(
                    "Down payment received (%(amount)s): production notice issued, "
                    "procurement released.",
                    amount=sale.currency_id.format(sale.amount_down_payment_paid),
                )
            )
        return paid
