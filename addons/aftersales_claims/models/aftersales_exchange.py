# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesExchange(models.Model):
    """A piece brought back for exchange, judged at return (R-CLM-15, R-WAR-03).

    | Action     | Who             | From               | To                         |
    |------------|-----------------|--------------------|----------------------------|
    | judge      | service         | draft              | accepted, refused,         |
    |            |                 |                    | referred if unclear        |
    | decide     | service manager | referred           | accepted, refused          |
    | exchange   | service         | accepted           | exchanged, piece for piece |
    | charge     | service         | refused            | quotation, part plus fee   |
    """

    _name = "aftersales.exchange"
    _description = "Exchange"
    _inherit = [
        "aftersales.attachment.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _attachment_fields = ("photo_ids",)

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
        index="trigram",
    )
    state = fields.Selection(
        [
            ("draft", "To Judge"),
            ("referred", "Unclear, Service Group"),
            ("accepted", "Accepted"),
            ("exchanged", "Exchanged"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Returned On",
        default=fields.Date.context_today,
        required=True,
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer, Dealer or Station",
        required=True,
        index=True,
        check_company=True,
    )
    partner_kind = fields.Selection(
        [
            ("dealer", "Dealer"),
            ("station", "Service Station"),
            ("customer", "End Customer"),
        ],
        compute="_compute_partner_kind",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    request_id = fields.Many2one(
        "aftersales.request",
        string="Service Request",
        index="btree_not_null",
        check_company=True,
    )
    product_id = fields.Many2one(
        "product.product", required=True, index=True, check_company=True
    )
    tracking = fields.Selection(related="product_id.tracking")
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    fault = fields.Char(required=True)
    old_lot_name = fields.Char(string="Serial Number Returned")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number Given",
        check_company=True,
        domain="[('product_id', '=', product_id)]",
    )
    rule_id = fields.Many2one(
        "aftersales.exchange.rule",
        compute="_compute_rule_id",
        store=True,
        readonly=False,
        check_company=True,
    )
    date_code = fields.Char(help="As sprayed on the product.")
    production_date = fields.Date(readonly=True, copy=False)
    receipt_date = fields.Date(help="Date on the end customer's receipt.")
    limit_date = fields.Date(string="Exchange Until", readonly=True, copy=False)
    check_ids = fields.One2many(
        "aftersales.exchange.check",
        "exchange_id",
        compute="_compute_check_ids",
        store=True,
        readonly=False,
        string="Visible Conditions",
    )
    photo_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_exchange_photo_rel",
        "exchange_id",
        "attachment_id",
        string="Photos and Receipt",
    )
    reason = fields.Text(copy=False, tracking=True)
    judged_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    promised_date = fields.Date(
        compute="_compute_promised_date",
        store=True,
        readonly=False,
        help="Repair promised to an end customer by this date, else exchanged.",
    )
    part_return_ids = fields.One2many(
        "aftersales.part.return", "exchange_id", string="Old Parts"
    )
    out_picking_id = fields.Many2one(
        "stock.picking",
        string="Good Part Out",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Chargeable Swap",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity exchanged must be positive."
    )

    # === COMPUTE METHODS ===#
    @api.depends("partner_id")
    def _compute_partner_kind(self):
        for exchange in self:
            partner = exchange.partner_id.commercial_partner_id
            if partner.is_service_station:
                exchange.partner_kind = "station"
            else:
                exchange.partner_kind = "dealer" if partner.is_dealer else "customer"

    @api.depends("product_id", "company_id")
    def _compute_rule_id(self):
        for exchange in self:
            exchange.rule_id = self.env["aftersales.exchange.rule"]._get_rule(
                exchange.product_id, exchange.company_id
            )

    @api.depends("rule_id")
    def _compute_check_ids(self):
        for exchange in self:
            exchange.check_ids = [
                Command.clear(),
                *(
                    Command.create({"name": condition.name})
                    for condition in exchange.rule_id.condition_ids
                ),
            ]

    @api.depends("date", "partner_kind")
    def _compute_promised_date(self):
        """R-WAR-04: three days for an end customer."""
        for exchange in self:
            exchange.promised_date = (
                exchange.date
                + relativedelta(days=exchange.company_id.aftersales_promise_days)
                if exchange.partner_kind == "customer" and exchange.date
                else False
            )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.exchange", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            vals["name"] = vals.get("name") or number
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_exchanged(self):
        if any(exchange.state == "exchanged" for exchange in self):
            raise UserError(self.env._("An exchange carried out cannot be deleted."))

    # === ACTION METHODS ===#
    def action_judge(self):
        """Judge at return by date code and visible conditions (R-WAR-03).

        :raises UserError: no rule, date code unreadable, or a condition unanswered
        """
        for exchange in self:
            if exchange.state != "draft":
                raise UserError(
                    self.env._("%(name)s is judged already.", name=exchange.name)
                )
            if not exchange.rule_id:
                raise UserError(
                    self.env._(
                        "No exchange rule fits %(product)s.",
                        product=exchange.product_id.display_name,
                    )
                )
            if any(not check.answer for check in exchange.check_ids):
                raise UserError(
                    self.env._(
                        "%(name)s: answer every visible condition.", name=exchange.name
                    )
                )
            exchange._judge()

    def action_accept(self):
        """The service group accepts an unclear case."""
        self._decide("accepted")

    def action_refuse(self):
        """The service group refuses an unclear case."""
        self._decide("refused")

    def action_exchange(self):
        """Swap piece for piece: the bad one into quarantine, the good one out.

        :raises UserError: not accepted, no good piece in stock, or serial missing
        """
        self.lock_for_update()
        for exchange in self:
            if exchange.state != "accepted":
                raise UserError(
                    self.env._("%(name)s is not accepted.", name=exchange.name)
                )
            if exchange.tracking == "serial" and (
                not exchange.lot_id or exchange.quantity != 1
            ):
                raise UserError(
                    self.env._(
                        "%(name)s: name the serial number given, one for each "
                        "exchange.",
                        name=exchange.name,
                    )
                )
            exchange._check_stock()
        for exchange in self:
            # sudo: the step is guarded by its state; its transfers need no right in
            # stock
            part = (
                self.env["aftersales.part.return"]
                .sudo()
                .create(exchange._prepare_part_return_vals())
            )
            part._receive()
            exchange.out_picking_id = exchange._give_good_part()
        self._write_guarded({"state": "exchanged"})

    def action_charge(self):
        """Quote a chargeable swap: the part's price plus the repair fee (R-BIL-02)."""
        self.ensure_one()
        if self.state != "refused" or self.sale_order_id:
            raise UserError(
                self.env._(
                    "%(name)s: only a refused exchange is charged, once.",
                    name=self.name,
                )
            )
        company = self.company_id
        fee_product = company.aftersales_station_fee_product_id
        if not fee_product:
            raise UserError(
                self.env._("Choose the repair fee product in the settings.")
            )
        # sudo: a quotation at list price needs no right in sales
        Sale = self.env["sale.order"].sudo().with_company(company)
        vals = {
            "partner_id": self.partner_id.id,
            "company_id": company.id,
            "origin": self.name,
            "order_line": [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "product_uom_qty": self.quantity,
                    }
                )
            ],
        }
        if company.aftersales_pricelist_id:
            vals["pricelist_id"] = company.aftersales_pricelist_id.id
        sale = Sale.create(vals)
        sale.order_line = [
            Command.create(
                {
                    "product_id": fee_product.id,
                    "product_uom_qty": 1,
                    "price_unit": sale.currency_id.round(
                        sale.order_line.price_subtotal
                        * company.aftersales_station_fee_percent
                        / 100
                    ),
                }
            )
        ]
        self.sale_order_id = sale
        self.message_post(
            body=self.env._("Quotation %(name)s drawn up.", name=sale.name)
        )

    def action_cancel(self):
        for exchange in self:
            if exchange.state == "exchanged":
                raise UserError(
                    self.env._("%(name)s is carried out.", name=exchange.name)
                )
        self._write_guarded({"state": "cancelled"})

    def action_view_part_returns(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_claims.aftersales_part_return_action"
            ),
            "domain": [("exchange_id", "in", self.ids)],
        }

    # === BUSINESS METHODS ===#
    def _judge(self):
        """Write production date, limit, verdict and its reason."""
        self.ensure_one()
        rule = self.rule_id
        produced = rule._parse_date_code(self.date_code)
        start = produced
        months = rule.dealer_months
        if self.partner_kind == "customer":
            months = rule.customer_months
            if self.receipt_date and self.receipt_date >= produced:
                start = self.receipt_date
        limit = start + relativedelta(months=months)
        reasons = []
        if produced > self.date:
            raise UserError(
                self.env._(
                    "The date code %(code)s lies in the future.", code=self.date_code
                )
            )
        if self.date > limit:
            reasons.append(
                self.env._("Produced on %(date)s: past the limit.", date=produced)
            )
        reasons += [
            self.env._("Condition not met: %(condition)s", condition=check.name)
            for check in self.check_ids
            if check.answer == "no"
        ]
        unclear = self.check_ids.filtered(lambda check: check.answer == "unclear")
        # R-WAR-04: a consumer proves the purchase
        unproven = (
            self.partner_kind == "customer"
            and rule.needs_receipt
            and not self.receipt_date
        )
        if reasons:
            state = "refused"
        elif unproven:
            state = "referred"
            reasons.append(self.env._("The end customer shows no receipt."))
        else:
            state = "referred" if unclear else "accepted"
        self._write_guarded(
            {
                "state": state,
                "production_date": produced,
                "limit_date": limit,
                "judged_by_id": self.env.uid,
                "reason": "\n".join(reasons) or False,
            }
        )
        if state == "referred":
            manager = self.company_id.aftersales_department_id.manager_id.user_id
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=(manager or self.env.user).id,
                summary=self.env._("Unclear exchange to decide"),
            )

    def _decide(self, state):
        if not self.env.user.has_group("aftersales_service.group_manager"):
            raise UserError(
                self.env._("Unclear exchanges are decided by the service manager.")
            )
        for exchange in self:
            if exchange.state != "referred" or not exchange.reason:
                raise UserError(
                    self.env._(
                        "%(name)s: give the reason of your decision; only unclear "
                        "cases are decided.",
                        name=exchange.name,
                    )
                )
        self._write_guarded({"state": state, "judged_by_id": self.env.uid})
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _get_good_location(self):
        """Return where the good piece comes from: the station's own consigned stock,
        else the warehouse."""
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id.with_company(self.company_id)
        # sudo: locations of partners are stock's to read
        location = partner.sudo().aftersales_consignment_location_id
        if location and self.partner_kind == "station":
            return location
        return self.sudo().company_id.aftersales_claim_type_id.warehouse_id.lot_stock_id

    def _check_stock(self):
        self.ensure_one()
        # sudo: service staff need not read stock to learn that it is short
        available = (
            self.env["stock.quant"]
            .sudo()
            ._get_available_quantity(
                self.product_id, self._get_good_location(), self.lot_id, strict=False
            )
        )
        if self.product_id.uom_id.compare(available, self.quantity) < 0:
            raise UserError(
                self.env._(
                    "%(name)s: only %(available)s of %(product)s in stock; the "
                    "exchange is piece for piece.",
                    name=self.name,
                    available=available,
                    product=self.product_id.display_name,
                )
            )

    def _prepare_part_return_vals(self):
        self.ensure_one()
        return {
            "exchange_id": self.id,
            "request_id": self.request_id.id,
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "old_lot_name": self.old_lot_name or self.date_code,
            "holder_kind": "station" if self.partner_kind == "station" else "customer",
            "holder_partner_id": self.partner_id.id,
            "due_date": self.date,
            "photo_ids": [Command.set(self.photo_ids.ids)],
        }

    def _give_good_part(self):
        """Transfer the good piece out at the company's cost; returns the picking."""
        self.ensure_one()
        # sudo: see action_exchange
        company = self.company_id.sudo()
        source = self._get_good_location()
        target = company.aftersales_warranty_location_id
        route = {"location_id": source.id, "location_dest_id": target.id}
        picking = (
            self.env["stock.picking"]
            .sudo()
            .with_company(company)
            .create(
                {
                    **route,
                    "picking_type_id": company.aftersales_claim_type_id.id,
                    "partner_id": self.partner_id.id,
                    "origin": self.name,
                    "move_ids": [
                        Command.create(
                            {
                                **route,
                                "product_id": self.product_id.id,
                                "product_uom_qty": self.quantity,
                                "company_id": company.id,
                            }
                        )
                    ],
                }
            )
        )
        picking.action_confirm()
        move = picking.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    **route,
                    "product_id": self.product_id.id,
                    "product_uom_id": move.product_uom.id,
                    "quantity": self.quantity,
                    "lot_id": self.lot_id.id,
                    "picking_id": picking.id,
                }
            )
        ]
        move.picked = True
        picking._action_done()
        return picking.sudo(False)
