# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestStartCard(AftersalesCommon):
    def _cards(self, role):
        return self.env["aftersales.start.card"].with_user(self.users[role]).search([])

    def _count(self, role, xmlid):
        card = self.env.ref(f"aftersales_service.{xmlid}")
        return self.as_user(card, role).count

    def test_each_role_has_its_cards(self):
        """Every role opens on what needs it, and sees no other role's cards."""
        to_schedule = self.env.ref("aftersales_service.start_card_to_schedule")
        mine = self.env.ref("aftersales_service.start_card_my_orders")
        self.assertIn(to_schedule, self._cards("dispatcher"))
        self.assertNotIn(to_schedule, self._cards("hotline"))
        self.assertIn(mine, self._cards("technician"))
        self.assertNotIn(mine, self._cards("hotline"))
        for role in ("hotline", "dispatcher", "technician", "storekeeper", "sales_vp"):
            self.assertTrue(self._cards(role), role)

    def test_counts_stay_inside_the_rights(self):
        """A technician's card counts his own orders only."""
        before = self._count("technician2", "start_card_my_orders")
        self._create_order().sudo().write({"state": "dispatched"})
        self.assertEqual(self._count("technician", "start_card_my_orders"), 1)
        self.assertEqual(self._count("technician2", "start_card_my_orders"), before)

    def test_open_shows_what_was_counted(self):
        self._create_order()
        card = self.as_user(
            self.env.ref("aftersales_service.start_card_to_schedule"), "dispatcher"
        )
        action = card.action_open()
        found = self.env[action["res_model"]].with_user(card.env.user)
        self.assertEqual(found.search_count(action["domain"]), card.count)

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
