# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL


class AftersalesOrderReport(models.Model):
    """Analysis of visits: time, punctuality, satisfaction, cost (R-KPI-01)."""

    _name = "aftersales.order.report"
    _description = "Visit Analysis"
    _auto = False
    _order = "date desc"
    _rec_name = "order_id"

    order_id = fields.Many2one("aftersales.order", readonly=True)
    request_id = fields.Many2one("aftersales.request", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Machine", readonly=True)
    kind = fields.Selection(
        [
            ("repair", "Repair"),
            ("commissioning", "Commissioning"),
            ("training", "Training"),
            ("visit", "Visit"),
            ("remote", "Remote guidance"),
        ],
        readonly=True,
    )
    state = fields.Selection(
        [
            ("draft", "To Schedule"),
            ("dispatched", "Dispatched"),
            ("accepted", "Accepted"),
            ("travelling", "Travelling"),
            ("on_site", "On Site"),
            ("reported", "Reported"),
            ("done", "Done"),
        ],
        readonly=True,
    )
    date = fields.Datetime(readonly=True)
    delay_minutes = fields.Float(
        string="Delay on Site (minutes)", readonly=True, aggregator="avg"
    )
    on_time_rate = fields.Float(string="On Time (%)", readonly=True, aggregator="avg")
    work_hours = fields.Float(readonly=True)
    travel_hours = fields.Float(readonly=True)
    waiting_hours = fields.Float(readonly=True)
    overtime_hours = fields.Float(readonly=True)
    expense_amount = fields.Monetary(
        string="Expenses",
        readonly=True,
        groups="aftersales_service.group_costs",
    )
    score = fields.Float(string="Satisfaction (1–5)", readonly=True, aggregator="avg")
    satisfied_rate = fields.Float(
        string="Satisfied (%)", readonly=True, aggregator="avg"
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT o.id, o.id AS order_id, o.request_id, o.company_id,
                   company.currency_id, o.department_id, o.technician_id, o.partner_id,
                   o.lot_id, o.kind, o.state,
                   COALESCE(o.finished_at, o.planned_start, o.create_date) AS date,
                   EXTRACT(EPOCH FROM o.arrived_at - o.planned_start) / 60
                       AS delay_minutes,
                   CASE WHEN o.arrived_at IS NULL OR o.planned_start IS NULL THEN NULL
                        WHEN o.arrived_at <= o.planned_start THEN 100.0
                        ELSE 0.0 END AS on_time_rate,
                   o.work_duration AS work_hours,
                   o.travel_duration AS travel_hours,
                   o.waiting_duration AS waiting_hours,
                   (SELECT SUM(e.hours) FROM aftersales_order_expense e
                     WHERE e.order_id = o.id AND e.kind = 'overtime'
                       AND e.state != 'refused') AS overtime_hours,
                   (SELECT SUM(e.amount) FROM aftersales_order_expense e
                     WHERE e.order_id = o.id AND e.state != 'refused')
                       AS expense_amount,
                   o.satisfaction::float AS score,
                   CASE WHEN o.satisfaction IS NULL THEN NULL
                        WHEN o.satisfaction IN ('4', '5') THEN 100.0
                        ELSE 0.0 END AS satisfied_rate
              FROM aftersales_order o
              JOIN res_company company ON company.id = o.company_id
             WHERE o.state != 'cancelled'
            """
        )
