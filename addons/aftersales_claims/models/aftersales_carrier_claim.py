# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.aftersales_service.tools.language import in_language_of

#: activity type of the reminder
REMINDER = "mail.mail_activity_data_todo"


class AftersalesCarrierClaim(models.Model):
    """Claim on the carrier 运输索赔 for damage or loss in transport (R-CLM-07).

    State table: draft -> notified (action_notify, within the carrier's time limit)
    -> accepted (action_accept, accountant: receivable) or refused; accepted ->
    reversed.
    """

    _name = "aftersales.carrier.claim"
    _description = "Carrier Claim"
    _inherit = ["aftersales.billed.mixin", "mail.thread", "mail.activity.mixin"]
    _bill_types = ("entry",)
    _bill_field = "account_move_id"
    _billed_states = ("accepted", "notified")
    _guarded_fields = (
        "state",
        "notified_at",
        "is_late",
        "account_move_id",
        "reversal_move_id",
        "former_bill_ids",
    )
    _editable_in = {
        ("draft",): (
            "company_id",
            "carrier_id",
            "claim_id",
            "picking_id",
            "tracking_number",
            "kind",
            "received_date",
            "amount",
        ),
        ("notified",): ("amount_accepted",),
    }
    _order = "id desc"
    _check_company_auto = True

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
            ("notified", "Carrier Notified"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("reversed", "Reversed"),
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
    carrier_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_carrier", "=", True)],
    )
    claim_id = fields.Many2one(
        "aftersales.claim",
        string="Warranty Claim",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Shipment",
        index="btree_not_null",
        check_company=True,
    )
    tracking_number = fields.Char(
        compute="_compute_tracking_number", store=True, readonly=False
    )
    kind = fields.Selection(
        [("damage", "Damaged"), ("loss", "Lost"), ("delay", "Delayed")],
        required=True,
        default="damage",
    )
    received_date = fields.Date(
        string="Received or Due On",
        required=True,
        default=fields.Date.context_today,
        help="Day the goods arrived damaged, or should have arrived.",
    )
    notice_deadline = fields.Date(
        compute="_compute_notice_deadline",
        store=True,
        help="The carrier is notified by this day.",
    )
    notified_at = fields.Date(readonly=True, copy=False)
    is_late = fields.Boolean(string="Notified Late", readonly=True, copy=False)
    description = fields.Text()
    amount = fields.Monetary(string="Claimed", required=True)
    amount_accepted = fields.Monetary(copy=False)
    account_move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    reversal_move_id = fields.Many2one(
        "account.move", string="Reversal Entry", readonly=True, copy=False
    )

    _amounts = models.Constraint(
        "CHECK(amount > 0 AND COALESCE(amount_accepted, 0) BETWEEN 0 AND amount)",
        "The carrier pays more than zero and at most what is claimed.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("picking_id.shipping_number", "claim_id.tracking_number")
    def _compute_tracking_number(self):
        for claim in self:
            claim.tracking_number = (
                claim.picking_id.shipping_number or claim.claim_id.tracking_number
            )

    @api.depends("received_date", "company_id.aftersales_carrier_notice_days")
    def _compute_notice_deadline(self):
        for claim in self:
            claim.notice_deadline = claim.received_date and (
                claim.received_date
                + relativedelta(days=claim.company_id.aftersales_carrier_notice_days)
            )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("claim_id") and not vals.get("company_id"):
                # sudo: the company only; the claim is checked by the create
                claim = self.env["aftersales.claim"].browse(vals["claim_id"]).sudo()
                vals["company_id"] = claim.company_id.id
        self.env["ir.sequence"]._name_by_company("aftersales.carrier.claim", vals_list)
        claims = super().create(vals_list)
        claims._remind_of_notice()
        return claims

    def write(self, vals):
        res = super().write(vals)
        if "received_date" in vals:
            self._remind_of_notice()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(claim.state != "draft" for claim in self):
            raise UserError(self.env._("Only draft carrier claims can be deleted."))

    def _get_evidence(self):
        """Return the files that prove the damage: its own and those of the claim."""
        self.ensure_one()
        files = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        if self.claim_id:
            files |= self.claim_id._get_evidence_attachments()
        return files

    # === ACTION METHODS ===#
    def action_notify(self):
        """Send the claim to the carrier; late is recorded, not hidden.

        :raises UserError: no waybill number or no evidence
        """
        self.check_access("write")
        today = fields.Date.context_today(self)
        for claim in self:
            claim._ensure_state("draft")
            if not claim.tracking_number:
                raise UserError(self.env._("Enter the tracking number first."))
            if not claim._get_evidence():
                raise UserError(
                    self.env._("Attach photos or the transport record as evidence.")
                )
            # sudo: dates and state are written by the action only
            claim.sudo().write(
                {
                    "state": "notified",
                    "notified_at": today,
                    "is_late": today > claim.notice_deadline,
                }
            )
        self.activity_unlink([REMINDER])
        return True

    def action_refuse(self):
        """The carrier pays nothing."""
        self.check_access("write")
        self._ensure_state("notified")
        self._give_up_bill()
        # sudo: see action_notify
        self.sudo().state = "refused"
        return True

    def action_accept(self):
        """Post what the carrier accepts as a receivable from him, once.

        :raises UserError: no amount, the carrier bears it by a liability decision
            already, an account is missing, or the ERP's own error on a locked period
        """
        self._ensure_accountant()
        for claim in self:
            claim.lock_for_update()
            claim._ensure_state("notified")
            if not claim.amount_accepted:
                raise UserError(self.env._("Enter the amount the carrier accepts."))
            shares = claim.claim_id.liability_ids.share_ids.filtered(
                lambda share: share.party == "carrier" and share.state == "posted"
            )
            if shares:
                raise UserError(
                    self.env._(
                        "The liability decision of %(claim)s charges the carrier "
                        "already.",
                        claim=claim.claim_id.name,
                    )
                )
            claim._give_up_bill()
            claim = claim.with_company(claim.company_id)
            move = self.env["account.move"].create(claim._prepare_entry())
            move._post_validated()
            # sudo: see action_notify
            claim.sudo().write({"state": "accepted", "account_move_id": move.id})
        return True

    def action_reverse(self):
        """Take the receivable out of the books again."""
        self._ensure_accountant()
        self._ensure_state("accepted")
        for claim in self._taking_back():
            move = claim.account_move_id
            # reset to draft in the accounting, it is in the books no more
            reversal = move.browse()
            if move.state == "posted":
                reversal = move._reverse_in_force(claim.name)
            else:
                move.button_cancel()
            # sudo: see action_notify
            claim.sudo().write({"state": "reversed", "reversal_move_id": reversal.id})
        return True

    # === BUSINESS METHODS ===#
    def _notify_bill_gone(self):
        clerk = self._get_bill_clerk(self.account_move_id.create_uid, self.create_uid)
        told = in_language_of(self, clerk, company=self.company_id)
        told.activity_schedule(
            REMINDER,
            user_id=clerk.id,
            summary=told.env._("What the carrier accepted is in the books no more"),
            note=told._get_bill_gone_text(),
        )

    def _remind_of_notice(self):
        """Put the notice on the list of whoever reports the damage, for the carrier's
        last day: a claim that comes later is worth nothing (R-CLM-07)."""
        for claim in self.filtered(lambda item: item.state == "draft"):
            waiting = claim.activity_search([REMINDER])
            if waiting:
                waiting.date_deadline = claim.notice_deadline
                continue
            claim.activity_schedule(
                REMINDER,
                user_id=self.env.uid,
                date_deadline=claim.notice_deadline,
                summary=self.env._("Notify the carrier within his time limit"),
            )

    def _prepare_entry(self):
        self.ensure_one()
        company = self.company_id
        date = fields.Date.context_today(self)
        label = self.env._(
            "%(number)s: %(carrier)s", number=self.name, carrier=self.carrier_id.name
        )
        lines = (
            (
                company._get_aftersales_account("aftersales_carrier_account_id"),
                self.amount_accepted,
            ),
            (self._get_reduced_account(date), -self.amount_accepted),
        )
        return {
            "move_type": "entry",
            "journal_id": company._get_aftersales_claim_journal().id,
            "date": date,
            "ref": label,
            "line_ids": [
                Command.create(
                    {
                        "name": label,
                        "account_id": account.id,
                        "balance": balance,
                        "partner_id": self.carrier_id.commercial_partner_id.id,
                        "analytic_distribution": self.claim_id.analytic_distribution
                        if balance < 0
                        else False,
                    }
                )
                for account, balance in lines
            ],
        }

    def _get_reduced_account(self, date):
        """Return the account of the loss: the one the claim was charged to."""
        self.ensure_one()
        if self.claim_id:
            return self.claim_id._get_charged_account()
        return self.company_id._get_aftersales_warranty_account(date)

    def _ensure_state(self, state):
        for claim in self:
            if claim.state != state:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(claim)s is %(state)s.",
                        claim=claim.name,
                        state=labels[claim.state],
                    )
                )

    def _ensure_accountant(self):
        if not self.env.user.has_group("aftersales_service.group_accountant"):
            raise AccessError(self.env._("This is done by the claims accountant."))
