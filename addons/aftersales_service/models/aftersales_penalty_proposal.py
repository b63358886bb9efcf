# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import UTC

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.language import in_company_language


class AftersalesPenalty(models.Model):
    """Draft penalties from what the system sees (R-PEN-04): one query a trigger."""

    _inherit = "aftersales.penalty"

    @api.model
    @in_company_language
    def _cron_propose(self, days=62):
        """Propose penalties for the events of the last ``days`` days; idempotent."""
        since = fields.Datetime.now() - relativedelta(days=days)
        return self._propose_from_events(since)

    @api.model
    def _propose_from_events(self, since, until=None):
        """Propose draft penalties for what happened between two datetimes.

        Set-based: each trigger is one query that leaves out what was proposed
        before, so a second run proposes nothing.

        :return: the penalties proposed
        """
        self.env.flush_all()
        until = until or fields.Datetime.now()
        # sudo: the job sees every case; a person decides on each draft
        rules = (
            self.env["aftersales.penalty.rule"]
            .sudo()
            .search([("trigger", "!=", False)])
        )
        vals_list = []
        for code, trigger in dict.fromkeys((rule.code, rule.trigger) for rule in rules):
            get_query = getattr(self, f"_get_query_{trigger}", None)
            if not get_query:
                continue
            rule = rules.filtered(lambda r, code=code: r.code == code)[:1]
            vals_list += self._read_events(code, get_query(rule, since, until))
        return self._propose(self._filter_events(vals_list))

    @api.model
    def _read_events(self, code, query):
        """Run the query of one trigger; returns the values for ``_propose``."""
        # raw SQL: compares stamps and limits of all cases in one pass
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (event.res_model, event.res_id, event.employee_id)
                       event.*
                  FROM (%(query)s) AS event
                  JOIN hr_employee employee ON employee.id = event.employee_id
                                           AND employee.active
                                           AND employee.company_id = event.company_id
                 WHERE NOT EXISTS (
                        SELECT 1 FROM aftersales_penalty penalty
                         WHERE penalty.event_key = %(code)s || ':'
                               || event.employee_id || ':' || event.res_model || ','
                               || event.res_id
                 )
                 ORDER BY event.res_model, event.res_id, event.employee_id,
                          event.event_at
                """,
                query=query,
                code=code,
            )
        )
        texts = self._get_evidence_texts()
        # the day where the company works: a morning in China is yesterday in UTC
        Company = self.env["res.company"]
        zones = {
            company_id: Company.browse(company_id)._get_aftersales_zone()
            for company_id in {row[1] for row in rows}
        }
        return [
            {
                "rule_code": code,
                "employee_id": employee_id,
                "company_id": company_id,
                "res_model": res_model,
                "res_id": res_id,
                "event_date": event_at.replace(tzinfo=UTC)
                .astimezone(zones[company_id])
                .date(),
                "order_id": order_id,
                "request_id": request_id,
                "evidence": f"{texts.get(text, text)} {detail or ''}".strip(),
            }
            for (
                employee_id,
                company_id,
                res_model,
                res_id,
                event_at,
                order_id,
                request_id,
                text,
                detail,
            ) in rows
        ]

    @api.model
    def _get_evidence_texts(self):
        """Return the sentences the queries name by a key."""
        return {
            "answer": self.env._("The request was not answered in time; due:"),
            "late_dispatch": self.env._("Dispatched after the limit; due:"),
            "missed_dispatch": self.env._("Never dispatched; due:"),
            "late_arrival": self.env._(
                "Arrived after the appointment; due and arrived:"
            ),
            "late_report": self.env._("The report was late or is missing; work ended:"),
            "repeat": self.env._("The same fault came back; request:"),
            "rating": self.env._("The customer was dissatisfied; rating:"),
            "refused": self.env._("Refused the dispatch; reason:"),
            "resident": self.env._("The month at the customer's was a breach:"),
        }

    @api.model
    def _filter_events(self, vals_list):
        """Leave out people who had left and events no version of a rule covers."""
        # sudo: see _propose_from_events
        employees = (
            self.env["hr.employee"]
            .sudo()
            .browse({vals["employee_id"] for vals in vals_list})
        )
        left = {employee.id: employee.departure_date for employee in employees}
        Company = self.env["res.company"]
        rules = self.env["aftersales.penalty.rule"]._find(
            (vals["rule_code"], vals["event_date"], Company.browse(vals["company_id"]))
            for vals in vals_list
        )
        return [
            vals
            for vals in vals_list
            if not (
                left[vals["employee_id"]]
                and left[vals["employee_id"]] < vals["event_date"]
            )
            and rules[
                vals["rule_code"],
                vals["event_date"],
                Company.browse(vals["company_id"]),
            ]
        ]

    # === QUERIES ===#
    # Each returns employee_id, company_id, res_model, res_id, event_at, order_id,
    # request_id, key of the evidence text, detail.
    def _get_sla_query(self, metric, key, condition, since, until):
        return SQL(
            """
            SELECT COALESCE(sla.employee_id, owner.id) AS employee_id,
                   sla.company_id, 'aftersales.request' AS res_model,
                   sla.request_id AS res_id, sla.deadline AS event_at,
                   NULL::integer AS order_id, sla.request_id AS request_id,
                   %(key)s AS text,
                   TO_CHAR(sla.deadline, 'YYYY-MM-DD HH24:MI') || ' UTC' AS detail
              FROM aftersales_sla_status sla
              JOIN res_company company ON company.id = sla.company_id
         LEFT JOIN hr_employee owner ON owner.user_id = sla.user_id
                                    AND owner.company_id = sla.company_id
             WHERE sla.metric = %(metric)s AND sla.failed
               AND sla.deadline >= %(since)s AND sla.deadline < %(until)s
               AND %(condition)s
            """,
            key=key,
            metric=metric,
            since=since,
            until=until,
            condition=condition,
        )

    def _get_query_answer_missed(self, rule, since, until):
        return self._get_sla_query("answer", "answer", SQL("TRUE"), since, until)

    def _get_query_late_dispatch(self, rule, since, until):
        return self._get_sla_query(
            "dispatch",
            "late_dispatch",
            SQL(
                "sla.reached_at > sla.deadline + %s * interval '1 minute'"
                " AND NOT EXISTS (SELECT 1 FROM aftersales_penalty missed"
                " JOIN aftersales_penalty_rule r ON r.id = missed.rule_id"
                " WHERE missed.request_id = sla.request_id"
                " AND r.trigger = 'missed_dispatch')",
                rule.grace_minutes,
            ),
            since,
            until,
        )

    def _get_query_missed_dispatch(self, rule, since, until):
        return self._get_sla_query(
            "dispatch",
            "missed_dispatch",
            SQL(
                "sla.reached_at IS NULL AND sla.deadline < %s"
                " - company.aftersales_missed_dispatch_hours * interval '1 hour'",
                until,
            ),
            since,
            until,
        )

    def _get_query_late_arrival(self, rule, since, until):
        return SQL(
            """
            SELECT o.technician_id AS employee_id, o.company_id,
                   'aftersales.order' AS res_model, o.id AS res_id,
                   o.arrived_at AS event_at, o.id AS order_id,
                   o.request_id, 'late_arrival' AS text,
                   TO_CHAR(o.planned_start, 'YYYY-MM-DD HH24:MI') || ' / '
                   || TO_CHAR(o.arrived_at, 'YYYY-MM-DD HH24:MI') || ' UTC' AS detail
              FROM aftersales_order o
             WHERE o.arrived_at >= %(since)s AND o.arrived_at < %(until)s
               AND o.arrived_at > o.planned_start + %(grace)s * interval '1 minute'
               AND o.state != 'cancelled'
            """,
            since=since,
            until=until,
            grace=rule.grace_minutes,
        )

    def _get_query_incomplete_report(self, rule, since, until):
        return SQL(
            """
            SELECT o.technician_id AS employee_id, o.company_id,
                   'aftersales.order' AS res_model, o.id AS res_id,
                   COALESCE(o.planned_end, o.finished_at) AS event_at,
                   o.id AS order_id, o.request_id, 'late_report' AS text,
                   TO_CHAR(COALESCE(o.planned_end, o.finished_at),
                           'YYYY-MM-DD HH24:MI') || ' UTC' AS detail
              FROM aftersales_order o
             WHERE COALESCE(o.planned_end, o.finished_at) >= %(since)s
               AND COALESCE(o.planned_end, o.finished_at) < %(until)s
               AND o.arrived_at IS NOT NULL
               AND o.state != 'cancelled'
               AND COALESCE(o.reported_at, %(until)s)
                   > GREATEST(o.planned_end, o.finished_at)
                     + %(hours)s * interval '1 hour'
            """,
            since=since,
            until=until,
            hours=rule.report_hours,
        )

    def _get_query_repeat_repair(self, rule, since, until):
        return SQL(
            """
            SELECT o.technician_id AS employee_id, r.company_id,
                   'aftersales.request' AS res_model, r.id AS res_id,
                   r.reported_at AS event_at, o.id AS order_id,
                   r.id AS request_id, 'repeat' AS text, r.name AS detail
              FROM aftersales_request r
              JOIN LATERAL (
                   SELECT o.id, o.technician_id
                     FROM aftersales_order o
                    WHERE o.request_id = r.repeat_of_id
                      AND o.state IN ('reported', 'done')
                 ORDER BY o.finished_at DESC NULLS LAST, o.id DESC
                    LIMIT 1
              ) o ON TRUE
             WHERE r.reported_at >= %(since)s AND r.reported_at < %(until)s
               AND r.repeat_of_id IS NOT NULL
               AND r.state != 'cancelled'
            """,
            since=since,
            until=until,
        )

    def _get_query_bad_rating(self, rule, since, until):
        return SQL(
            """
            SELECT o.technician_id AS employee_id, o.company_id,
                   'aftersales.order' AS res_model, o.id AS res_id,
                   o.reported_at AS event_at, o.id AS order_id, o.request_id,
                   'rating' AS text, o.satisfaction || '/5' AS detail
              FROM aftersales_order o
              JOIN res_company company ON company.id = o.company_id
             WHERE o.reported_at >= %(since)s AND o.reported_at < %(until)s
               AND o.satisfaction::integer <= company.aftersales_bad_rating
               AND o.state != 'cancelled'
         UNION ALL
            SELECT f.technician_id, f.company_id, 'aftersales.order', f.order_id,
                   f.done_at, f.order_id, f.request_id, 'rating',
                   f.satisfaction || '/5 ' || f.name
              FROM aftersales_followup f
              JOIN res_company company ON company.id = f.company_id
             WHERE f.done_at >= %(since)s AND f.done_at < %(until)s
               AND f.satisfaction::integer <= company.aftersales_bad_rating
               AND f.state = 'done'
               AND f.order_id IS NOT NULL
            """,
            since=since,
            until=until,
        )

    def _get_query_dispatch_refused(self, rule, since, until):
        return SQL(
            """
            SELECT refusal.employee_id, refusal.company_id,
                   'aftersales.order.refusal' AS res_model, refusal.id AS res_id,
                   refusal.date AS event_at, refusal.order_id, o.request_id,
                   'refused' AS text, refusal.reason AS detail
              FROM aftersales_order_refusal refusal
              JOIN aftersales_order o ON o.id = refusal.order_id
             WHERE refusal.date >= %(since)s AND refusal.date < %(until)s
            """,
            since=since,
            until=until,
        )

    def _get_query_resident_breach(self, rule, since, until):
        """R-DSP-19: the source punishes it by the contract's clauses, so no amount
        comes with the tariff: nothing is proposed until a rule with one is entered."""
        return SQL(
            """
            SELECT sheet.employee_id, sheet.company_id,
                   'aftersales.resident.sheet' AS res_model, sheet.id AS res_id,
                   sheet.decided_on + time '12:00' AS event_at,
                   NULL::integer AS order_id, NULL::integer AS request_id,
                   'resident' AS text,
                   TO_CHAR(sheet.month, 'YYYY-MM') || ' '
                   || COALESCE(sheet.decision_note, '') AS detail
              FROM aftersales_resident_sheet sheet
             WHERE sheet.state = 'breach'
               AND sheet.decided_on >= %(since)s::date
               AND sheet.decided_on <= %(until)s::date
            """,
            since=since,
            until=until,
        )
