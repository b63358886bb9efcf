# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL


class AftersalesSlaReport(models.Model):
    """Analysis of time limits kept and missed; paused clocks don't count yet."""

    _name = "aftersales.sla.report"
    _description = "Time Limit Analysis"
    _auto = False
    _order = "deadline desc"
    _rec_name = "request_id"

    request_id = fields.Many2one("aftersales.request", readonly=True)
    order_id = fields.Many2one("aftersales.order", readonly=True)
    policy_id = fields.Many2one("aftersales.sla.policy", readonly=True)
    metric = fields.Selection(
        [
            ("answer", "Answer"),
            ("dispatch", "Dispatch"),
            ("on_site", "On Site"),
            ("resolve", "Resolve"),
            ("callback", "Call Back"),
            ("forward", "Forward in Writing"),
        ],
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    employee_id = fields.Many2one("hr.employee", string="Responsible", readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    deadline = fields.Datetime(readonly=True)
    reached_at = fields.Datetime(readonly=True)
    on_time_rate = fields.Float(string="On Time (%)", readonly=True, aggregator="avg")
    late_hours = fields.Float(string="Late by (hours)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT s.id, s.request_id, s.order_id, s.policy_id, s.metric, s.company_id,
                   s.department_id, s.employee_id, s.user_id, r.partner_id, s.deadline,
                   s.reached_at,
                   CASE WHEN s.failed THEN 0.0 ELSE 100.0 END AS on_time_rate,
                   CASE WHEN s.failed THEN
                       EXTRACT(EPOCH FROM COALESCE(s.reached_at,
                                                   NOW() AT TIME ZONE 'UTC')
                               - s.deadline) / 3600
                   END AS late_hours
              FROM aftersales_sla_status s
              -- LEFT although there always is one: left out where nobody asks
              LEFT JOIN aftersales_request r ON r.id = s.request_id
             WHERE s.failed OR s.reached_at IS NOT NULL
            """
        )
