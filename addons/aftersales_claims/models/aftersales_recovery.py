# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.aftersales_service.tools.language import in_company_language


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
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.recovery", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            vals["name"] = vals.get("name") or number
        return super().create(vals_list)

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
    def action_collect_lines(self):
        """Take every posted, not yet claimed share of the supplier (R-CLM-12)."""
        for statement in self:
            if statement.state != "draft":
                raise UserError(
                    self.env._("%(name)s was sent already.", name=statement.name)
                )
            statement._collect_lines()
        return True

    def action_send(self):
        """Send the statement; the answer and the collecting clock start.

        :raises UserError: not a draft, or nothing to claim
        """
        self._check_role("aftersales_service.group_quality")
        for statement in self:
            if statement.state != "draft" or not statement._get_live_lines():
                raise UserError(
                    self.env._(
                        "%(name)s was sent already, or has no lines.",
                        name=statement.name,
                    )
                )
        self.filtered(lambda item: not item.user_id).user_id = self.env.user
        today = fields.Date.context_today(self)
        for statement in self:
            company = statement.company_id
            statement._write_guarded(
                {
                    "state": "sent",
                    "sent_at": fields.Datetime.now(),
                    "answer_deadline": today
                    + relativedelta(days=company.aftersales_answer_days),
                }
            )
            statement.message_subscribe(statement.partner_id.ids)
            statement.message_post(
                body=self.env._(
                    "Statement of the parts you are asked to take back and credit. "
                    "Please answer every line before %(date)s.",
                    date=statement.answer_deadline,
                ),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.line_ids.part_return_ids._notify_supplier()
        return True

    def action_answer(self):
        """Close the supplier's answer: every line is accepted or disputed."""
        for statement in self:
            if statement.state != "sent":
                raise UserError(
                    self.env._(
                        "%(name)s does not wait for an answer.", name=statement.name
                    )
                )
            if statement.line_ids.filtered(lambda line: line.state == "pending"):
                raise UserError(
                    self.env._("%(name)s: answer every line.", name=statement.name)
                )
        self._write_guarded(
            {
                "state": "answered",
                "answered_at": fields.Datetime.now(),
                "answered_by": self.env.user.name,
            }
        )
        for statement in self.filtered("amount_disputed"):
            statement._notify_arbiters()
        return True

    def action_credit(self):
        """Post the vendor credit notes of the accepted lines, offset payables.

        :raises UserError: lines not answered or disputed, or accounting refuses
        """
        self._check_role("aftersales_service.group_accountant")
        self.lock_for_update()
        for statement in self:
            if statement.state != "answered":
                raise UserError(
                    self.env._("%(name)s is not answered yet.", name=statement.name)
                )
            if statement.line_ids.filtered(lambda line: line.state == "disputed"):
                raise UserError(
                    self.env._(
                        "%(name)s has lines the arbiter has not decided.",
                        name=statement.name,
                    )
                )
        for statement in self:
            statement._post_refunds()
        self._write_guarded({"state": "credited", "credited_at": fields.Datetime.now()})
        return True

    def action_offset(self):
        """Set the posted credit notes off against the supplier's open bills."""
        self._check_role("aftersales_service.group_accountant")
        for statement in self:
            statement._offset_payables()
        return True

    def action_cancel(self):
        """Cancel statements not credited; quality or accounting only."""
        self._check_role(
            "aftersales_service.group_quality", "aftersales_service.group_accountant"
        )
        for statement in self:
            if "credited" in {statement.state, *statement.line_ids.mapped("state")}:
                raise UserError(
                    self.env._(
                        "%(name)s is credited; reverse the credit notes instead.",
                        name=statement.name,
                    )
                )
        self.line_ids.filtered(lambda line: line.state != "credited")._write_guarded(
            {"state": "cancelled"}
        )
        self._write_guarded({"state": "cancelled"})
        # sudo: quality cancels what the accounting reset; the next statement starts
        # from the share
        notes = self.sudo().line_ids.refund_move_id
        notes.filtered(lambda note: note.state == "draft").button_cancel()
        return True

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
    def _get_live_lines(self):
        """Return what the supplier is asked for; of a statement that was cancelled
        as a whole, what it asked."""
        self.ensure_one()
        if self.state == "cancelled":
            return self.line_ids
        return self.line_ids.filtered(lambda line: line.state != "cancelled")

    def _check_role(self, *groups):
        if not self.env.su and not any(self.env.user.has_group(g) for g in groups):
            raise UserError(
                self.env._("Your role does not allow this step of the statement.")
            )

    def _notify_arbiters(self):
        """Tell the quality vice presidents that lines are disputed."""
        self.ensure_one()
        # sudo: members of a group are not everyone's to read
        group = self.env.ref("aftersales_service.group_quality_vp").sudo()
        for user in group.all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids
        ):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("Disputed recovery lines to decide"),
            )

    @api.model
    def _get_open_shares(self, company, kind="supplier", partner=None, until=None):
        """Return the posted shares nobody has put on a statement yet."""
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("party", "=", kind)
            & Domain("partner_id", "!=", False)
            & Domain("state", "=", "posted")
            & Domain("recovery_line_ids", "not any", [("state", "!=", "cancelled")])
        )
        if partner:
            domain &= Domain("partner_id", "child_of", partner.id)
        if until:
            domain &= Domain("liability_id.date", "<=", until)
        return self.env["aftersales.liability.share"].search(domain)

    def _collect_lines(self):
        self.ensure_one()
        until = self.period_start + relativedelta(months=1, days=-1)
        shares = self._get_open_shares(
            self.company_id, self.kind, self.partner_id, until
        )
        self.env["aftersales.recovery.line"].create(
            [{"recovery_id": self.id, "share_id": share.id} for share in shares]
        )

    # === CRON ===#
    @api.model
    @in_company_language
    def _cron_monthly(self):
        """Draw up last month's statements, one for each supplier (R-CLM-12)."""
        start = fields.Date.today().replace(day=1) - relativedelta(months=1)
        until = start + relativedelta(months=1, days=-1)
        for company in self.env["res.company"].search([]):
            for kind in ("supplier", "carrier"):
                shares = self._get_open_shares(company, kind, until=until)
                for partner in shares.partner_id.commercial_partner_id:
                    statement = self.search(
                        [
                            ("company_id", "=", company.id),
                            ("partner_id", "=", partner.id),
                            ("kind", "=", kind),
                            ("period_start", "=", start),
                            ("state", "!=", "cancelled"),
                        ]
                    ) or self.with_company(company).create(
                        {
                            "company_id": company.id,
                            "partner_id": partner.id,
                            "kind": kind,
                            "period_start": start,
                            # nobody's until somebody takes it
                            "user_id": False,
                        }
                    )
                    if statement.state == "draft":
                        statement._collect_lines()
            self.env["ir.cron"]._commit_progress(1)
