# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One case in a real browser: the call, the dispatch, the technician's phone."""

import io
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from PIL import Image

from odoo import Command, fields
from odoo.tests import HttpCase, common, tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon

#: requests that failed in a browser, "status address"
failed_requests = []


class WatchedBrowser(common.ChromeBrowser):
    """Odoo's own test browser, which also notes the requests that failed: the page
    may have swallowed them, so that no console tells."""

    #: switches that give the browser a camera
    camera = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._handlers["Network.responseReceived"] = self._note_response
        self._websocket_request("Network.enable")

    def _spawn_chrome(self, cmd):
        return super()._spawn_chrome([cmd[0], *self.camera, *cmd[1:]])

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

    def test_keyboard_intake(self):
        """R-INT-02, R-INT-10: a call is taken without the mouse, serial number first,
        within 30 seconds at the pace of somebody who is no typist; the open request
        on the same machine is named before saving."""
        first = self._create_request()
        action = "aftersales_service.aftersales_request_action"
        self._run_tour(
            f"/odoo/action-{action}", "aftersales_keyboard_request", "hotline"
        )
        request = self.env["aftersales.request"].search(
            [("lot_id", "=", self.machine.id), ("id", "!=", first.id)]
        )
        self.assertEqual(len(request), 1)
        self.assertEqual(request.fault, "belt torn")
        self.assertEqual(request.partner_id, self.customer)
        self.assertEqual(request.serial_number, self.machine.name)
        self.assertEqual(request.user_id, self.users["hotline"])

    def test_portal_upload(self):
        """R-INT-01, bad input: the customer's page names files that are too many or
        too large before it sends them; a double click makes one request."""
        domain = [("channel", "=", "portal")]
        before = self.env["aftersales.request"].search(domain)
        with patch.object(common, "ChromeBrowser", WatchedBrowser):
            failed_requests.clear()
            self.start_tour(
                "/my/requests/new",
                "aftersales_portal_upload",
                login="as_portal",
                timeout=240,
            )
        self.assertEqual(failed_requests, [])
        request = self.env["aftersales.request"].search(domain) - before
        self.assertEqual(request.mapped("fault"), ["Main bearing hot"])

    # === THE CAMERA ===#
    def _write_video(self, path, code):
        """Write what a camera sees that is held over a label with a bar code, inside
        the window the scanner looks at."""
        label = self.env["ir.actions.report"].barcode(
            "Code128", code, width=480, height=90
        )
        frame = Image.new("YCbCr", (640, 480), (235, 128, 128))
        frame.paste(Image.open(io.BytesIO(label)).convert("YCbCr"), (80, 195))
        planes = [frame.getchannel(0)]
        planes += [frame.getchannel(plane).resize((320, 240)) for plane in (1, 2)]
        picture = b"FRAME\n" + b"".join(plane.tobytes() for plane in planes)
        path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + picture * 10)

    def _create_order_on_site(self):
        """Return an order on site whose technician holds a bearing with its number."""
        own = self.technician2.aftersales_location_id
        self._create_stock(self.bearing, 1, "BRG-N-0009", location=own)
        order = self._bring_on_site(
            self._create_order(
                technician_id=self.technician2.id,
                technician_ids=[Command.set(self.technician2.ids)],
            )
        )
        self._check(order)
        order.action_start_work()
        return order

    def _check_scanned(self, order):
        self.env.invalidate_all()
        part = order.part_ids
        self.assertEqual((len(part), part.quantity_used), (1, 1))
        self.assertEqual(part.lot_id.name, "BRG-N-0009")

    def test_scan_with_the_camera(self):
        """R-DSP-09: the technician scans the number of a part with his phone's camera,
        here a real video of a label."""
        order = self._create_order_on_site()
        self.browser_size = "390x844"
        self.touch_enabled = True
        with tempfile.TemporaryDirectory() as folder:
            video = Path(folder, "label.y4m")
            self._write_video(video, "BRG-N-0009")
            camera = (
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={video}",
            )
            with patch.object(WatchedBrowser, "camera", camera):
                self._run_tour("/odoo/my-day", "aftersales_scan_camera", "technician2")
        self._check_scanned(order)

    def test_scan_without_a_camera(self):
        """R-DSP-09: no camera, or not allowed: the phone says so, he types it."""
        order = self._create_order_on_site()
        self.browser_size = "390x844"
        self.touch_enabled = True
        self._run_tour("/odoo/my-day", "aftersales_scan_no_camera", "technician2")
        self._check_scanned(order)

    # === THE BOARD ===#
    def _create_board_technician(self, name):
        return self.env["hr.employee"].create(
            {
                "name": name,
                "company_id": self.company.id,
                "department_id": self.department.id,
                "is_technician": True,
                "technician_grade": "senior",
            }
        )

    def _create_board_order(self, serial, technician=None, hours=None):
        """Return a draft order of four hours at a machine of its own."""
        machine = self._create_machine(serial)
        vals = {"technician_id": False, "technician_ids": False}
        if technician:
            start = self.board_start + timedelta(hours=hours)
            vals = {
                "technician_id": technician.id,
                "technician_ids": [Command.set(technician.ids)],
                "planned_start": start,
                "planned_end": start + timedelta(hours=4),
            }
        return self._create_order(self._create_request(lot_id=machine.id), **vals)

    def test_dispatch_board(self):
        """R-DSP-01: on the board the dispatcher plans an order from the list, pulls
        one longer, gives one to somebody else, sees a conflict and is told why a
        promised order does not move upon somebody busy."""
        self.customer.service_distance = 0
        now = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        self.board_start = start = now + timedelta(hours=1)
        free = self._create_board_technician("Board Free")
        busy = self._create_board_technician("Board Busy")
        others = [self._create_board_technician(f"Board {n}") for n in range(4)]
        planned = self._create_board_order("BOARD-PLAN")
        resized = self._create_board_order("BOARD-RESIZE", others[0], 2)
        moved = self._create_board_order("BOARD-MOVE", others[1], 12)
        blocking = self._create_board_order("BOARD-BUSY", busy, 8)
        clashing = self._create_board_order("BOARD-CLASH", others[2], 6)
        promised = self._create_board_order("BOARD-PROMISED", others[3], 10)
        promised.action_dispatch()
        self.assertFalse((blocking | clashing).filtered("has_conflict"))
        action = "aftersales_service.aftersales_order_board_action"
        self._run_tour(f"/odoo/action-{action}", "aftersales_board", "dispatcher")
        self.env.invalidate_all()
        hour = timedelta(hours=1)

        def board(order):
            return order.technician_id, order.planned_start, order.planned_end

        self.assertEqual(board(planned), (free, start + 2 * hour, start + 6 * hour))
        self.assertEqual(planned.technician_ids, free)
        self.assertEqual(planned.state, "draft")
        self.assertEqual(
            board(resized), (others[0], start + 2 * hour, start + 8 * hour)
        )
        self.assertEqual(board(moved), (free, start + 13 * hour, start + 17 * hour))
        self.assertEqual(moved.technician_ids, free)
        self.assertEqual(board(clashing), (busy, start + 6 * hour, start + 10 * hour))
        self.assertTrue(clashing.has_conflict and blocking.has_conflict)
        self.assertFalse((planned | resized | moved).filtered("has_conflict"))
        self.assertEqual(
            board(promised), (others[3], start + 10 * hour, start + 14 * hour)
        )
        self.assertEqual(promised.state, "dispatched")
