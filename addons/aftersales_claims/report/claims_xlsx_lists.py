# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import SQL

from ..models.aftersales_recovery_line_age import AGES


class ClaimsLedgerXlsx(models.AbstractModel):
    """Cost ledger: every cost of every claim with its entry (R-CLM-08, R-CLM-17)."""

    _name = "report.aftersales_claims.cost_ledger"
    _inherit = "report.aftersales_claims.xlsx"
    _description = "Claim Cost Ledger (XLSX)"

    def _write_sheets(self, workbook, wizard, formats):
        kinds = self._get_labels("aftersales.claim.cost", "kind")
        states = self._get_labels("aftersales.claim.cost", "state")
        columns = [
            (self.env._("Date"), 12, "date"),
            (self.env._("Claim"), 16, "text"),
            (self.env._("Service Order"), 16, "text"),
            (self.env._("Machine"), 22, "text"),
            (self.env._("Customer"), 28, "text"),
            (self.env._("Cause"), 22, "text"),
            (self.env._("Department"), 22, "text"),
            (self.env._("Supplier"), 26, "text"),
            (self.env._("Kind"), 12, "text"),
            (self.env._("Description"), 30, "text"),
            (self.env._("Amount"), 14, "money"),
            (self.env._("Status"), 12, "text"),
            (self.env._("Journal Entry"), 20, "text"),
        ]
        rows = self._iter_rows(
            "aftersales.claim.cost",
            # also what was reversed since: a row of its own takes it back in its time
            wizard._get_period_domain("date"),
            SQL(
                """
                t.date, c.name, o.name, m.name, p.complete_name, %(cause)s,
                %(department)s, s.complete_name, t.kind, t.name, t.amount, t.state,
                COALESCE(am.name, closing.name)
                """,
                cause=self._sql_translated("cause.name"),
                department=self._sql_translated("d.name"),
            ),
            SQL(
                """
                JOIN aftersales_claim c ON c.id = t.claim_id
                LEFT JOIN aftersales_order o ON o.id = t.order_id
                LEFT JOIN stock_lot m ON m.id = t.lot_id
                LEFT JOIN res_partner p ON p.id = t.partner_customer_id
                LEFT JOIN res_partner s ON s.id = t.supplier_id
                LEFT JOIN aftersales_claim_cause cause ON cause.id = t.cause_id
                LEFT JOIN hr_department d ON d.id = t.department_id
                LEFT JOIN account_move am ON am.id = t.account_move_id
                LEFT JOIN account_move closing ON closing.id = t.closing_move_id
                """
            ),
        )
        self._write_table(
            workbook,
            wizard,
            formats,
            self.env._("Cost Ledger"),
            columns,
            (
                [
                    *row[:8],
                    kinds.get(row[8]),
                    *row[9:11],
                    states.get(row[11]),
                    row[12],
                ]
                for row in rows
            ),
        )


