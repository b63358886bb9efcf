# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.guard import check_role

from .aftersales_recovery_line_age import OWED_STATES


class AftersalesRecoveryLine(models.Model):
    """The fee for parts the supplier did not collect in time (R-CLM-12)."""

    _inherit = "aftersales.recovery.line"

    fee_move_ids = fields.Many2many(
        "account.move",
        "aftersales_recovery_line_fee_rel",
        "recovery_line_id",
        "move_id",
        string="Fee Credit Notes",
        readonly=True,
        copy=False,
        groups="aftersales_service.group_accountant",
        help="Credit notes the disposal fee is charged with.",
    )

    owed_amount = fields.Monetary(
        string="Owed with Fees",
        compute="_compute_owed_amount",
        store=True,
        help="What is not in the books yet of what the supplier is to credit, with the "
        "disposal fee.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("final_amount", "disposal_fee", "state", "refund_move_id")
    def _compute_owed_amount(self):
        """Summed by lists, pivots and reports of what suppliers owe; brought up to date
        by ``_follow_credit_notes`` when a note changes."""
        for line in self:
            owed = 0.0
            if line.state in (*OWED_STATES, "credited"):
                owed = line._get_fee_due()
            if line.state in OWED_STATES and not line._is_refunded():
                owed += line.final_amount
            line.owed_amount = owed

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._take_over_fees()
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fee(self):
        self._check_no_fee()

    # === BUSINESS METHODS ===#
    def _check_no_fee(self):
        """:raises UserError: what the supplier owes for his parts would be forgotten"""
        charged = self.filtered("disposal_fee")
        if charged:
            raise UserError(
                self.env._(
                    "%(claims)s carries a disposal fee: cancel the statement, the next "
                    "one takes the fee over.",
                    claims=", ".join(charged.claim_id.mapped("name")),
                )
            )

    def action_waive_fee(self, comment=None):
        """Let what is not in the books of the disposal fee go: its note was reversed or
        cancelled in the accounting, or is only drafted.

        :param comment: why, required
        :raises UserError: no reason, or nothing to waive
        """
        check_role(self, "aftersales_service.group_accountant")
        if not (comment or "").strip():
            raise UserError(self.env._("Give a comment with this decision."))
        # sudo: the accountant was checked; statement and notes follow
        lines = self.sudo()
        for line in lines:
            due = line._get_fee_due()
            if line.state == "cancelled" or not due:
                raise UserError(
                    self.env._(
                        "%(claim)s has no disposal fee to waive.",
                        claim=line.claim_id.name,
                    )
                )
        for line in lines:
            due = line._get_fee_due()
            line.disposal_fee -= due
            drafts = line._get_fee_notes().filtered(lambda note: note.state == "draft")
            drafts.button_cancel()
            line.recovery_id._message_log(
                body=self.env._(
                    "%(claim)s: %(amount)s of the disposal fee is waived. %(reason)s",
                    claim=line.claim_id.name,
                    amount=line.currency_id.format(due),
                    reason=comment,
                ),
                author_id=self.env.user.partner_id.id,
            )
            if line.refund_move_id and line.state in ("accepted", "credited"):
                line._follow_credit_notes()
        return True

    def _charge_disposal_fee(self, amount):
        """Add ``amount`` to the fee; once the line was credited, draft its note."""
        self.ensure_one()
        if not amount:
            return
        self._write_guarded({"disposal_fee": self.disposal_fee + amount})
        if self.refund_move_id and self.state in ("accepted", "credited"):
            self._create_fee_note(amount)

    def _post_disposal_fee(self):
        """Post what is not charged yet of the fee."""
        self.ensure_one()
        drafts = self._get_fee_notes().filtered(lambda note: note.state == "draft")
        if drafts:
            drafts._post_validated()
        if due := self._get_fee_due():
            self._create_fee_note(due)._post_validated()

    def _create_fee_note(self, amount):
        self.ensure_one()
        note = self._create_refund(
            amount,
            self.env._(
                "Disposal of parts not collected: %(claim)s", claim=self.claim_id.name
            ),
            analytic_distribution=self.claim_id.analytic_distribution,
        )
        self._write_guarded({"fee_move_ids": [Command.link(note.id)]})
        return note

    def _get_fee_notes(self):
        """Return the notes of our own for the fee, red letters left out."""
        return self.fee_move_ids.filtered("is_aftersales_credit")

    def _get_fee_due(self):
        """Return what the books do not hold of the fee, in the company's currency."""
        self.ensure_one()
        charged = self.fee_move_ids.filtered(lambda move: move._is_in_force())
        notes = self._get_fee_notes()
        if charged - notes:
            # a red letter holds it; what came later has notes of its own
            return 0.0
        done = sum(abs(note.amount_untaxed_signed) for note in charged)
        return max(self.currency_id.round(self.disposal_fee - done), 0.0)

    def _take_over_fees(self):
        """Take over what the supplier owes for the parts of the claim from lines that
        were cancelled, with the notes that hold it already."""
        # sudo: lines of other statements, and their entries
        earlier = self.sudo().search(
            [
                ("claim_id", "in", self.claim_id.ids),
                ("state", "=", "cancelled"),
                ("disposal_fee", ">", 0),
            ]
        )
        if not earlier:
            return
        # sudo: see above
        for line in self.sudo():
            supplier = line.partner_id.commercial_partner_id
            own = earlier.filtered(
                lambda item, line=line, supplier=supplier: (
                    item.claim_id == line.claim_id
                    and item.partner_id.commercial_partner_id == supplier
                )
            )
            if not own:
                continue
            earlier -= own
            # of a decision taken back, they are out of the books for good
            alive = own.filtered(lambda item: item.share_id.state != "reversed")
            notes = alive.fee_move_ids
            line.write(
                {
                    "disposal_fee": sum(own.mapped("disposal_fee")),
                    "fee_move_ids": [Command.set(notes.ids)],
                }
            )
            own.write({"disposal_fee": 0.0})
            alive.write({"fee_move_ids": [Command.clear()]})
            for statement in own.recovery_id:
                statement._message_log(
                    body=self.env._(
                        "The disposal fee of %(claim)s is taken over by %(statement)s.",
                        claim=line.claim_id.name,
                        statement=line.recovery_id.name,
                    )
                )

    def _hand_over_fees(self):
        """Charge the fees of lines withdrawn with their shares on another line that
        claims the same parts from the same supplier; without one they wait for the
        next statement."""
        others = self.search(
            [
                ("claim_id", "in", self.claim_id.ids),
                ("state", "not in", ("dropped", "cancelled")),
                ("share_id.state", "=", "posted"),
            ],
            order="id desc",
        )
        for line in self.filtered(
            lambda line: line.state == "cancelled" and line.disposal_fee
        ):
            other = others.filtered(
                lambda item, line=line: (
                    item.claim_id == line.claim_id
                    and item.partner_id.commercial_partner_id
                    == line.partner_id.commercial_partner_id
                )
            )[:1]
            if not other:
                continue
            amount = line.disposal_fee
            line.disposal_fee = 0.0
            other._charge_disposal_fee(amount)
            line.recovery_id._message_log(
                body=self.env._(
                    "The disposal fee of %(claim)s is taken over by %(statement)s.",
                    claim=line.claim_id.name,
                    statement=other.recovery_id.name,
                )
            )

    def _take_back_fees(self, reason):
        """Take the fees out of the books: their decisions were taken back.

        :raises UserError: the period is locked
        """
        for line in self:
            for note in line._get_fee_notes():
                if note._is_in_force():
                    note._reverse_in_force(f"{line.liability_id.name}: {reason or ''}")
                elif note.state == "draft":
                    note.button_cancel()
