# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .aftersales_claim_reopening import APPEAL_ACTIVITY


class AftersalesClaimAppeal(models.Model):
    """Appeal of a dealer or station against a decision on its claim (R-CLM-05).

    | Action         | Who               | From        | To                        |
    |----------------|-------------------|-------------|---------------------------|
    | create         | station, hotline  |             | filed                     |
    | action_take_up | service manager   | filed       | in_decision: the claim is |
    |                |                   |             | verified or decided again |
    | (the decision) | somebody else     | in_decision | granted, refused          |
    """

    _name = "aftersales.claim.appeal"
    _description = "Claim Appeal"
    _inherit = "aftersales.state.mixin"
    _guarded_fields = (
        "state",
        "user_id",
        "date",
        "amount_before",
        "first_decider_ids",
        "decided_by_id",
        "decided_at",
    )
    _editable_in = {
        ("filed",): (
            "claim_id",
            "grounds",
            "attachment_ids",
        ),
    }
    _order = "date desc, id desc"
    _rec_name = "claim_id"
    _check_company_auto = True

    # === FIELDS ===#
    claim_id = fields.Many2one(
        "aftersales.claim",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(related="claim_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="claim_id.currency_id")
    station_id = fields.Many2one(
        related="claim_id.station_id", string="Station", store=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Appealed By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    grounds = fields.Text(required=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_claim_appeal_attachment_rel",
        "appeal_id",
        "attachment_id",
        string="Files",
        bypass_search_access=True,
    )
    state = fields.Selection(
        [
            ("filed", "Appeal Filed"),
            ("in_decision", "Under Decision"),
            ("granted", "Granted"),
            ("refused", "Not Granted"),
        ],
        default="filed",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    amount_before = fields.Monetary(
        string="Approved Before",
        readonly=True,
        groups="aftersales_service.group_costs",
    )
    first_decider_ids = fields.Many2many(
        "res.users",
        "aftersales_claim_appeal_decider_rel",
        "appeal_id",
        "user_id",
        string="First Decided By",
        readonly=True,
        help="They take no part in the decision on the appeal.",
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_at = fields.Datetime(readonly=True, copy=False)

    _open_uniq = models.UniqueIndex(
        "(claim_id) WHERE state IN ('filed', 'in_decision')",
        "An appeal on this claim is being dealt with already.",
    )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        """File appeals.

        :raises UserError: no grounds, nothing to appeal against, or too late
        """
        for vals in vals_list:
            if not (vals.get("grounds") or "").strip():
                raise UserError(self.env._("Say why you appeal."))
            claim_id = vals.get("claim_id", self.env.context.get("default_claim_id"))
            claim = self.env["aftersales.claim"].browse(claim_id)
            if claim and (obstacle := self._get_obstacle(claim)):
                raise UserError(obstacle)
        # an appeal just decided makes room
        self.flush_model(["state"])
        appeals = super().create(vals_list)
        appeals._after_filing()
        return appeals

    def write(self, vals):
        """While filed, grounds and files may be completed; nothing else changes."""
        if not self.env.su and (
            "claim_id" in vals or any(appeal.state != "filed" for appeal in self)
        ):
            raise UserError(self.env._("An appeal is not changed once it is taken up."))
        return super().write(vals)

    # === ACTION METHODS ===#
    def action_take_up(self):
        """Send the claims to be decided again: a rejected one to verification, one
        allowed in part to its approvers.

        :raises UserError: taken up already, or the claim has gone on meanwhile
        """
        for appeal in self:
            claim = appeal.claim_id
            claim._ensure_group("aftersales_service.group_manager")
            if appeal.state != "filed":
                raise UserError(
                    self.env._(
                        "The appeal on %(claim)s was taken up already.",
                        claim=claim.name,
                    )
                )
            claim._ensure_state("rejected", "approved")
            appeal._write_guarded({"state": "in_decision"})
            # sudo: one manager has taken it up, the others need not
            claim.sudo().activity_unlink([APPEAL_ACTIVITY])
            if claim.state == "rejected":
                claim._reopen("submitted", submitted_at=fields.Datetime.now())
                claim._log_version("submitted")
            else:
                claim._request_approval()
        return True

    def action_view_claim(self):
        return self.claim_id._get_records_action(self.claim_id, self.env._("Claim"))

    # === BUSINESS METHODS ===#
    @api.model
    def _get_obstacle(self, claim):
        """Return why nobody can appeal against the decision on ``claim``, or False."""
        deadline = claim.appeal_deadline
        if not deadline:
            return self.env._(
                "%(claim)s has no decision to appeal against: it is neither rejected "
                "nor allowed in part.",
                claim=claim.name,
            )
        # sudo: the day where the company works, for a station as well
        if deadline < claim.company_id.sudo()._get_aftersales_today():
            return self.env._(
                "The time for an appeal on %(claim)s ended on %(date)s.",
                claim=claim.name,
                date=format_date(self.env, deadline),
            )
        if claim.has_open_appeal:
            return self.env._(
                "An appeal on %(claim)s is being dealt with already.", claim=claim.name
            )
        return False

    def _after_filing(self):
        """Note who decided first and what on, and tell the service manager."""
        for appeal in self:
            # sudo: the dealer sees neither amounts nor who decided
            claim = appeal.claim_id.sudo()
            decisions = claim._get_decisions()
            appeal.sudo().write(
                {
                    "amount_before": claim.amount_approved
                    if claim.state == "approved"
                    else 0.0,
                    "first_decider_ids": (
                        decisions.user_id | decisions.on_behalf_of_id
                    ).ids,
                }
            )
            # sudo: the files are the claim's evidence too; what belongs to another
            # document stays there
            appeal.attachment_ids.sudo().filtered(lambda file: not file.res_id).write(
                {"res_model": claim._name, "res_id": claim.id}
            )
            claim.with_user(self.env.user).sudo()._log_version(
                "appealed", appeal.grounds
            )
            claim._notify_appeal()

    def _close(self, granted):
        """The claim is decided again; the dealer is told."""
        for appeal in self:
            # sudo: written by the decision, whoever gave it
            appeal.sudo().write(
                {
                    "state": "granted" if granted else "refused",
                    "decided_by_id": self.env.uid,
                    "decided_at": fields.Datetime.now(),
                }
            )
            claim = appeal.claim_id.sudo()
            claim.activity_unlink([APPEAL_ACTIVITY])
            outcome = (
                self.env._("Your appeal on %(claim)s is granted.", claim=claim.name)
                if granted
                else self.env._(
                    "Your appeal on %(claim)s is refused.", claim=claim.name
                )
            )
            claim.message_notify(
                partner_ids=appeal.user_id.partner_id.ids,
                subject=claim.name,
                body=outcome,
            )
