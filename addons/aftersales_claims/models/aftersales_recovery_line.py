# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.text import is_blank


class AftersalesRecoveryLine(models.Model):
    """One share of a supplier: its parts, his answer, the arbiter, the credit."""

    _name = "aftersales.recovery.line"
    _description = "Supplier Recovery Line"
    _inherit = "aftersales.state.mixin"
    _guarded_fields = (
        "state",
        "answer",
        "answered_by_id",
        "answered_at",
        "arbiter_id",
        "arbitrated_at",
        "disposal_fee",
        "fee_move_ids",
        "refund_move_id",
    )
    _rec_name = "claim_id"
    _order = "recovery_id, id"
    _check_company_auto = True

    recovery_id = fields.Many2one(
        "aftersales.recovery", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="recovery_id.company_id", store=True)
    currency_id = fields.Many2one(related="recovery_id.currency_id")
    partner_id = fields.Many2one(
        related="recovery_id.partner_id", store=True, index=True
    )
    period_start = fields.Date(related="recovery_id.period_start", store=True)
    period = fields.Char(related="recovery_id.period", store=True)
    owed_since = fields.Date(
        string="Owed Since",
        related="recovery_id.sent_on",
        store=True,
        index="btree_not_null",
        help="Day the statement was sent: from then on the supplier's days to answer "
        "and to collect count, and so does the age.",
    )
    share_id = fields.Many2one(
        "aftersales.liability.share",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    claim_id = fields.Many2one(related="share_id.claim_id", store=True, index=True)
    liability_id = fields.Many2one(related="share_id.liability_id")
    part_return_ids = fields.Many2many(
        "aftersales.part.return",
        compute="_compute_parts",
        store=True,
        string="Old Parts",
    )
    product_ids = fields.Many2many(
        "product.product", compute="_compute_parts", store=True, string="Parts"
    )
    photo_count = fields.Integer(compute="_compute_photo_count")
    percent = fields.Float(related="share_id.percent")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, help="Share of the claim's cost."
    )
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("accepted", "Accepted"),
            ("disputed", "Disputed"),
            ("dropped", "Dropped"),
            ("credited", "Credited"),
            ("cancelled", "Cancelled"),
        ],
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )
    answer = fields.Selection(
        [("accept", "Accept"), ("dispute", "Dispute")], readonly=True, copy=False
    )
    answer_note = fields.Char(string="Supplier's Reason", copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    answered_at = fields.Datetime(readonly=True, copy=False)
    arbiter_id = fields.Many2one("res.users", readonly=True, copy=False)
    arbitrated_at = fields.Datetime(readonly=True, copy=False)
    arbitration_note = fields.Char(copy=False)
    final_amount = fields.Monetary(
        compute="_compute_final_amount",
        store=True,
        readonly=False,
        help="What is credited: the share, or what the arbiter leaves of it.",
    )
    disposal_fee = fields.Monetary(
        readonly=True,
        copy=False,
        help="Charged for parts the supplier did not collect in time (R-CLM-12).",
    )
    refund_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    # one live claim for each share: nobody pays twice
    _share_uniq = models.UniqueIndex(
        "(share_id) WHERE state != 'cancelled'",
        "This share is on a statement already.",
    )
    _final_amount_range = models.Constraint(
        "CHECK(final_amount >= 0 AND final_amount <= amount)",
        "No more can be recovered than the supplier's share of the cost.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("share_id")
    def _compute_parts(self):
        """The parts of the claim this supplier delivered; the causal one else."""
        for line in self:
            # sudo: the portal shows the supplier the parts he is charged for
            share = line.sudo().share_id
            own = share.claim_id.line_ids.browse()
            if share:
                own = share._get_claim_lines()
            line.product_ids = own.product_id
            line.part_return_ids = own.part_return_ids

    @api.depends("part_return_ids.photo_ids")
    def _compute_photo_count(self):
        for line in self:
            line.photo_count = len(line.part_return_ids.photo_ids)

    @api.depends("share_id.amount", "state")
    def _compute_amount(self):
        for line in self:
            if line.state in ("credited", "cancelled"):
                line.amount = line.amount
            else:
                line.amount = line.share_id.amount

    @api.depends("amount", "state")
    def _compute_final_amount(self):
        for line in self:
            if line.state == "dropped":
                line.final_amount = 0.0
            elif line.state == "pending" or not line.arbiter_id:
                line.final_amount = line.amount
            else:
                line.final_amount = line.final_amount

    @api.constrains("share_id", "recovery_id")
    def _check_partner(self):
        for line in self:
            if (
                line.share_id.partner_id.commercial_partner_id
                != line.recovery_id.partner_id.commercial_partner_id
            ):
                raise ValidationError(
                    self.env._(
                        "The share of %(partner)s does not belong on this statement.",
                        partner=line.share_id.partner_id.display_name,
                    )
                )

    # === CRUD METHODS ===#
    def write(self, vals):
        if {"final_amount", "arbitration_note"} & set(vals) and not self.env.su:
            if not self.env.user.has_group("aftersales_service.group_quality_vp"):
                raise AccessError(
                    self.env._("Disputes are decided by the quality vice president.")
                )
            if any(line.state != "disputed" for line in self):
                raise UserError(self.env._("This line is not before the arbiter."))
        if {"recovery_id", "share_id"} & set(vals):
            self._check_draft()
        if "answer_note" in vals and not self.env.su:
            self._check_answering()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._check_draft()

    def _check_draft(self):
        """:raises UserError: the supplier was sent the line"""
        sent = self.recovery_id.filtered(
            lambda item: item.state not in ("draft", "cancelled")
        )
        if sent and not self.env.su:
            raise UserError(
                self.env._(
                    "%(names)s was sent: its lines stay. The arbiter drops one the "
                    "supplier disputes.",
                    names=", ".join(sent.mapped("name")),
                )
            )

    def _check_answering(self):
        """:raises UserError: what the supplier said was closed by his answer"""
        for line in self:
            if line.recovery_id.state != "sent":
                raise UserError(
                    self.env._(
                        "%(name)s does not wait for an answer.",
                        name=line.recovery_id.name,
                    )
                )

    # === ACTION METHODS ===#
    def action_accept(self):
        """The supplier accepts; by portal or, on paper, by quality."""
        self._answer("accept")
        return True

    def action_dispute(self):
        """The supplier disputes, with his reason."""
        self._answer("dispute")
        return True

    def action_uphold(self):
        """The arbiter upholds the line, at the amount he leaves of it."""
        self._arbitrate("accepted")
        return True

    def action_drop(self):
        """The arbiter drops the line."""
        self._arbitrate("dropped")
        return True

    # === BUSINESS METHODS ===#
    def _answer(self, answer, note=None, by=None):
        """Record the supplier's answer on ``self``.

        :param note: his reason; needed for a dispute
        :param by: res.users who answered; the current one by default
        :raises UserError: not waiting for an answer, or no reason
        """
        for line in self:
            if line.recovery_id.state != "sent" or line.state not in (
                "pending",
                "accepted",
                "disputed",
            ):
                raise UserError(
                    self.env._(
                        "%(name)s does not wait for an answer.",
                        name=line.recovery_id.name,
                    )
                )
            if answer == "dispute" and is_blank(note or line.answer_note):
                raise UserError(self.env._("Say why you dispute the line."))
        vals = {
            "answer": answer,
            "state": "accepted" if answer == "accept" else "disputed",
            "answered_by_id": (by or self.env.user).id,
            "answered_at": fields.Datetime.now(),
        }
        if note:
            vals["answer_note"] = note
        self._write_guarded(vals)

    def _withdraw(self, reason):
        """Take lines off their statements: their shares were reversed. A draft loses
        them but for a disposal fee, the supplier is told of what he has been sent.

        :param reason: why, shown inside only
        :raises UserError: a fee is in the books and the period is locked
        """
        with_notes = self.filtered("fee_move_ids")
        live = self.filtered(lambda line: line.state != "cancelled")
        for statement, lines in live.grouped("recovery_id").items():
            claims = ", ".join(lines.claim_id.mapped("name"))
            if statement.state == "draft":
                charged = lines.filtered("disposal_fee")
                charged.write({"state": "cancelled"})
                (lines - charged).unlink()
            else:
                lines.write({"state": "cancelled"})
                statement.message_post(
                    body=self.env._(
                        "Withdrawn, not to be credited: %(claims)s.", claims=claims
                    ),
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
                if statement._get_live_lines():
                    statement._follow_lines()
                else:
                    statement.state = "cancelled"
            statement._message_log(
                body=self.env._(
                    "%(claims)s: the liability decision was reversed. %(reason)s",
                    claims=claims,
                    reason=reason or "",
                )
            )
        # last: a line whose fee is reversed would be owed again
        with_notes.exists()._take_back_fees(reason)

    def _arbitrate(self, state):
        if not self.env.user.has_group("aftersales_service.group_quality_vp"):
            raise UserError(
                self.env._("Disputes are decided by the quality vice president.")
            )
        for line in self:
            if line.state != "disputed" or line.recovery_id.state != "answered":
                raise UserError(self.env._("This line is not before the arbiter."))
            if is_blank(line.arbitration_note):
                raise UserError(self.env._("The arbiter gives his reason."))
        amounts = {line: line.final_amount for line in self}
        self._write_guarded(
            {
                "arbiter_id": self.env.uid,
                "arbitrated_at": fields.Datetime.now(),
                "state": state,
            }
        )
        if state == "accepted":
            for line, amount in amounts.items():
                line._write_guarded({"final_amount": amount})
