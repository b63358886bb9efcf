# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL


class AftersalesClaimReport(models.Model):
    """Claims by whatever they are counted by: cause, department, supplier, product,
    machine, customer (R-CLM-08, R-CLM-17).

    One row for each claim line (requested, approved), each cost (as collected, goods
    included) and each share of a liability decision (who answers for how much, and
    what is recovered of it), so that every sum is right whatever it is grouped by.
    """

    _name = "aftersales.claim.report"
    _description = "Claim Analysis"
    _auto = False
    _rec_name = "claim_id"
    _order = "date desc, id desc"
    # what the view reads is written to the database before it is asked
    _depends = {
        "aftersales.claim": [
            "cause_id",
            "claim_date",
            "company_id",
            "department_id",
            "kind",
            "lot_id",
            "partner_id",
            "product_id",
            "state",
            "user_id",
        ],
        "aftersales.claim.line": [
            "amount",
            "approved_amount",
            "claim_id",
            "is_invalid",
            "product_id",
            "quantity",
            "supplier_id",
        ],
        "aftersales.claim.cost": [
            "amount",
            "claim_id",
            "claim_line_id",
            "kind",
            "state",
            "supplier_id",
        ],
        "aftersales.liability": ["state"],
        "aftersales.liability.share": [
            "amount",
            "claim_id",
            "fault_department_id",
            "liability_id",
            "partner_id",
            "party",
            "state",
        ],
        "aftersales.recovery.line": ["final_amount", "share_id", "state"],
    }

    claim_id = fields.Many2one("aftersales.claim", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(string="Claim Date", readonly=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("to_approve", "To Approve"),
            ("approved", "Approved"),
            ("done", "Closed"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ],
        readonly=True,
    )
    claim_kind = fields.Selection(
        [
            ("normal", "Normal"),
            ("emergency", "Emergency"),
            ("machine_down", "Machine Down"),
            ("goodwill", "Goodwill"),
        ],
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Applicant", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    supplier_id = fields.Many2one("res.partner", readonly=True)
    cause_id = fields.Many2one("aftersales.claim.cause", readonly=True)
    machine_id = fields.Many2one("stock.lot", readonly=True)
    machine_product_id = fields.Many2one(
        "product.product", string="Machine Model", readonly=True
    )
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    cost_kind = fields.Selection(
        [
            ("material", "Material"),
            ("processing", "Processing"),
            ("purchasing", "Purchasing"),
            ("shipping", "Shipping"),
            ("labour", "Labour"),
            ("travel", "Travel"),
        ],
        readonly=True,
    )
    party = fields.Selection(
        [
            ("supplier", "Supplier"),
            ("department", "Department"),
            ("employee", "Employee"),
            ("customer", "Customer"),
            ("carrier", "Carrier"),
            ("company", "Company"),
        ],
        string="Liable Party",
        readonly=True,
    )
    fault_department_id = fields.Many2one(
        "hr.department", string="Department at Fault", readonly=True
    )
    line_count = fields.Integer(string="Lines", readonly=True)
    quantity = fields.Float(readonly=True)
    amount_requested = fields.Monetary(string="Requested", readonly=True)
    amount_approved = fields.Monetary(string="Approved", readonly=True)
    cost = fields.Monetary(readonly=True)
    liability = fields.Monetary(
        string="Liable Amount",
        readonly=True,
        help="What the liability decisions lay on each party.",
    )
    recovered = fields.Monetary(
        readonly=True, help="Borne by supplier, employee, customer or carrier."
    )
    net_cost = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        # three sources with one grain each: a view is the only way to pivot them
        return SQL(
            "%s UNION ALL %s UNION ALL %s",
            self._select_lines(),
            self._select_costs(),
            self._select_shares(),
        )

    def _select_claim(self):
        return SQL(
            """
            c.id AS claim_id, c.company_id, company.currency_id, c.claim_date AS date,
            c.state, c.kind AS claim_kind, c.user_id, c.department_id, c.partner_id,
            c.cause_id, c.lot_id AS machine_id, c.product_id AS machine_product_id
            """
        )

    def _select_lines(self):
        return SQL(
            """
            SELECT l.id * 3 AS id, %s, l.supplier_id, l.product_id,
                   NULL::varchar AS cost_kind, NULL::varchar AS party,
                   NULL::integer AS fault_department_id, 1 AS line_count, l.quantity,
                   l.amount AS amount_requested,
                   CASE WHEN c.state IN ('approved', 'done') AND NOT
                        COALESCE(l.is_invalid, FALSE)
                        THEN l.approved_amount ELSE 0 END AS amount_approved,
                   0::numeric AS cost, 0::numeric AS liability,
                   0::numeric AS recovered, 0::numeric AS net_cost
              FROM aftersales_claim_line l
              JOIN aftersales_claim c ON c.id = l.claim_id
              JOIN res_company company ON company.id = c.company_id
            """,
            self._select_claim(),
        )

    def _select_costs(self):
        return SQL(
            """
            SELECT k.id * 3 + 1 AS id, %s, k.supplier_id, l.product_id,
                   k.kind AS cost_kind, NULL::varchar AS party,
                   NULL::integer AS fault_department_id, 0 AS line_count,
                   0 AS quantity, 0 AS amount_requested, 0 AS amount_approved,
                   k.amount AS cost, 0 AS liability, 0 AS recovered,
                   k.amount AS net_cost
              FROM aftersales_claim_cost k
              JOIN aftersales_claim c ON c.id = k.claim_id
              JOIN res_company company ON company.id = c.company_id
         LEFT JOIN aftersales_claim_line l ON l.id = k.claim_line_id
             WHERE k.state != 'reversed'
            """,
            self._select_claim(),
        )

    def _select_shares(self):
        return SQL(
            """
            SELECT s.id * 3 + 2 AS id, %s,
                   CASE WHEN s.party = 'supplier' THEN s.partner_id END AS supplier_id,
                   NULL::integer AS product_id, NULL::varchar AS cost_kind, s.party,
                   s.fault_department_id, 0 AS line_count, 0 AS quantity,
                   0 AS amount_requested, 0 AS amount_approved, 0 AS cost,
                   s.amount AS liability, x.recovered, -x.recovered AS net_cost
              FROM aftersales_liability_share s
              JOIN aftersales_liability d
                ON d.id = s.liability_id AND d.state IN ('approved', 'posted')
              JOIN aftersales_claim c ON c.id = s.claim_id
              JOIN res_company company ON company.id = c.company_id
         LEFT JOIN aftersales_recovery_line r
                ON r.share_id = s.id AND r.state != 'cancelled'
        CROSS JOIN LATERAL (
                SELECT CASE WHEN s.state = 'posted'
                             AND s.party NOT IN ('company', 'department')
                            THEN COALESCE(r.final_amount, s.amount) ELSE 0
                        END AS recovered
              ) x
            """,
            self._select_claim(),
        )
