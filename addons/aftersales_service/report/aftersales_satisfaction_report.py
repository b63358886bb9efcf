# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL


class AftersalesSatisfactionReport(models.Model):
    """What customers said: one row a case, its latest answer (R-FUP-04).

    The answer of the last call-back replaces the one given on the report, so a case
    never counts twice; ``customer_weight`` makes a customer with many cases in a
    month weigh once.
    """

    _name = "aftersales.satisfaction.report"
    _description = "Satisfaction Analysis"
    _auto = False
    _order = "date desc"
    _rec_name = "partner_id"

    request_id = fields.Many2one("aftersales.request", readonly=True)
    order_id = fields.Many2one("aftersales.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    date = fields.Datetime(readonly=True)
    source = fields.Selection(
        [("report", "On the report"), ("callback", "Call-back or survey")],
        readonly=True,
    )
    satisfaction = fields.Selection(
        [
            ("5", "Very satisfied"),
            ("4", "Satisfied"),
            ("3", "Neutral"),
            ("2", "Dissatisfied"),
            ("1", "Very dissatisfied"),
        ],
        readonly=True,
    )
    score = fields.Float(string="Satisfaction (1–5)", readonly=True, aggregator="avg")
    satisfied_rate = fields.Float(
        string="Satisfied (%)", readonly=True, aggregator="avg"
    )
    customer_weight = fields.Float(
        string="Customers", readonly=True, help="A customer's answers add up to one."
    )
    satisfied_weight = fields.Float(string="Satisfied Customers", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT answer.id, answer.request_id, answer.order_id, answer.company_id,
                   answer.department_id, answer.technician_id, answer.partner_id,
                   answer.product_id, answer.date, answer.source, answer.satisfaction,
                   answer.satisfaction::float AS score,
                   CASE WHEN answer.satisfaction IN ('4', '5') THEN 100.0
                        ELSE 0.0 END AS satisfied_rate,
                   1.0 / COUNT(*) OVER customer AS customer_weight,
                   CASE WHEN answer.satisfaction IN ('4', '5') THEN 1.0 ELSE 0.0 END
                       / COUNT(*) OVER customer AS satisfied_weight
              FROM (
                SELECT DISTINCT ON (said.request_id, said.alone)
                       said.id, said.request_id, said.order_id, said.company_id,
                       said.department_id, said.technician_id, said.partner_id,
                       said.product_id, said.date, said.source, said.satisfaction
                  FROM (
                    SELECT o.id * 2 AS id, o.request_id,
                           CASE WHEN o.request_id IS NULL THEN o.id * 2 END AS alone,
                           o.id AS order_id, o.company_id, o.department_id,
                           o.technician_id, o.partner_id, r.product_id,
                           COALESCE(o.reported_at, o.finished_at) AS date,
                           'report' AS source, o.satisfaction
                      FROM aftersales_order o
                 LEFT JOIN aftersales_request r ON r.id = o.request_id
                     WHERE o.satisfaction IS NOT NULL AND o.state != 'cancelled'
                       AND COALESCE(o.reported_at, o.finished_at) IS NOT NULL
                 UNION ALL
                    SELECT f.id * 2 + 1, f.request_id,
                           CASE WHEN f.request_id IS NULL THEN f.id * 2 + 1 END,
                           f.order_id, f.company_id, f.department_id, f.technician_id,
                           f.partner_id, r.product_id, f.done_at, 'callback',
                           f.satisfaction
                      FROM aftersales_followup f
                 LEFT JOIN aftersales_request r ON r.id = f.request_id
                     WHERE f.state = 'done'
                  ) said
              ORDER BY said.request_id, said.alone, said.date DESC, said.id DESC
              ) answer
            WINDOW customer AS (
                PARTITION BY answer.company_id, answer.partner_id,
                             DATE_TRUNC('month', answer.date)
            )
            """
        )
