# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One case in a real browser: the call, the dispatch, the technician's phone."""

from odoo.tests import HttpCase, tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestBrowser(HttpCase, AftersalesCommon):
    def _run_tour(self, url, tour, role):
        # minutes rather than the usual 60 s: other tests may share the machine
        login = self.users[role].login
        self.start_tour(url, tour, login=login, timeout=240)

    def _approve(self, request, role):
        request.invalidate_recordset()
        self.as_user(request, role).validate_tier()
        request.invalidate_recordset()

    def test_call_dispatch_and_phone(self):
        """R-INT-02, R-INT-08, R-SLA-03, R-DSP-01, R-DSP-05: the hotline enters the
        call, the dispatcher sends somebody, he accepts on his phone."""
        before = self.env["aftersales.request"].search([])
        self._run_tour("/odoo", "aftersales_phone_request", "hotline")
        request = self.env["aftersales.request"].search([]) - before
        self._check_request(request)

        self._approve(request, "service_manager")
        self._approve(request, "sales_vp")
        self.assertEqual(request.state, "in_progress")

        self._run_tour("/odoo", "aftersales_dispatch", "dispatcher")
        self.env.invalidate_all()
        order = request.order_ids
        self._check_order(order)

        self.browser_size = "390x844"
        self.touch_enabled = True
        self._run_tour("/odoo/my-day", "aftersales_my_day_accept", "technician2")
        self.env.invalidate_all()
        self.assertEqual(order.state, "accepted")
        self.assertTrue(order.accepted_at)

    def _check_request(self, request):
        self.assertEqual(len(request), 1)
        self.assertEqual(request.state, "to_approve")
        self.assertEqual(request.channel, "phone")
        self.assertEqual(request.lot_id, self.machine)
        self.assertEqual(request.partner_id, self.customer)
        self.assertEqual(request.contract_ref, "HK-2024-018")
        self.assertEqual(request.service_category, "c")
        self.assertEqual(request.fault, "Main bearing hot, crusher stopped")
        self.assertEqual(request.level, "2")
        self.assertEqual(request.user_id, self.users["hotline"])
        self.assertEqual(request.company_id, self.company)
        self.assertTrue(request.answered_at)
        on_site = request.sla_status_ids.filtered(lambda line: line.metric == "on_site")
        self.assertEqual(on_site.policy_id.hours, 48, "420 km: on site within 48 hours")

    def _check_order(self, order):
        self.assertEqual(len(order), 1)
        self.assertEqual(order.state, "dispatched")
        self.assertEqual(order.technician_id, self.technician2)
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.lot_id, self.machine)
        self.assertTrue(order.planned_start)
        self.assertTrue(order.dispatched_at)
        dispatch = order.request_id.sla_status_ids.filtered(
            lambda line: line.metric == "dispatch"
        )
        self.assertEqual(dispatch.state, "reached")
        self.assertFalse(dispatch.failed)