class RecoveryStatusXlsx(models.AbstractModel):
    """What suppliers were asked, answered, owe and paid, by age (R-CLM-12)."""

    _name = "report.aftersales_claims.recovery_status"
    _inherit = "report.aftersales_claims.xlsx"
    _description = "Recovery Status (XLSX)"

    def _write_sheets(self, workbook, wizard, formats):
        domain = [
            *wizard._get_period_domain("period_start"),
            ("state", "!=", "cancelled"),
        ]
        self._write_suppliers(workbook, wizard, formats, domain)
        states = self._get_labels("aftersales.recovery.line", "state")
        columns = [
            (self.env._("Supplier"), 30, "text"),
            (self.env._("Month"), 12, "text"),
            (self.env._("Statement"), 16, "text"),
            (self.env._("Claim"), 16, "text"),
            (self.env._("Parts"), 36, "text"),
            (self.env._("Share %"), 10, "number"),
            (self.env._("Claimed"), 14, "money"),
            (self.env._("To Credit"), 14, "money"),
            (self.env._("Disposal Fee"), 14, "money"),
            (self.env._("Owed with Fees"), 14, "money"),
            (self.env._("Supplier's Reason"), 30, "text"),
            (self.env._("Status"), 12, "text"),
            (self.env._("Owed Since"), 12, "date"),
            (self.env._("Days Owed"), 10, "number"),
            (self.env._("Credit Note"), 20, "text"),
        ]
        rows = (
            [
                line.partner_id.display_name,
                line.period,
                line.recovery_id.name,
                # sudo: number and entry of lines the user may read
                line.sudo().claim_id.name,
                ", ".join(line.product_ids.mapped("display_name")),
                line.sudo().percent,
                line.amount,
                line.final_amount,
                line.disposal_fee,
                line.owed_amount,
                line.answer_note,
                states[line.state],
                line.owed_since,
                line.age_days,
                line.sudo().refund_move_id.name,
            ]
            for line in self._iter_records(
                "aftersales.recovery.line", domain, "partner_id, period_start, id"
            )
        )
        self._write_table(workbook, wizard, formats, self.env._("Lines"), columns, rows)

    def _write_suppliers(self, workbook, wizard, formats, domain):
        columns = [
            (self.env._("Supplier"), 36, "text"),
            (self.env._("Claimed"), 16, "money"),
            (self.env._("Disposal Fees"), 16, "money"),
            (self.env._("Credited"), 16, "money"),
            (self.env._("Dropped"), 16, "money"),
            (self.env._("Owed up to 30 Days"), 18, "money"),
            (self.env._("Owed 31 to 60 Days"), 18, "money"),
            (self.env._("Owed 61 to 90 Days"), 18, "money"),
            (self.env._("Owed over 90 Days"), 18, "money"),
            (self.env._("Owed with Fees"), 18, "money"),
        ]
        rows = [
            [partner.display_name, *amounts.values()]
            for partner, amounts in self._sum_suppliers(domain).items()
        ]
        self._write_table(
            workbook, wizard, formats, self.env._("By Supplier"), columns, rows
        )

    def _sum_suppliers(self, domain):
        """Return {supplier: {column: amount}}, in the order of the columns; summed by
        the database. What is claimed with the fees is credited, dropped or owed."""
        Line = self.env["aftersales.recovery.line"]
        sums = {}
        for partner, state, age, amount, final, fee, owed in Line._read_group(
            domain,
            ["partner_id", "state", "age_bucket"],
            [
                "amount:sum",
                "final_amount:sum",
                "disposal_fee:sum",
                "owed_amount:sum",
            ],
            order="partner_id",
        ):
            row = sums.setdefault(
                partner,
                dict.fromkeys(
                    ("claimed", "fees", "credited", "dropped", *AGES, "owed"), 0.0
                ),
            )
            if state == "dropped":
                # what the arbiter drops is charged nothing for
                fee = 0.0
            row["claimed"] += amount
            row["fees"] += fee
            row["credited"] += final + fee - owed
            row["dropped"] += amount - final
            row["owed"] += owed
            # a fee drafted after the credit has no age yet
            row[age or "0"] += owed
        return sums


class ComplaintMonthXlsx(models.AbstractModel):
    """Monthly summary of complaints and their measures (R-CLM-16, R-CLM-17)."""

    _name = "report.aftersales_claims.complaint_month"
    _inherit = "report.aftersales_claims.xlsx"
    _description = "Complaint Summary (XLSX)"

    def _write_sheets(self, workbook, wizard, formats):
        sheets = self.env["aftersales.quality.complaint"].search(
            wizard._get_period_domain("date"), order="date, id"
        )
        columns = [
            (self.env._("Product"), 36, "text"),
            (self.env._("Symptom"), 28, "text"),
            (self.env._("Complaints"), 12, "count"),
            (self.env._("Justified"), 12, "count"),
            (self.env._("Defective"), 12, "count"),
            (self.env._("Open"), 12, "count"),
        ]
        summary = [
            [
                product.display_name,
                symptom.display_name,
                len(own),
                len(own.filtered(lambda s: s.judgement == "nonconforming")),
                sum(own.mapped("quantity_defective")),
                len(own.filtered(lambda s: s._is_open())),
            ]
            for (product, symptom), own in sheets.grouped(
                lambda s: (s.product_id, s.symptom_id)
            ).items()
        ]
        self._write_table(
            workbook, wizard, formats, self.env._("Summary"), columns, summary
        )
        states = self._get_labels("aftersales.quality.complaint", "state")
        judgements = self._get_labels("aftersales.quality.complaint", "judgement")
        columns = [
            (self.env._("Number"), 16, "text"),
            (self.env._("Date"), 12, "date"),
            (self.env._("Customer"), 28, "text"),
            (self.env._("Product"), 32, "text"),
            (self.env._("Symptom"), 24, "text"),
            (self.env._("Judgement"), 16, "text"),
            (self.env._("Cause"), 40, "text"),
            (self.env._("Measures"), 40, "text"),
            (self.env._("Measures Sheets"), 20, "text"),
            (self.env._("Answer Before"), 14, "date"),
            (self.env._("Status"), 14, "text"),
        ]
        rows = (
            [
                sheet.name,
                sheet.date,
                sheet.partner_id.display_name,
                sheet.product_id.display_name,
                sheet.symptom_id.display_name,
                judgements.get(sheet.judgement),
                sheet.cause,
                sheet.measures,
                ", ".join(sheet.capa_ids.mapped("name")),
                sheet.due_date,
                states[sheet.state],
            ]
            for sheet in self._iter_records(
                "aftersales.quality.complaint",
                wizard._get_period_domain("date"),
                "date, id",
            )
        )
        self._write_table(
            workbook, wizard, formats, self.env._("Complaints"), columns, rows
        )
