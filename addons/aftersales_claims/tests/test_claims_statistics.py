# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_reports import ReportsCommon


@tagged("post_install", "-at_install")
class TestClaimsStatistics(ReportsCommon):
    """Statistics that come to management by themselves, and their sums (R-CLM-17)."""

    def test_statistics_come_to_management(self):
        """R-CLM-17: the last quarter's claims and the last month's complaints are told
        to management, once; who sees no costs is not told, and where nothing happened
        nothing is told."""
        company = self.company
        job = self.env.ref("aftersales_claims.cron_claim_statistics")
        Message = self.env["mail.message"]
        subject = ("subject", "like", company.name)

        def run():
            before = Message.search([subject])
            for _run in range(2):
                with self.enter_registry_test_mode():
                    job.method_direct_trigger()
            return Message.search([subject]) - before

        self.assertFalse(run())
        claim = self._create_spine_claim()
        wizard = self.env["aftersales.claim.xlsx"].create({})
        claim.sudo().with_context(skip_validation_check=True).write(
            {"failure_date": wizard.date_from, "claim_date": wizard.date_to}
        )
        claim.cause_id = self.env["aftersales.claim.cause"].search([], limit=1)
        sheet = self.env["aftersales.quality.complaint"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.bearing.id,
                "symptom_id": self.env.ref("aftersales_claims.symptom_leak").id,
                "description": "Leaks",
                "company_id": company.id,
                "date": self.month - relativedelta(days=3),
            }
        )
        self.assertFalse(run(), "that quarter and month were told already")
        company.aftersales_claims_told_until = wizard.date_from
        company.aftersales_complaints_told_until = sheet.date - relativedelta(months=1)
        quarter, month = run().sorted(lambda message: "8,070" not in message.body)
        self.assertIn(f"{wizard.date_from} – {wizard.date_to}", quarter.subject)
        self.assertIn(claim.cause_id.name, quarter.body)
        self.assertEqual(quarter.body.count("8,070.00"), 4)
        self.assertIn(self.bearing.display_name, month.body)
        told = {
            role
            for role, user in self.users.items()
            if user.partner_id in quarter.notified_partner_ids
        }
        self.assertEqual(told, {"sales_vp", "quality_vp", "general_manager"})
        self.assertEqual(company.aftersales_claims_told_until, wizard.date_to)

    def test_one_paper_for_each_month(self):
        """R-CLM-12, R-DSP-16: whichever day of a month is chosen for a statement or a
        settlement, also later, it is the paper of that month, and there is one."""
        vals = {"company_id": self.company.id}
        day = self.month + relativedelta(days=14)
        earlier = self.month - relativedelta(months=2)
        for model, partner in (
            ("aftersales.recovery", self.supplier),
            ("aftersales.settlement", self.station),
        ):
            Model = self.env[model]
            first = Model.create(
                {**vals, "partner_id": partner.id, "period_start": day}
            )
            other = Model.create(
                {**vals, "partner_id": partner.id, "period_start": earlier}
            )
            with self.subTest(model=model):
                self.assertEqual(first.period_start, self.month)
                with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                    with self.env.cr.savepoint():
                        other.period_start = day
                        self.env.flush_all()
                other.invalidate_recordset()
                other.period_start = earlier + relativedelta(months=1, days=9)
                self.assertEqual(other.period_start, earlier + relativedelta(months=1))

    def test_complaint_summary(self):
        """R-CLM-17: the month's complaints by product and symptom."""
        sheet = self.env["aftersales.quality.complaint"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.bearing.id,
                "symptom_id": self.env.ref("aftersales_claims.symptom_leak").id,
                "description": "Leaks",
                "quantity": 4,
                "quantity_defective": 3,
                "company_id": self.company.id,
            }
        )
        book = self._load("complaint_month")
        _header, rows, _total = self._read(book["Summary"])
        self.assertEqual(rows[0][2:6], [1, 0, 3, 1])
        _header, rows, _total = self._read(book["Complaints"])
        self.assertEqual(rows[0][0], sheet.name)

    def test_analysis_sums_are_right(self):
        """R-CLM-08: grouped by anything, the analysis adds up to the claims."""
        claim = self._create_spine_claim()
        self._create_posted_liability(claim=claim)
        Report = self.as_user(self.env["aftersales.claim.report"], "accountant")
        for field in ("cause_id", "supplier_id", "product_id", "department_id"):
            groups = Report._read_group(
                [("claim_id", "=", claim.id)],
                [field],
                ["cost:sum", "recovered:sum", "net_cost:sum", "amount_approved:sum"],
            )
            sums = [round(sum(group[i] for group in groups), 2) for i in range(1, 5)]
            self.assertEqual(sums, [8070, 5649, 2421, 6460], field)
        with self.assertRaises(AccessError):
            self.as_user(Report, "technician").search_count([])
