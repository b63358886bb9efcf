# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesRecovery(models.Model):
    """Statement of what one supplier owes for one month 二次追偿 (R-CLM-12).

    | Action  | Who                  | From     | To                              |
    |---------|----------------------|----------|---------------------------------|
    | send    | quality              | draft    | sent: in the supplier's portal  |
    | answer  | supplier, or by hand | sent     | answered: every line answered   |
    | credit  | accountant           | answered | credited: vendor credit notes   |
    | cancel  | quality              | not credited | cancelled                   |

    A credit note reset, cancelled or reversed in the accounting leads from credited
    back to answered, the same note posted again to credited.
    """

    _name = "aftersales.recovery"
    _description = "Supplier Recovery Statement"
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
        "sent_at",
        "answer_deadline",
        "answered_at",
        "answered_by",
        "credited_at",
    )
    _editable_in = {
        ("draft",): (
            "company_id",
            "kind",
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
            ("sent", "Waiting for Supplier"),
            ("answered", "Answered"),
            ("credited", "Credited"),
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
    kind = fields.Selection(
        [("supplier", "Supplier"), ("carrier", "Carrier")],
        default="supplier",
        required=True,
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    period_start = fields.Date(
        string="Month",
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    period = fields.Char(
        string="Statement Month", compute="_compute_period", store=True
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user
    )
    line_ids = fields.One2many("aftersales.recovery.line", "recovery_id")
    line_count = fields.Integer(compute="_compute_totals", store=True)
    amount_total = fields.Monetary(
        string="Claimed", compute="_compute_totals", store=True
    )
    amount_accepted = fields.Monetary(
        string="Accepted", compute="_compute_totals", store=True
    )
    amount_disputed = fields.Monetary(
        string="Disputed", compute="_compute_totals", store=True
    )
    amount_credited = fields.Monetary(
        string="Credited", compute="_compute_totals", store=True
    )
    sent_at = fields.Datetime(readonly=True, copy=False)
    sent_on = fields.Date(compute="_compute_sent_on", store=True)
    answer_deadline = fields.Date(readonly=True, copy=False, index="btree_not_null")
    answered_at = fields.Datetime(readonly=True, copy=False)
    answered_by = fields.Char(readonly=True, copy=False)
    credited_at = fields.Datetime(readonly=True, copy=False)
    red_letter_ref = fields.Char(
        string="Red-Letter Invoice",
        copy=False,
        tracking=True,
        help="Number of the supplier's red-letter invoice matched with the credit.",
    )
    refund_count = fields.Integer(compute="_compute_refund_count")

    _period_uniq = models.UniqueIndex(
        "(company_id, partner_id, kind, period_start) WHERE state != 'cancelled'",
        "This supplier has a statement for this month already.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("period_start")
    def _compute_period(self):
        """Year and month: a first of a month looks like a day to act on."""
        for statement in self:
            start = statement.period_start
            statement.period = start and f"{start:%Y-%m}"

    @api.depends("sent_at")
    def _compute_sent_on(self):
        """The day where the company works, whoever sent it."""
        for statement in self:
            zone = statement.company_id._get_aftersales_zone()
            sent = statement.sent_at
            statement.sent_on = (
                sent and sent.replace(tzinfo=UTC).astimezone(zone).date()
            )

    @api.depends(
        "state",
        "line_ids.amount",
        "line_ids.final_amount",
        "line_ids.state",
        "line_ids.answer",
    )
    def _compute_totals(self):
        for statement in self:
            lines = statement._get_live_lines()
            statement.line_count = len(lines)
            statement.amount_total = sum(lines.mapped("amount"))
            statement.amount_accepted = sum(
                lines.filtered(
                    lambda line: line.state in ("accepted", "credited")
                ).mapped("final_amount")
            )
            statement.amount_disputed = sum(
                lines.filtered(lambda line: line.state == "disputed").mapped("amount")
            )
            statement.amount_credited = sum(
                lines.filtered(lambda line: line.state == "credited").mapped(
                    "final_amount"
                )
            )

    def _compute_refund_count(self):
        for statement in self:
            # sudo: a count is no amount; quality opens no accounting
            statement.refund_count = len(statement.sudo()._get_credit_notes())

    def _compute_access_url(self):
        res = super()._compute_access_url()
        for statement in self:
            statement.access_url = f"/my/recoveries/{statement.id}"
        return res

    def _get_report_base_filename(self):
        """Return the name of the file downloaded from the portal, without ending."""
        self.ensure_one()
        return self.name

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company("aftersales.recovery", vals_list)
        Partner = self.env["res.partner"]
        statements = super().create(
            [Partner._name_aftersales_company(vals) for vals in vals_list]
        )
        for statement, vals in zip(statements, vals_list, strict=True):
            statement._follow_contact(vals)
        return statements

    def write(self, vals):
        res = super().write(self.env["res.partner"]._name_aftersales_company(vals))
        self._follow_contact(vals)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(s.state not in ("draft", "cancelled") for s in self):
            raise UserError(
                self.env._(
                    "A statement sent to the supplier is cancelled, not deleted."
                )
            )
        self.line_ids._check_no_fee()

    # === ACTION METHODS ===#

    def action_view_refunds(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Notes"),
            "res_model": "account.move",
            "view_mode": "list,form",
            # sudo: which they are; they are read with own rights
            "domain": [("id", "in", self.sudo()._get_credit_notes().ids)],
        }

    def action_view_part_returns(self):
        lines = self.line_ids
        return lines.claim_id[:1]._get_records_action(
            lines.part_return_ids, self.env._("Old Parts")
        )

    def action_view_evidence(self):
        """Photos and papers of every part the supplier is asked to pay for."""
        return self.line_ids.claim_id.action_view_evidence()

    # === BUSINESS METHODS ===#
    def _follow_contact(self, vals):
        """The contact person named for a company gets its statement as well."""
        for statement in self:
            contact = statement.partner_id.browse(vals.get("partner_id"))
            if contact != statement.partner_id:
                statement.message_subscribe(contact.ids)

    def _get_live_lines(self):
        """Return what the supplier is asked for; of a statement that was cancelled
        as a whole, what it asked."""
        self.ensure_one()
        if self.state == "cancelled":
            return self.line_ids
        return self.line_ids.filtered(lambda line: line.state != "cancelled")
