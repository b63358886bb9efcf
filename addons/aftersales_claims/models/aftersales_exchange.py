# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.aftersales_service.tools.guard import check_stays_on_file


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
    _guarded_fields = (
        "state",
        "production_date",
        "limit_date",
        "judged_by_id",
        "out_picking_id",
        "sale_order_id",
        "claim_id",
        "closing_move_id",
    )
    _editable_in = {
        ("draft",): (
            "company_id",
            "partner_id",
            "partner_kind",
            "request_id",
            "date",
            "fault",
            "product_id",
            "quantity",
            "rule_id",
            "date_code",
            "receipt_date",
        ),
        ("draft", "referred", "accepted"): (
            "old_lot_name",
            "lot_id",
        ),
        ("referred",): ("reason",),
    }

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

    # === CONSTRAINT METHODS ===#
    @api.constrains("lot_id", "product_id")
    def _check_lot(self):
        for exchange in self:
            if exchange.lot_id and exchange.lot_id.product_id != exchange.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial number %(serial)s is not one of %(part)s.",
                        serial=exchange.lot_id.name,
                        part=exchange.product_id.display_name,
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company("aftersales.exchange", vals_list)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        check_stays_on_file(self, "draft", "cancelled")

    # === ACTION METHODS ===#
    def action_cancel(self):
        """Cancel the exchanges not carried out yet."""
        for exchange in self:
            if exchange.state == "exchanged":
                raise UserError(
                    self.env._("%(name)s is carried out.", name=exchange.name)
                )
        self._write_guarded({"state": "cancelled"})
        return True

    def action_view_part_returns(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_claims.aftersales_part_return_action"
            ),
            "domain": [("exchange_id", "in", self.ids)],
            "context": {},
        }
