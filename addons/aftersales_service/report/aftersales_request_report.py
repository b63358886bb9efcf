# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL


class AftersalesRequestReport(models.Model):
    """Analysis of requests: one row each, over stored fields (R-KPI-01, R-KPI-03).

    What needs other tables are scalar subqueries: PostgreSQL computes them only for
    the rows and columns a view asks for.
    """

    _name = "aftersales.request.report"
    _description = "Request Analysis"
    _auto = False
    _order = "reported_at desc"
    _rec_name = "request_id"

    request_id = fields.Many2one("aftersales.request", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Machine", readonly=True)
    technician_id = fields.Many2one(
        "hr.employee",
        string="Technician of the First Visit",
        readonly=True,
        help="Whose visit solved it the first time, or did not.",
    )
    region_id = fields.Many2one("aftersales.region", readonly=True)
    component_class_id = fields.Many2one("aftersales.component.class", readonly=True)
    kind_id = fields.Many2one("aftersales.request.kind", readonly=True)
    channel = fields.Char(readonly=True)
    level = fields.Selection(
        [("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3"), ("4", "Level 4")],
        readonly=True,
    )
    service_category = fields.Selection(
        [
            ("a", "A Chargeable"),
            ("b", "B Contract"),
            ("c", "C Free (Warranty)"),
            ("d", "D Internal"),
        ],
        readonly=True,
    )
    state = fields.Selection(
        [
            ("new", "New"),
            ("assessed", "Assessed"),
            ("to_approve", "To Approve"),
            ("in_progress", "In Progress"),
            ("waiting", "Waiting for Customer"),
            ("solved", "Solved"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        readonly=True,
    )
    reported_at = fields.Datetime(readonly=True)
    answer_minutes = fields.Float(
        string="Response Time (minutes)", readonly=True, aggregator="avg"
    )
    resolve_hours = fields.Float(
        string="Time to Solve (hours)", readonly=True, aggregator="avg"
    )
    visit_count = fields.Integer(string="Visits", readonly=True)
    repeat_rate = fields.Float(
        string="Repeat Repairs (%)", readonly=True, aggregator="avg"
    )
    first_time_fix_rate = fields.Float(
        string="First-time Fix (%)", readonly=True, aggregator="avg"
    )
    reopen_count = fields.Integer(string="Reopened", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT r.id, r.id AS request_id, r.company_id, r.department_id, r.user_id,
                   r.partner_id, r.product_id, r.lot_id, r.region_id,
                   r.component_class_id, r.kind_id, r.channel, r.level,
                   r.service_category, r.state, r.reported_at, r.reopen_count,
                   EXTRACT(EPOCH FROM r.answered_at - r.reported_at) / 60
                       AS answer_minutes,
                   EXTRACT(EPOCH FROM r.solved_at - r.reported_at) / 3600
                       AS resolve_hours,
                   (SELECT COUNT(*) FROM aftersales_order o
                     WHERE o.request_id = r.id
                       AND o.state IN ('reported', 'done')) AS visit_count,
                   (SELECT o.technician_id FROM aftersales_order o
                     WHERE o.request_id = r.id
                       AND o.state IN ('reported', 'done')
                     ORDER BY o.reported_at, o.id
                     LIMIT 1) AS technician_id,
                   CASE WHEN r.is_repeat THEN 100.0 ELSE 0.0 END AS repeat_rate,
                   CASE
                       WHEN r.state NOT IN ('solved', 'closed') THEN NULL
                       WHEN COALESCE(r.reopen_count, 0) > 0 THEN 0.0
                       WHEN EXISTS (SELECT 1 FROM aftersales_request again
                                     WHERE again.repeat_of_id = r.id) THEN 0.0
                       WHEN (SELECT COUNT(*) FROM aftersales_order o
                              WHERE o.request_id = r.id
                                AND o.state IN ('reported', 'done')) = 1 THEN 100.0
                       WHEN EXISTS (SELECT 1 FROM aftersales_order o
                                     WHERE o.request_id = r.id
                                       AND o.state != 'cancelled') THEN 0.0
                       ELSE NULL
                   END AS first_time_fix_rate
              FROM aftersales_request r
             WHERE r.state != 'cancelled'
            """
        )
