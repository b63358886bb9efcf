# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.aftersales_service.tools.language import in_company_language

from .aftersales_claim_approval import EMERGENCY_KINDS

#: to-do of whoever owes the papers
FILING_ACTIVITY = "aftersales_claims.mail_activity_type_filing"
#: an emergency was released; asked for more meanwhile, its papers are due all the same
RELEASED_STATES = ("to_approve", "approved", "done")


class AftersalesClaim(models.Model):
    """Emergency release (R-CLM-04): registered, told to the other vice presidents and
    departments, its papers filed afterwards."""

    _inherit = "aftersales.claim"

    is_filing_overdue = fields.Boolean(
        compute="_compute_is_filing_overdue", search="_search_is_filing_overdue"
    )
    is_notice_due = fields.Boolean(
        string="Release to Be Announced",
        readonly=True,
        copy=False,
        help="The other vice presidents and departments are told with the next run of "
        "the job.",
    )

    _notice_due_idx = models.Index("(id) WHERE is_notice_due IS TRUE")

    # === COMPUTE METHODS ===#
    @api.depends("filing_deadline", "filed_at")
    def _compute_is_filing_overdue(self):
        today = fields.Date.context_today(self)
        for claim in self:
            claim.is_filing_overdue = bool(
                claim.filing_deadline
                and not claim.filed_at
                and claim.filing_deadline < today
            )

    def _search_is_filing_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("filed_at", "=", False),
            ("filing_deadline", "<", fields.Date.context_today(self)),
        ]

    # === ACTION METHODS ===#
    def action_file(self):
        res = super().action_file()
        # sudo: nobody is asked any more, whoever filed
        self.sudo().activity_unlink([FILING_ACTIVITY])
        return res

    # === BUSINESS METHODS ===#
    def _check_filings_of_releaser(self):
        """Overdue filings block the next emergency release (R-CLM-04)."""
        self.ensure_one()
        if self.kind not in EMERGENCY_KINDS:
            return
        # sudo: the releases of this person count in whichever department
        released = self.sudo().search(
            [
                ("released_by_id", "=", self.env.uid),
                ("filed_at", "=", False),
                ("filing_deadline", "<", fields.Date.context_today(self)),
                ("company_id", "=", self.company_id.id),
            ],
            order="id",
        )
        overdue = (released - self).filtered(
            lambda claim: claim.state in RELEASED_STATES
        )
        if overdue:
            raise UserError(
                self.env._(
                    "The papers of your earlier emergency releases are overdue: "
                    "%(claims)s. File them before you release another one.",
                    claims=", ".join(overdue.mapped("name")),
                )
            )

    def _prepare_release_vals(self):
        """Return what the approval of an emergency adds to the claim: its number in
        the register, who released it, when its papers are due."""
        self.ensure_one()
        vals = {"is_notice_due": True}
        if not self.register_number:
            vals.update(
                released_by_id=self.env.uid,
                register_number=self.env["ir.sequence"]
                .with_company(self.company_id)
                ._next_batch("aftersales.claim.emergency", 1)[0],
                filing_deadline=fields.Date.context_today(self)
                + relativedelta(days=self.company_id.aftersales_filing_days),
            )
        return vals

    def _announce_release(self):
        """Tell the other vice presidents and departments (R-CLM-04)."""
        self.ensure_one()
        self.message_post(
            body=self.env._(
                "Emergency release %(number)s by %(user)s. To be filed by %(date)s.",
                number=self.register_number,
                user=self.released_by_id.name,
                date=format_date(self.env, self.filing_deadline),
            ),
            author_id=self.released_by_id.partner_id.id,
            partner_ids=self._get_release_audience().partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )

    def _get_release_audience(self):
        """Return the res.users of the company who are told about this release."""
        self.ensure_one()
        data = self.env["ir.model.data"]
        groups = self.env["res.groups"].browse(
            data._xmlid_to_res_id(f"aftersales_service.group_{name}", True)
            for name in ("sales_vp", "quality_vp", "general_manager", "manager")
        )
        departments = self.env["hr.department"].search(
            [("company_id", "=", self.company_id.id)]
        )
        users = groups.user_ids | departments.manager_id.user_id
        return users.filtered(
            lambda user: (
                self.company_id in user.company_ids and user != self.released_by_id
            )
        )

    @api.model
    @in_company_language
    def _cron_announce_releases(self, limit=50):
        """Announce the emergency releases since the last run, each once."""
        domain = [("is_notice_due", "=", True)]
        for claim in self.search(domain, limit=limit).try_lock_for_update():
            # one withdrawn meanwhile is not announced
            if claim.state in ("approved", "done"):
                claim._announce_release()
            claim.is_notice_due = False
            remaining = self.search_count(domain)
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    @api.model
    @in_company_language
    def _cron_chase_filings(self):
        """Remind applicant and releaser of overdue papers, once per claim."""
        claims = self.search(
            [("is_filing_overdue", "=", True), ("state", "in", RELEASED_STATES)]
        )
        summary = self.env._("File the papers of the emergency release")
        for claim in claims:
            asked = claim.activity_search([FILING_ACTIVITY]).user_id
            for user in (claim.user_id | claim.released_by_id) - asked:
                claim.activity_schedule(
                    FILING_ACTIVITY, user_id=user.id, summary=summary
                )
