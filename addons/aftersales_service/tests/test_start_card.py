# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models.aftersales_request_protection import TRANSITION
from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestStartCard(AftersalesCommon):
    def _cards(self, role):
        return self.env["aftersales.start.card"].with_user(self.users[role]).search([])

    def _count(self, role, xmlid):
        card = self.env.ref(f"aftersales_service.{xmlid}")
        card.invalidate_recordset()
        return self.as_user(card, role).count

    def test_each_role_has_its_cards(self):
        """Every role opens on what needs it, and sees no other role's cards."""
        to_schedule = self.env.ref("aftersales_service.start_card_to_schedule")
        mine = self.env.ref("aftersales_service.start_card_my_orders")
        self.assertIn(to_schedule, self._cards("dispatcher"))
        self.assertNotIn(to_schedule, self._cards("hotline"))
        self.assertIn(mine, self._cards("technician"))
        self.assertNotIn(mine, self._cards("hotline"))
        for role in set(self.users) - {"employee"}:
            cards = self._cards(role)
            self.assertTrue(cards, role)
            for card in cards:
                # its records can be read by the role, and the screen opens
                Model = self.env[card.model_name].with_user(self.users[role])
                self.assertTrue(Model.has_access("read"), (role, card.name))
                self.assertEqual(card.action_open()["res_model"], card.model_name)

    def test_counts_stay_inside_the_rights(self):
        """A technician's card counts his own orders only."""
        before = self._count("technician2", "start_card_my_orders")
        self._create_order().sudo().write({"state": "dispatched"})
        self.assertEqual(self._count("technician", "start_card_my_orders"), 1)
        self.assertEqual(self._count("technician2", "start_card_my_orders"), before)

    def test_what_waits_comes_first(self):
        """The start page shows the cards with nothing waiting behind the others; the
        cards keep their own order in both parts, and on the set-up list."""
        self._create_order()
        cards = self.env["aftersales.start.card"].with_user(self.users["dispatcher"])
        read = {"count": {}, "sequence": {}}
        plain = cards.web_search_read([], read)["records"]
        sorted_cards = cards.with_context(waiting_first=True)
        found = sorted_cards.web_search_read([], read)["records"]
        waiting = [values for values in plain if values["count"]]
        optional = cards.search([("hide_empty", "=", True)]).ids
        empty = [
            values
            for values in plain
            if not values["count"] and values["id"] not in optional
        ]
        self.assertTrue(waiting and empty)
        self.assertEqual(found, waiting + empty)
        self.assertEqual(plain, cards.search([]).read(["count", "sequence"]))

    def test_approvals_are_for_approvers(self):
        """R-INT-07: who is never asked to approve finds no card of approvals; who is
        asked finds it with what waits, in databases set up before, too."""
        card = self.env.ref("aftersales_service.start_card_approvals")
        self.assertTrue(card.hide_empty)
        request = self._create_request()
        request.with_context(aftersales_transition=TRANSITION).state = "to_approve"
        read = {"count": {}}

        def shown(role):
            cards = self.env["aftersales.start.card"].with_user(self.users[role])
            cards = cards.with_context(waiting_first=True)
            page = cards.web_search_read([], read)
            self.assertEqual(page["length"], len(page["records"]))
            return card.id in [values["id"] for values in page["records"]]

        for role in ("quality", "storekeeper", "accountant"):
            self.assertIn(card, self._cards(role))
            self.assertFalse(shown(role), role)
        self.env["tier.review"].sudo().create(
            {
                "model": request._name,
                "res_id": request.id,
                "status": "pending",
                "definition_id": self.env["tier.definition"]
                .create(
                    {
                        "name": "One",
                        "model_id": self.env["ir.model"]._get_id(request._name),
                        "review_type": "individual",
                        "reviewer_id": self.users["quality"].id,
                    }
                )
                .id,
            }
        )
        self.env.invalidate_all()
        self.assertTrue(shown("quality"))
        self.assertFalse(shown("storekeeper"))
        card.hide_empty = False
        self.assertTrue(shown("storekeeper"))

    def test_next_due(self):
        """What is due on a day has no time of day, what is due at a time has one."""
        card = self.env.ref("aftersales_service.start_card_to_schedule")
        order = self._create_order()
        order.sudo().planned_start = "2020-03-04 05:06:00"
        mine = self.as_user(card, "dispatcher")
        self.assertEqual(str(mine.next_due), "2020-03-04 05:06:00")
        self.assertFalse(mine.next_due_day)
        card.write({"due_field": "create_date"})
        self.assertTrue(mine.next_due)
        audit = self.env["aftersales.audit"].create(
            {"title": "Yearly audit", "date_planned": "2020-03-04"}
        )
        card.write(
            {
                "action_id": self.env.ref("aftersales_service.aftersales_audit_action"),
                "domain": f"[('id', '=', {audit.id})]",
                "late_domain": False,
                "due_field": "date_planned",
            }
        )
        mine = self.as_user(card, "quality")
        self.assertEqual(str(mine.next_due_day), "2020-03-04")
        self.assertFalse(mine.next_due)

    def test_open_shows_what_was_counted(self):
        self._create_order()
        card = self.as_user(
            self.env.ref("aftersales_service.start_card_to_schedule"), "dispatcher"
        )
        action = card.action_open()
        found = self.env[action["res_model"]].with_user(card.env.user)
        self.assertEqual(found.search_count(action["domain"]), card.count)

    def test_new_in_one_tap(self):
        """Who answers the phone begins a request from the start page; a card without
        the button, or somebody who may not create, isn't offered it."""
        card = self.env.ref("aftersales_service.start_card_new_requests")
        mine = self.as_user(card, "hotline")
        self.assertTrue(mine.can_create)
        action = mine.action_new()
        self.assertEqual(action["res_model"], "aftersales.request")
        self.assertEqual(action["views"], [(False, "form")])
        card.sudo().group_ids = False
        self.assertFalse(self.as_user(card, "accountant").can_create)
        other = self.env.ref("aftersales_service.start_card_to_schedule")
        self.assertFalse(self.as_user(other, "dispatcher").can_create)

    def test_calls_due_today(self):
        """R-FUP-01: the hotline's card counts the calls due until tonight only."""
        before = self._count("hotline", "start_card_followups")
        order = self._create_order()
        order.sudo().write(
            {"state": "done", "finished_at": fields.Datetime.now(), "outcome": "fixed"}
        )
        order._after_done()
        calls = order.followup_ids
        calls.sudo().write({"due_at": fields.Datetime.now() + timedelta(days=9)})
        self.assertEqual(self._count("hotline", "start_card_followups"), before)
        calls[0].sudo().due_at = fields.Datetime.now()
        self.assertEqual(self._count("hotline", "start_card_followups"), before + 1)

    def test_bad_domain_is_refused(self):
        card = self.env.ref("aftersales_service.start_card_to_schedule")
        with self.assertRaises(ValidationError):
            card.domain = "[('no_such_field', '=', 1)]"
        with self.assertRaises(ValidationError):
            card.due_field = "name"

    def test_jobs_speak_the_company_language(self):
        """R-DSP-19: what a scheduled job writes is in the language of its company; a
        job itself has none."""
        self.env["res.lang"]._activate_lang("zh_CN")
        job = self.env["aftersales.qualification"].with_company(self.company)
        job = job.with_context(lang=False)
        self.company.aftersales_require_training = True
        for lang, is_chinese in (("zh_CN", True), ("en_US", False)):
            self.company.partner_id.lang = lang
            lines = job._cron_propose_training()
            lines = lines.filtered(lambda line: line.employee_id == self.technician)
            self.assertEqual(len(lines), 1)
            found = any("\u4e00" <= sign <= "\u9fff" for sign in lines.name)
            self.assertEqual(found, is_chinese, lines.name)
            lines.unlink()
