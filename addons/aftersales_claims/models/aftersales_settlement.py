# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


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
        "aftersales.billed.mixin",
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
        "former_bill_ids",
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
