# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestPeopleTour(HttpCase, AftersalesCommon):
    """Appeal, call-back and dashboard in the browser; errors of its console fail."""

    def _run_tour(self, action, tour, role):
        # minutes rather than the usual 60 s: other tests may share the machine
        self.start_tour(
            f"/odoo/action-aftersales_service.{action}",
            tour,
            login=self.users[role].login,
            timeout=240,
        )
        self.env.invalidate_all()

    def test_appeal(self):
        """R-PEN-05: the employee finds his own penalty, reads how it was calculated
        and appeals."""
        order = self._create_order()
        penalty = self.env["aftersales.penalty"]._propose(
            [
                {
                    "rule_code": "late_arrival",
                    "employee_id": self.technician.id,
                    "res_model": order._name,
                    "res_id": order.id,
                    "event_date": fields.Date.today(),
                    "evidence": "Arrived two hours late",
                }
            ]
        )
        self.as_user(penalty, "service_manager").action_notify()
        self._run_tour(
            "aftersales_penalty_action_mine", "aftersales_appeal", "technician"
        )
        self.assertEqual(penalty.state, "appealed")
        self.assertEqual(penalty.appeal, "The road was closed by the police")
        self.assertTrue(penalty.appealed_at)
        self.assertEqual(penalty.amount, 50)

    def test_call_back(self):
        """R-FUP-01: the hotline calls with the script, is not answered, calls again
        and writes down what the customer says."""
        order = self._create_order()
        order.sudo().write(
            {"state": "done", "finished_at": fields.Datetime.now(), "outcome": "fixed"}
        )
        order._after_done()
        call = order.followup_ids.filtered(lambda f: f.trigger == "order")
        self._run_tour("aftersales_followup_action", "aftersales_call_back", "hotline")
        self.assertEqual((call.state, call.satisfaction), ("done", "5"))
        self.assertEqual(call.attempt_count, 1)
        self.assertEqual(call.result, "Runs well since the visit")
        self.assertEqual(call.wishes, "A bigger feeder")
        self.assertTrue(call.done_at)

    def test_survey_on_the_portal(self):
        """R-FUP-04: the customer answers on his page; it finishes the call about the
        work, not the one in two weeks; strangers are led away."""
        order = self._create_order()
        order.sudo().write(
            {"state": "done", "finished_at": fields.Datetime.now(), "outcome": "fixed"}
        )
        order._after_done()
        request = order.request_id
        call = order.followup_ids.filtered(lambda f: f.trigger == "order")
        later = order.followup_ids - call
        self.assertEqual(later.trigger, "service_end")
        self.authenticate("as_portal", "as_portal")
        page = self.url_open(f"/my/requests/{request.id}").text
        self.assertIn("request_survey", page)
        answer = self.url_open(f"/my/requests/{request.id}/rate/5")
        self.assertIn("/rate/", answer.url)
        self.assertEqual(answer.status_code, 200)
        token = answer.url.split("/rate/")[1].split("/")[0]
        self.url_open(
            f"/rate/{token}/submit_feedback",
            data={
                "rate": "5",
                "feedback": "came at once",
                "csrf_token": Request.csrf_token(self),
            },
        )
        self.env.invalidate_all()
        self.assertEqual((call.state, call.satisfaction), ("done", "5"))
        self.assertEqual((call.result, call.channel), ("came at once", "survey"))
        self.assertEqual(later.state, "due")
        page = self.url_open(f"/my/requests/{request.id}").text
        self.assertNotIn("request_survey", page)
        stranger = self._create_request(
            partner_id=self.dealer.id, lot_id=False, fault="Screen torn"
        )
        away = self.url_open(f"/my/requests/{stranger.id}/rate/5")
        self.assertNotIn("/rate/", away.url)

    def test_dashboard(self):
        """R-KPI-01: the vice president opens the figures and the cases behind one."""
        month = fields.Date.today().replace(day=1)
        machine = self._create_machine("PE600-D001")
        request = self._create_request(lot_id=machine.id)
        self.env["aftersales.sla.status"].sudo().search(
            [("request_id", "=", request.id), ("metric", "=", "answer")]
        ).write(
            {
                "deadline": fields.Datetime.to_datetime(month) + relativedelta(hours=9),
                "reached_at": fields.Datetime.to_datetime(month)
                + relativedelta(hours=10),
                "state": "reached",
                "failed": True,
            }
        )
        periods = self.env["aftersales.kpi.period"].create(
            [
                {
                    "kind": "month",
                    "date_from": month - relativedelta(months=back),
                    "company_id": self.company.id,
                }
                for back in range(3)
            ]
        )
        periods.action_refresh()
        self._run_tour(
            "aftersales_kpi_dashboard_action", "aftersales_kpi_dashboard", "sales_vp"
        )
