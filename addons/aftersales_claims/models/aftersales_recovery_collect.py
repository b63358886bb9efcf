# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.aftersales_service.tools.language import in_company_language


class AftersalesRecovery(models.Model):
    """Statements drawn up from the shares nobody has claimed yet (R-CLM-12)."""

    _inherit = "aftersales.recovery"

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

    # === BUSINESS METHODS ===#
    @api.model
    def _get_open_shares(self, company, kind="supplier", partner=None, until=None):
        """Return the shares of posted decisions nobody has put on a statement yet;
        also those whose credit note has left the books."""
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("party", "=", kind)
            & Domain("partner_id", "!=", False)
            & Domain("state", "in", ("draft", "posted"))
            & Domain("liability_id.state", "=", "posted")
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
        for company in self.env["res.company"].search([]):
            today = company._get_aftersales_today()
            start = today.replace(day=1) - relativedelta(months=1)
            until = start + relativedelta(months=1, days=-1)
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
