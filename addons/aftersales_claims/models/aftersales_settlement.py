# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC, datetime, time

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.language import in_company_language


class AftersalesSettlement(models.Model):
    """What one service station, dealer or upstream assembler is owed for one month
    (R-DSP-16, R-BIL-02, R-CLM-12).

    draft -> sent (in the station's portal) -> confirmed (by portal or by hand) ->
    billed (vendor bill); disputed by the station it is corrected and sent again;
    cancelled before the bill.
    """

    _name = "aftersales.settlement"
    _description = "Station Settlement"
    _inherit = [
        "aftersales.month.mixin",
        "aftersales.state.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "period_start desc, id desc"
    _check_company_auto = True
    _guarded_fields = (
        "state",
        "confirmed_by",
        "confirmed_at",
        "objection",
        "objected_at",
        "bill_id",
    )
    _editable_in = {
        ("draft",): (
            "company_id",
            "partner_id",
            "period_start",
        ),
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
            ("draft", "Draft"),
            ("sent", "Waiting for Station"),
            ("disputed", "Disputed by Station"),
            ("confirmed", "Confirmed"),
            ("billed", "Billed"),
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
    partner_id = fields.Many2one(
        "res.partner",
        string="Station",
        required=True,
        index=True,
        check_company=True,
        domain=[
            "|",
            "|",
            ("is_service_station", "=", True),
            ("is_dealer", "=", True),
            ("is_upstream_assembler", "=", True),
        ],
        tracking=True,
    )
    period_start = fields.Date(
        string="Month",
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    period = fields.Char(
        string="Settlement Month", compute="_compute_period", store=True
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user
    )
    line_ids = fields.One2many("aftersales.settlement.line", "settlement_id")
    amount_total = fields.Monetary(compute="_compute_amount_total", store=True)
    confirmed_by = fields.Char(readonly=True, copy=False)
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    bill_id = fields.Many2one(
        "account.move",
        string="Vendor Bill",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )

    _period_uniq = models.UniqueIndex(
        "(company_id, partner_id, period_start) WHERE state != 'cancelled'",
        "This station has a settlement for this month already.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("period_start")
    def _compute_period(self):
        """Year and month: a first of a month looks like a day to act on."""
        for settlement in self:
            start = settlement.period_start
            settlement.period = start and f"{start:%Y-%m}"

    @api.depends("line_ids.amount")
    def _compute_amount_total(self):
        for settlement in self:
            settlement.amount_total = sum(settlement.line_ids.mapped("amount"))

    def _compute_access_url(self):
        res = super()._compute_access_url()
        for settlement in self:
            settlement.access_url = f"/my/settlements/{settlement.id}"
        return res

    def _get_report_base_filename(self):
        """Return the name of the file downloaded from the portal, without ending."""
        self.ensure_one()
        return self.name

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company("aftersales.settlement", vals_list)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(item.state not in ("draft", "cancelled") for item in self):
            raise UserError(
                self.env._("A settlement the station has seen is cancelled instead.")
            )

    # === ACTION METHODS ===#
    def action_collect_lines(self):
        """Take what the station did in the month and was not settled yet."""
        self._check_state("draft")
        for settlement in self:
            settlement._collect_lines()
        return True

    def action_send(self):
        """Show the settlement to the station.

        :raises UserError: no line
        """
        self._check_state("draft")
        for settlement in self:
            if not settlement.line_ids:
                raise UserError(
                    self.env._("%(name)s has no lines.", name=settlement.name)
                )
            settlement.message_subscribe(settlement.partner_id.ids)
            settlement.message_post(
                body=self.env._("Settlement of the month, please confirm."),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.filtered(lambda item: not item.user_id).user_id = self.env.user
        self._write_guarded({"state": "sent"})
        return True

    def action_confirm(self):
        """The station agrees; by portal or, on paper, by hand. Also after a dispute
        that was settled by talking."""
        self._check_state("sent", "disputed")
        self._write_guarded(
            {
                "state": "confirmed",
                "confirmed_by": self.env.user.name,
                "confirmed_at": fields.Datetime.now(),
            }
        )
        return True

    def action_reopen(self):
        """The station does not agree: correct the lines."""
        self._check_state("sent", "disputed", "confirmed")
        self._write_guarded(
            {"state": "draft", "confirmed_by": False, "confirmed_at": False}
        )
        return True

    def action_bill(self):
        """Draft the vendor bill, or the credit note if the station owes us.

        What is owed and deducted at the same amount is a bill of zero: it may move
        the amount between accounts.

        :raises UserError: not confirmed, nothing to bill, or an account is missing
        """
        self._check_state("confirmed")
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_accountant"
        ):
            raise UserError(self.env._("The accountant draws up the bill."))
        self.lock_for_update()
        for settlement in self:
            # what just balances is billed as well: both sides leave the books by it
            if not any(settlement.line_ids.mapped("amount")):
                raise UserError(
                    self.env._("%(name)s comes to nothing.", name=settlement.name)
                )
            bill = (
                self.env["account.move"]
                .with_company(settlement.company_id)
                .create(settlement._prepare_bill_vals())
            )
            settlement._write_guarded({"bill_id": bill.id})
        self._write_guarded({"state": "billed"})
        return True

    def action_cancel(self):
        """Cancel unpaid settlements; their claims can be settled anew."""
        self._check_state("draft", "sent", "disputed", "confirmed")
        self.line_ids._write_guarded({"is_live": False})
        self._write_guarded({"state": "cancelled"})
        return True

    # === BUSINESS METHODS ===#
    def _check_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for settlement in self:
            if settlement.state not in states:
                raise UserError(
                    self.env._(
                        "%(name)s is %(state)s: this step is not possible now.",
                        name=settlement.name,
                        state=labels[settlement.state],
                    )
                )

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

    def _prepare_bill_vals(self):
        self.ensure_one()
        sign = -1 if self.currency_id.compare_amounts(self.amount_total, 0) < 0 else 1
        company = self.company_id
        vals = {
            "move_type": "in_invoice" if sign > 0 else "in_refund",
            "partner_id": self.partner_id.id,
            "company_id": company.id,
            # the journal's could be another one
            "currency_id": self.currency_id.id,
            "invoice_date": fields.Date.context_today(self),
            "ref": self.name,
            "invoice_origin": self.name,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": line.name,
                        "quantity": 1.0,
                        "price_unit": sign * line.amount,
                        "account_id": line._get_account().id,
                        "tax_ids": [Command.clear()],
                    }
                )
                for line in self.line_ids
            ],
        }
        if company.aftersales_settlement_journal_id:
            vals["journal_id"] = company.aftersales_settlement_journal_id.id
        return vals

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
