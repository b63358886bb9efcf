# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import SQL


class ClaimsQuarterXlsx(models.AbstractModel):
    """Quarterly claims by cause, department (filing, at fault), supplier and product
    (R-CLM-17)."""

    _name = "report.aftersales_claims.claims_quarter"
    _inherit = "report.aftersales_claims.xlsx"
    _description = "Quarterly Claims (XLSX)"

    def _write_sheets(self, workbook, wizard, formats):
        for title, header, field in (
            (self.env._("By Cause"), self.env._("Cause"), "cause_id"),
            (self.env._("By Department"), self.env._("Department"), "department_id"),
            (self.env._("By Supplier"), self.env._("Supplier"), "supplier_id"),
            (self.env._("By Part"), self.env._("Part"), "product_id"),
            (
                self.env._("By Machine Model"),
                self.env._("Machine Model"),
                "machine_product_id",
            ),
            (self.env._("By Customer"), self.env._("Customer"), "partner_id"),
        ):
            self._write_summary(workbook, wizard, formats, title, header, field)
        self._write_liability(workbook, wizard, formats)
        self._write_lines(workbook, wizard, formats)

    def _get_report_domain(self, wizard):
        return [
            *wizard._get_period_domain("date"),
            ("state", "not in", ("draft", "cancelled")),
        ]

    def _write_summary(self, workbook, wizard, formats, title, header, field):
        groups = self.env["aftersales.claim.report"]._read_group(
            self._get_report_domain(wizard),
            [field],
            [
                "claim_id:count_distinct",
                "line_count:sum",
                "quantity:sum",
                "amount_requested:sum",
                "amount_approved:sum",
                "cost:sum",
                "recovered:sum",
                "net_cost:sum",
            ],
        )
        rows = sorted(
            (
                [group[0].display_name or self.env._("(none)"), *group[1:]]
                for group in groups
            ),
            key=lambda row: -row[6],
        )
        columns = [
            (header, 36, "text"),
            (self.env._("Claims"), 10, "number"),
            (self.env._("Lines"), 10, "number"),
            (self.env._("Quantity"), 12, "number"),
            (self.env._("Requested"), 16, "money"),
            (self.env._("Approved"), 16, "money"),
            (self.env._("Cost"), 16, "money"),
            (self.env._("Recovered"), 16, "money"),
            (self.env._("Net Cost"), 16, "money"),
        ]
        self._write_table(workbook, wizard, formats, title, columns, rows)

    def _write_liability(self, workbook, wizard, formats):
        """Who answers for the claims: the department at fault, else the party."""
        parties = self._get_labels("aftersales.claim.report", "party")
        groups = self.env["aftersales.claim.report"]._read_group(
            [*self._get_report_domain(wizard), ("party", "!=", False)],
            ["fault_department_id", "party"],
            ["claim_id:count_distinct", "liability:sum", "recovered:sum"],
        )
        rows = sorted(
            (
                [department.display_name, parties[party], *sums]
                for department, party, *sums in groups
            ),
            key=lambda row: -row[3],
        )
        columns = [
            (self.env._("Department at Fault"), 36, "text"),
            (self.env._("Liable Party"), 16, "text"),
            (self.env._("Claims"), 10, "number"),
            (self.env._("Liable Amount"), 16, "money"),
            (self.env._("Recovered"), 16, "money"),
        ]
        title = self.env._("By Department at Fault")
        self._write_table(workbook, wizard, formats, title, columns, rows)

    def _write_lines(self, workbook, wizard, formats):
        states = self._get_labels("aftersales.claim", "state")
        decisions = self._get_labels("aftersales.claim.line", "decision")
        columns = [
            (self.env._("Claim"), 16, "text"),
            (self.env._("Claim Date"), 12, "date"),
            (self.env._("Customer"), 28, "text"),
            (self.env._("Machine"), 22, "text"),
            (self.env._("Part"), 32, "text"),
            (self.env._("Old Serial Number"), 18, "text"),
            (self.env._("Supplier"), 26, "text"),
            (self.env._("Cause"), 22, "text"),
            (self.env._("Department"), 22, "text"),
            (self.env._("Quantity"), 10, "number"),
            (self.env._("Requested"), 14, "money"),
            (self.env._("Approved"), 14, "money"),
            (self.env._("Decision"), 12, "text"),
            (self.env._("Status"), 12, "text"),
        ]
        rows = self._iter_rows(
            "aftersales.claim.line",
            [
                *wizard._get_period_domain("claim_id.claim_date"),
                ("claim_id.state", "not in", ("draft", "cancelled")),
            ],
            SQL(
                """
                c.name, c.claim_date, p.complete_name, m.name,
                CASE WHEN pp.default_code IS NULL THEN %(part)s
                     ELSE '[' || pp.default_code || '] ' || %(part)s END,
                t.old_lot_name, s.complete_name, %(cause)s, %(department)s, t.quantity,
                t.amount, t.approved_amount, t.decision, c.state
                """,
                part=self._sql_translated("pt.name"),
                cause=self._sql_translated("cause.name"),
                department=self._sql_translated("d.name"),
            ),
            SQL(
                """
                JOIN aftersales_claim c ON c.id = t.claim_id
                JOIN product_product pp ON pp.id = t.product_id
                JOIN product_template pt ON pt.id = pp.product_tmpl_id
                LEFT JOIN res_partner p ON p.id = c.partner_id
                LEFT JOIN res_partner s ON s.id = t.supplier_id
                LEFT JOIN stock_lot m ON m.id = c.lot_id
                LEFT JOIN aftersales_claim_cause cause ON cause.id = c.cause_id
                LEFT JOIN hr_department d ON d.id = c.department_id
                """
            ),
        )
        self._write_table(
            workbook,
            wizard,
            formats,
            self.env._("Lines"),
            columns,
            ([*row[:12], decisions.get(row[12]), states.get(row[13])] for row in rows),
        )
