# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One case in a real browser: the call, the dispatch, the technician's phone."""

from unittest.mock import patch

from odoo.tests import HttpCase, common, tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon

#: requests that failed in a browser, "status address"
failed_requests = []


class WatchedBrowser(common.ChromeBrowser):
    """Odoo's own test browser, which also notes the requests that failed: the page
    may have swallowed them, so that no console tells."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._handlers["Network.responseReceived"] = self._note_response
        self._websocket_request("Network.enable")

    def _note_response(self, response, **_details):
        if response["status"] >= 400:
            failed_requests.append(f"{response['status']} {response['url']}")


@tagged("post_install", "-at_install")
class TestBrowser(HttpCase, AftersalesCommon):
    """Errors in the browser's console fail a tour by themselves, failed requests
    here."""

    def _run_tour(self, url, tour, role):
        # minutes rather than the usual 60 s: other tests may share the machine
        login = self.users[role].login
        failed_requests.clear()
        with patch.object(common, "ChromeBrowser", WatchedBrowser):
            self.start_tour(url, tour, login=login, timeout=240)
        self.assertEqual(failed_requests, [])

    def _approve(self, request, role):
        request.invalidate_recordset()
        self.as_user(request, role).validate_tier()
        request.invalidate_recordset()

    def test_call_dispatch_and_phone(self):
        """R-INT-02, R-INT-08, R-SLA-03, R-DSP-01, R-DSP-03, R-DSP-05, R-DSP-09: the
        hotline enters the call, the dispatcher sends somebody, he does the whole
        visit on his phone, on a line that breaks several times."""
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
        self.customer.street = "18 Mine Road"
        own = self.technician2.aftersales_location_id
        self._create_stock(self.seal, 3, location=own)
        self._run_tour("/odoo/my-day", "aftersales_my_day_visit", "technician2")
        self.env.invalidate_all()
        self._check_visit(order)

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

    def _check_visit(self, order):
        """What the phone sent again after a lost answer counts once."""
        self.assertEqual(order.state, "reported")
        for fname in ("accepted_at", "departed_at", "arrived_at", "work_started_at"):
            self.assertTrue(order[fname], fname)
        self.assertEqual(order.part_ids.product_id, self.seal)
        self.assertEqual(order.part_ids.quantity_used, 1)
        own = self.technician2.aftersales_location_id
        left = self.env["stock.quant"]._get_available_quantity(self.seal, own)
        self.assertEqual(left, 2, "one seal kit left the van, once")
        self.assertEqual(order.photo_ids.mapped("name"), ["bearing.png"])
        self.assertEqual(order.fault_found, "<script>alert(1)</script> seal leaks")
        self.assertEqual(order.solution, "Seal replaced")
        self.assertEqual((order.outcome, order.test_result), ("fixed", "ok"))
        self.assertEqual((order.signed_by, order.satisfaction), ("Wang Jianguo", "5"))
        self.assertTrue(order.customer_signature)
        self.assertFalse(order.missing_text)
