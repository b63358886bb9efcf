# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestOrderParts(AftersalesCommon, HttpCase):
    """Parts of an order, and what the customer sees of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(
            cls._create_request(service_category="c"),
            part_ids=[
                Command.create({"product_id": cls.bearing.id, "quantity": 1}),
                Command.create({"product_id": cls.seal.id, "quantity": 2}),
            ],
        )
        cls.bearing_part, cls.seal_part = cls.order.part_ids
        cls.own_location = cls.technician.aftersales_location_id

    def _held(self, product):
        return self.env["stock.quant"]._get_available_quantity(
            product, self.own_location
        )

    def _in_stock(self, product):
        return self.env["stock.quant"]._get_available_quantity(
            product, self.stock_location
        )

    def _issue(self):
        self.as_user(self.order, "dispatcher").action_request_parts()
        picking = self.order.picking_ids
        picking.with_user(self.users["storekeeper"]).move_ids.picked = True
        picking.with_user(self.users["storekeeper"])._action_done()
        return picking

    def test_requisition_once(self):
        """R-DSP-05: the requisition is drawn up once, a later part on another one."""
        order = self.as_user(self.order, "dispatcher")
        self.assertEqual(self.order.parts_state, "to_request")
        order.action_request_parts()
        order.action_request_parts()
        self.assertEqual(len(self.order.picking_ids), 1)
        self.assertEqual(self.order.parts_state, "requested")
        picking = self.order.picking_ids
        self.assertEqual(picking.location_dest_id, self.own_location)
        self.assertEqual(picking.aftersales_order_id, self.order)
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(self.seal_part.quantity_issued, 0)
        self.order.part_ids = [
            Command.create({"product_id": self.seal.id, "quantity": 1})
        ]
        self.as_user(self.order, "technician").action_request_parts()
        self.assertEqual(len(self.order.picking_ids), 2)
        self.assertEqual(
            sum(self.order.picking_ids.move_ids.mapped("product_uom_qty")), 4
        )

    def test_way_of_the_parts(self):
        """R-DSP-05, R-DSP-09: drawn, fitted with serial numbers, the rest back; the
        warranty expense is posted by the move itself."""
        order = self.order
        self._issue()
        self.assertEqual(self.bearing_part.quantity_issued, 1)
        self.assertEqual(self.bearing_part.lot_id, self.bearing_lot)
        self.assertEqual(self.seal_part.quantity_issued, 2)
        self.assertEqual(order.parts_state, "issued")
        self.assertEqual(self._held(self.seal), 2)
        self._bring_on_site(order)
        mine = self.as_user(order, "technician")
        self.bearing_part.write({"quantity_used": 1, "old_lot_name": "OLD-77"})
        self.seal_part.quantity_used = 1
        self._fill_report(mine)
        mine.action_submit_report()
        fitted = order.picking_ids.filtered(lambda p: p.aftersales_kind == "fitted")
        self.assertEqual(fitted.state, "done")
        self.assertEqual(fitted.location_dest_id, order._get_free_parts_location())
        self.assertEqual(fitted.move_line_ids.lot_id, self.bearing_lot)
        self.assertEqual(self.bearing_part.quantity_fitted, 1)
        self.assertEqual(self._held(self.bearing), 0)
        # nothing is booked twice
        mine.action_submit_report()
        self.as_user(order, "service_manager").action_reopen_report()
        self._fill_report(order).action_submit_report()
        self.assertEqual(
            len(order.picking_ids.filtered(lambda p: p.aftersales_kind == "fitted")), 1
        )
        # one seal is on its way back
        back = order.picking_ids.filtered(lambda p: p.aftersales_kind == "return")
        self.assertEqual(back.move_ids.product_uom_qty, 1)
        self.assertEqual(order.parts_state, "to_return")
        order.action_return_parts()
        with self.assertRaisesRegex(UserError, "2 issued, 1 used, 0 returned"):
            self.as_user(order, "dispatcher").action_done()
        self.assertTrue(
            any("issued" in text for text in order.request_id._get_close_blockers())
        )
        in_stock = self._in_stock(self.seal)
        back.with_user(self.users["storekeeper"]).move_ids.picked = True
        back.with_user(self.users["storekeeper"])._action_done()
        self.assertEqual(self._in_stock(self.seal), in_stock + 1)
        self.assertEqual(self.seal_part.quantity_returned, 1)
        self.assertEqual(order.parts_state, "settled")
        self.as_user(order, "dispatcher").action_done()
        self.assertFalse(
            [t for t in order.request_id._get_close_blockers() if "issued" in t]
        )
        self.assertEqual(order.state, "done")

    def test_more_than_there_is(self):
        """R-DSP-05: more than lies in stock can't be issued; nothing changes."""
        self.seal_part.quantity = 12
        self.order.action_request_parts()
        picking = self.order.picking_ids
        move = picking.move_ids.filtered(lambda m: m.product_id == self.seal)
        move.quantity = 12
        picking.move_ids.picked = True
        in_stock = self._in_stock(self.bearing)
        with self.assertRaisesRegex(UserError, "holds 10"):
            picking._action_done()
        self.assertEqual(self.seal_part.quantity_issued, 0)
        self.assertEqual(self._in_stock(self.bearing), in_stock)

    def test_wrong_serial(self):
        """R-DSP-09: a serial number of another product, or one the technician doesn't
        hold, is refused."""
        with self.assertRaisesRegex(ValidationError, "is no"):
            self.bearing_part.lot_id = self.machine
        with self.assertRaisesRegex(ValidationError, "one line"):
            self.bearing_part.quantity_used = 2
        self._issue()
        elsewhere = self._create_stock(self.bearing, 1, "BRG-N-0002")
        self._bring_on_site(self.order)
        self.bearing_part.write({"quantity_used": 1, "lot_id": elsewhere.id})
        self.seal_part.quantity_used = 2
        self._fill_report(self.order)
        with self.assertRaisesRegex(UserError, "BRG-N-0002"):
            self.order.action_submit_report()
        self.assertEqual(self.order.state, "on_site")
        self.bearing_part.lot_id = False
        with self.assertRaisesRegex(UserError, "New serial number"):
            self.order.action_submit_report()

    def test_more_used_than_issued(self):
        """R-DSP-05: what wasn't drawn can't have been fitted."""
        self._issue()
        self._bring_on_site(self.order)
        self.seal_part.quantity_used = 3
        self._fill_report(self.order)
        with self.assertRaisesRegex(UserError, "only 2 issued"):
            self.order.action_submit_report()
        with self.assertRaises(UserError):
            self.order.action_cancel()
        with self.assertRaises(UserError):
            self.seal_part.unlink()

    def test_serials_split(self):
        """R-DSP-09: of parts with serial numbers every piece gets its line."""
        self._create_stock(self.bearing, 1, "BRG-N-0003")
        self.bearing_part.quantity = 2
        self._issue()
        bearings = self.order.part_ids.filtered(
            lambda part: part.product_id == self.bearing
        )
        self.assertEqual(bearings.mapped("quantity_issued"), [1, 1])
        self.assertEqual(len(bearings.lot_id), 2)

    def test_own_stock(self):
        """R-DSP-05: parts the technician holds already need no requisition."""
        self._create_stock(self.seal, 3, location=self.own_location)
        self.order.part_ids = [
            Command.clear(),
            Command.create(
                {"product_id": self.seal.id, "source": "own", "quantity_used": 2}
            ),
        ]
        self.order.action_request_parts()
        self.assertFalse(self.order.picking_ids)
        self._bring_on_site(self.order)
        self._fill_report(self.order).action_submit_report()
        self.assertEqual(self._held(self.seal), 1)
        self.order.action_done()

    def test_returned_by_the_storekeeper(self):
        """R-DSP-05: a requisition returned with the warehouse's own wizard counts."""
        picking = self._issue()
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        for line in wizard.product_return_moves:
            line.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.picked = True
        back._action_done()
        self.assertEqual(self.seal_part.quantity_returned, 1)
        self.assertEqual(self.bearing_part.quantity_returned, 1)

    def test_cancel_frees_the_parts(self):
        self.order.action_request_parts()
        self.order.action_cancel()
        self.assertEqual(self.order.picking_ids.state, "cancel")
        self.assertEqual(self.seal_part.quantity_requested, 0)

    def test_part_rights(self):
        """R-DSP-05: the storekeeper moves goods and doesn't edit orders; a technician
        neither validates transfers nor sees cost prices or others' parts."""
        self.order.action_request_parts()
        with self.assertRaises(AccessError):
            self.as_user(self.order, "technician").picking_ids.button_validate()
        with self.assertRaises(AccessError):
            self.as_user(self.seal_part, "storekeeper").quantity_used = 1
        with self.assertRaises(AccessError):
            self.as_user(self.seal_part, "technician2").quantity_used = 1
        with self.assertRaises(AccessError):
            self.as_user(self.seal_part, "storekeeper").quantity = 5
        self.as_user(self.seal_part, "technician").quantity_used = 1

    # === PAPER ===#
    def test_papers(self):
        """R-DSP-09, -12, R-DSP-13, R-DSP-14: every form renders, without prices."""
        self._issue()
        order = self._bring_on_site(self.order)
        self.bearing_part.quantity_used = 1
        self._fill_report(order, cause="<script>alert(1)</script>")
        for name in (
            "service_report",
            "dispatch_order",
            "parts_requisition",
            "acceptance",
            "attendance",
            "project_summary",
        ):
            html = self.env["ir.actions.report"]._render_qweb_html(
                f"aftersales_service.report_{name}", order.ids
            )[0]
            text = html.decode() if isinstance(html, bytes) else html
            self.assertIn(order.name, text)
            self.assertNotIn("<script>alert", text)
            self.assertNotIn("6,200", text)
            self.assertNotIn("8,900", text)

    # === SCREEN ===#
    def test_appointment_typed(self):
        """R-DSP-01: an appointment typed on a new order, start and end, stays on the
        screen while the server works the departure back."""
        self.start_tour(
            "/odoo/action-aftersales_service.aftersales_order_action/new",
            "aftersales_typed_appointment",
            login=self.users["dispatcher"].login,
            # minutes rather than the usual 60 s: other tests may share the machine
            timeout=240,
        )

    def test_bad_appointments(self):
        """R-DSP-01: an end before the start, or without one, is refused and the
        appointment stays as it was."""
        order = self._plan(self._create_order())
        start, end = order.planned_start, order.planned_end
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            order.planned_end = start - timedelta(hours=1)
            order.flush_recordset()
        order.invalidate_recordset()
        with (
            self.assertRaisesRegex(ValidationError, "no appointment"),
            self.env.cr.savepoint(),
        ):
            order.planned_start = False
        order.invalidate_recordset()
        self.assertEqual((order.planned_start, order.planned_end), (start, end))
        empty = self.env["aftersales.order"].create(
            {"technician_id": self.technician.id, "company_id": self.company.id}
        )
        self._plan(empty, days=9)
        with self.assertRaisesRegex(UserError, "choose the customer"):
            empty.action_dispatch()
        self.assertEqual(empty.state, "draft")

    # === PORTAL ===#
    def test_portal_sign(self):
        """R-DSP-09: the customer signs his own report, once; nobody another's."""
        order = self._bring_on_site(self._create_order())
        self._fill_report(order, customer_signature=False, signed_by=False)
        order.env.flush_all()
        url = f"/my/service-orders/{order.id}"
        self.authenticate("as_portal", "as_portal")
        page = self.url_open(url)
        self.assertIn("Sign the Report", page.text)
        self.assertIn(order.name, self.url_open("/my/service-orders").text)
        other = self.env["res.partner"].create({"name": "Another Customer"})
        machine = self._create_machine("OTHER-1", customer_id=other.id)
        foreign = self._bring_on_site(
            self._create_order(
                self._create_request(partner_id=other.id, lot_id=machine.id),
                technician_id=self.technician2.id,
                technician_ids=[Command.set(self.technician2.ids)],
            )
        )
        self._fill_report(foreign, customer_signature=False)
        answer = self.url_open(
            f"/my/service-orders/{foreign.id}", allow_redirects=False
        )
        self.assertIn(answer.status_code, (302, 303))
        self.assertNotIn(foreign.name, self.url_open("/my/service-orders").text)

        def sign(number, **params):
            return self.make_jsonrpc_request(
                f"/my/service-orders/{number}/sign", {"name": "Wang", **params}
            )

        self.assertIn("error", sign(foreign.id, signature=self.SIGNATURE))
        self.assertIn("error", sign(order.id, signature="PHNjcmlwdD4="))
        self.assertIn("error", sign(order.id))
        self.assertFalse(order.customer_signature)
        self.assertIn("redirect_url", sign(order.id, signature=self.SIGNATURE))
        self.assertEqual(order.signed_by, "Wang")
        page = self.url_open(f"{url}?report_type=pdf&download=true").text
        self.assertIn("Service Report", page, "he downloads what he signed")
        self.assertIn(order.name, page)
        self.assertIn("error", sign(order.id, signature=self.SIGNATURE), "only once")
        self.authenticate(None, None)
        answer = self.url_open(url, allow_redirects=False)
        self.assertIn(answer.status_code, (302, 303), "a stranger needs the link")
        self.assertEqual(
            self.url_open(
                f"{url}?access_token=wrong", allow_redirects=False
            ).is_redirect,
            True,
        )
        token = order._portal_ensure_token()
        self.assertIn(order.name, self.url_open(f"{url}?access_token={token}").text)
