# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from odoo.addons.aftersales_service.tools.language import in_company_language

#: report -> company's field with the last day told, groups that are told
NOTICES = {
    "claims_quarter": (
        "aftersales_claims_told_until",
        ("sales_vp", "quality_vp", "general_manager"),
    ),
    "complaint_month": (
        "aftersales_complaints_told_until",
        ("quality_vp", "general_manager"),
    ),
}


class AftersalesClaimXlsx(models.TransientModel):
    """The quarter's claims and the month's complaints come to management by
    themselves (R-CLM-17)."""

    _inherit = "aftersales.claim.xlsx"

    @api.model
    @in_company_language
    def _cron_tell_management(self):
        """Tell what happened in the last complete quarter or month, once."""
        for company in self.env["res.company"].search([]):
            for kind, (fname, groups) in NOTICES.items():
                wizard = self.with_company(company).create(
                    {"kind": kind, "company_id": company.id}
                )
                if company[fname] and company[fname] >= wizard.date_to:
                    continue
                wizard._tell(groups)
                company[fname] = wizard.date_to
            self.env["ir.cron"]._commit_progress(1)

    def _tell(self, groups):
        """Notify the members of ``groups``; nothing happened, nothing is told."""
        self.ensure_one()
        header, rows = getattr(self, f"_get_{self.kind}_table")()
        users = self.env["res.users"].union(
            *(
                self.env.ref(f"aftersales_service.group_{name}").user_ids
                for name in groups
            )
        )
        partners = users.filtered(
            lambda user: self.company_id in user.company_ids
        ).partner_id
        if not rows or not partners:
            return
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        title = f"{kinds[self.kind]} {self.date_from} – {self.date_to}"
        self.env["mail.thread"].message_notify(
            partner_ids=partners.ids,
            subject=f"{self.company_id.name}: {title}",
            body=self.env["ir.qweb"]._render(
                "aftersales_claims.claim_statistics_notice",
                {"title": title, "header": header, "rows": rows},
            ),
        )

    def _get_claims_quarter_table(self):
        """Return header and rows of the quarter's claims by cause, the total last."""
        Report = self.env["aftersales.claim.report"]
        domain = [
            *self._get_period_domain("date"),
            ("state", "not in", ("draft", "cancelled")),
        ]
        sums = ["claim_id:count_distinct", "cost:sum", "recovered:sum", "net_cost:sum"]
        money = self.company_id.currency_id.format
        rows = [
            [cause.name or self.env._("(none)"), str(count), *map(money, amounts)]
            for cause, count, *amounts in Report._read_group(domain, ["cause_id"], sums)
        ]
        ((count, *amounts),) = Report._read_group(domain, [], sums)
        if rows:
            rows.append([self.env._("Total"), str(count), *map(money, amounts)])
        header = [
            self.env._("Cause"),
            self.env._("Claims"),
            self.env._("Cost"),
            self.env._("Recovered"),
            self.env._("Net Cost"),
        ]
        return header, rows

    def _get_complaint_month_table(self):
        """Return header and rows of the month's complaints by product and symptom."""
        sheets = self.env["aftersales.quality.complaint"].search(
            self._get_period_domain("date")
        )
        rows = [
            [
                product.display_name,
                symptom.name,
                str(len(own)),
                str(len(own.filtered(lambda s: s.judgement == "nonconforming"))),
                str(len(own.filtered(lambda s: s._is_open()))),
            ]
            for (product, symptom), own in sheets.grouped(
                lambda sheet: (sheet.product_id, sheet.symptom_id)
            ).items()
        ]
        header = [
            self.env._("Product"),
            self.env._("Symptom"),
            self.env._("Complaints"),
            self.env._("Justified"),
            self.env._("Open"),
        ]
        return header, rows
