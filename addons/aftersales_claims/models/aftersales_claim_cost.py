# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

COST_KINDS = [
    ("material", "Material"),
    ("processing", "Processing"),
    ("purchasing", "Purchasing"),
    ("shipping", "Shipping"),
    ("labour", "Labour"),
    ("travel", "Travel"),
]


class AftersalesClaimCost(models.Model):
    """A cost of a claim (R-CLM-08); material comes from the stock moves."""

    _name = "aftersales.claim.cost"
    _inherit = "aftersales.state.mixin"
    _guarded_fields = (
        "state",
        "stock_move_id",
        "claim_line_id",
        "account_move_id",
        "reversal_move_id",
        "closing_move_id",
        "picking_id",
        "reversed_cost_id",
        "repeated_cost_id",
    )
    _description = "Claim Cost"
    _order = "claim_id, date, id"
    _check_company_auto = True

    # === FIELDS ===#
    claim_id = fields.Many2one(
        "aftersales.claim",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        related="claim_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="claim_id.currency_id")
    kind = fields.Selection(COST_KINDS, required=True, default="shipping", index=True)
    name = fields.Char(string="Description")
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    amount = fields.Monetary(required=True)
    partner_id = fields.Many2one("res.partner", check_company=True)
    state = fields.Selection(
        [
            ("draft", "To Post"),
            ("posted", "Posted"),
            ("reversed", "Reversed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    stock_move_id = fields.Many2one(
        "stock.move", readonly=True, copy=False, ondelete="restrict"
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Shipment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Transfer whose freight this is.",
    )
    claim_line_id = fields.Many2one(
        "aftersales.claim.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Part this is the cost of; set by the move of its goods.",
    )
    account_move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    reversal_move_id = fields.Many2one(
        "account.move",
        string="Reversal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    reversed_cost_id = fields.Many2one(
        "aftersales.claim.cost",
        string="Takes Back",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Cost this row takes back at the day of its reversal: what a month cost "
        "stays as it was once the month is over.",
    )
    repeated_cost_id = fields.Many2one(
        "aftersales.claim.cost",
        string="Posts Again",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Cost whose entry was reversed in the accounting: this one is posted in "
        "its place.",
    )
    closing_move_id = fields.Many2one(
        "account.move",
        string="Closing Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="With periodic valuation the goods are posted by the stock closing.",
    )
    # what the totals are read by (R-CLM-08)
    order_id = fields.Many2one(
        related="claim_id.order_id", store=True, precompute=True, index=True
    )
    lot_id = fields.Many2one(
        related="claim_id.lot_id",
        string="Machine",
        store=True,
        precompute=True,
        index=True,
    )
    partner_customer_id = fields.Many2one(
        related="claim_id.partner_id",
        string="Customer",
        store=True,
        precompute=True,
        index=True,
    )
    cause_id = fields.Many2one(
        related="claim_id.cause_id", store=True, precompute=True, index=True
    )
    department_id = fields.Many2one(
        related="claim_id.department_id", store=True, precompute=True, index=True
    )
    supplier_id = fields.Many2one(
        "res.partner", compute="_compute_supplier_id", store=True, index=True
    )

    _amount_not_zero = models.Constraint(
        "CHECK(amount > 0 OR stock_move_id IS NOT NULL"
        " OR reversed_cost_id IS NOT NULL)",
        "The amount of a claim cost must be positive.",
    )
    _stock_move_uniq = models.UniqueIndex(
        "(stock_move_id) WHERE stock_move_id IS NOT NULL",
        "The cost of a stock move is counted once.",
    )
    _reversed_cost_uniq = models.UniqueIndex(
        "(reversed_cost_id) WHERE reversed_cost_id IS NOT NULL",
        "A cost is taken back once.",
    )

    @api.depends("claim_line_id.supplier_id", "claim_id.line_ids.supplier_id")
    def _compute_supplier_id(self):
        """The part's supplier; of other costs, the causal part's."""
        for cost in self:
            lines = cost.claim_id.line_ids
            cost.supplier_id = (
                cost.claim_line_id.supplier_id
                or lines.filtered("is_causal")[:1].supplier_id
            )

    # === CONSTRAINT METHODS ===#
    @api.constrains("claim_id", "claim_line_id")
    def _check_claim_line(self):
        for cost in self:
            line = cost.claim_line_id
            if line and line.claim_id != cost.claim_id:
                raise ValidationError(
                    self.env._(
                        "%(part)s is a part of %(other)s: its cost does not belong to "
                        "%(claim)s.",
                        part=line.product_id.display_name,
                        other=line.claim_id.name,
                        claim=cost.claim_id.name,
                    )
                )

    # === ACTION METHODS ===#
    def action_view_claim(self):
        return self.claim_id._get_records_action(self.claim_id, self.env._("Claim"))

    def action_view_entry(self):
        moves = self.account_move_id | self.reversal_move_id | self.closing_move_id
        return self.claim_id._get_records_action(moves, self.env._("Journal Entries"))

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        costs = super().create(vals_list)
        for cost in costs:
            if (
                not cost.stock_move_id
                and not cost.reversed_cost_id
                and cost.claim_id.state in ("rejected", "cancelled")
            ):
                raise UserError(
                    self.env._(
                        "%(claim)s takes no costs: it is rejected or cancelled.",
                        claim=cost.claim_id.name,
                    )
                )
        costs.claim_id._remind_of_cost_excess()
        return costs

    def write(self, vals):
        self._ensure_draft()
        claims = self.claim_id
        res = super().write(vals)
        if {"amount", "claim_id", "kind"} & set(vals):
            (claims | self.claim_id)._update_cost_to_dos()
        return res

    def unlink(self):
        claims = self.claim_id
        res = super().unlink()
        claims._update_cost_to_dos()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        self._ensure_draft()

    # === BUSINESS METHODS ===#
    def _ensure_draft(self):
        """A posted cost changes only by reversal of its claim (R-CLM-09)."""
        if not self.env.su and any(cost.state != "draft" for cost in self):
            raise UserError(
                self.env._("Posted costs change only by reversing the claim.")
            )

    def _set_reversal(self, reversal):
        """Take the posted costs of one entry back at the day of its ``reversal``: each
        by a row of its own, as the books do (R-CLM-09)."""
        self.write({"state": "reversed", "reversal_move_id": reversal.id})
        return self.create([cost._prepare_reversal_vals() for cost in self])

    def _prepare_reversal_vals(self):
        self.ensure_one()
        return {
            "claim_id": self.claim_id.id,
            "kind": self.kind,
            "name": self.env._(
                "Reversal: %(cost)s", cost=self.name or self._get_kind_label()
            ),
            "date": self.reversal_move_id.date,
            "amount": -self.amount,
            "partner_id": self.partner_id.id,
            "claim_line_id": self.claim_line_id.id,
            "state": "reversed",
            "account_move_id": self.reversal_move_id.id,
            "reversed_cost_id": self.id,
        }

    def _get_counterpart_account(self):
        """Return the account the cost waits on: that of its entry, also where the
        setting is another one by now; before the entry, the setting's."""
        self.ensure_one()
        company = self.company_id
        account = company._get_aftersales_cost_account(self.kind)
        partner = self.partner_id.commercial_partner_id
        lines = self.account_move_id.line_ids.filtered(
            lambda line: (
                line.partner_id == partner
                and not self.currency_id.compare_amounts(-line.balance, self.amount)
            )
        )
        if account in lines.account_id:
            return account
        # the same amount of two kinds: by the label, where both are in one language
        own = lines.filtered(lambda line: line.name == self._get_entry_label())
        return (own or lines)[:1].account_id or account

    def _get_kind_label(self):
        self.ensure_one()
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _get_entry_label(self):
        """Return the label of the journal items of one cost."""
        self.ensure_one()
        return " - ".join(
            filter(None, (self.claim_id.name, self._get_kind_label(), self.name))
        )
