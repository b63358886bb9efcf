# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_recovery import PIXEL, RecoveryCommon


@tagged("post_install", "-at_install")
class TestRecoveryPortal(RecoveryCommon):
    """Who sees statements, and the supplier's answer in the portal (R-CLM-12)."""

    def test_roles(self):
        """R-CLM-12: technicians and storekeepers see no statement; the supplier's
        portal user sees his own once it is sent, nobody else's."""
        statement = self._create_statement()
        for role in ("technician", "storekeeper", "hotline", "employee"):
            self.assertFalse(self.as_user(statement, role).has_access("read"), role)
        self.assertTrue(self.as_user(statement, "accountant").has_access("read"))
        supplier = statement.with_user(self.supplier_user)
        self.assertFalse(supplier.has_access("read"))
        self._send(statement)
        self.assertTrue(supplier.has_access("read"))
        self.assertTrue(supplier.line_ids.has_access("read"))
        self.assertFalse(supplier.has_access("write"))
        self.assertFalse(statement.with_user(self.other_user).has_access("read"))
        self.assertFalse(
            statement.line_ids.with_user(self.other_user).has_access("read")
        )
        with self.assertRaises(AccessError):
            supplier.line_ids.write({"state": "dropped"})

    def test_supplier_answers_in_the_portal(self):
        """R-CLM-12: he sees part, inspection and photo, and answers each line;
        another supplier sees nothing of it."""
        statement = self._send(self._create_statement(receive=True))
        line = statement.line_ids
        url = f"/my/recoveries/{statement.id}"
        photo = f"{url}/photo/{line.part_return_ids.photo_ids.id}"
        self.authenticate("as_other", "as_other")
        self.assertNotIn(statement.name, self.url_open("/my/recoveries").text)
        self.assertNotIn(statement.name, self.url_open(url).text)
        self.assertEqual(self.url_open(photo).status_code, 404)
        self.authenticate("as_supplier", "as_supplier")
        self.assertIn(statement.name, self.url_open("/my/recoveries").text)
        page = self.url_open(url).text
        for text in (line.claim_id.name, "BRG-OLD-77", "Spherical roller bearing"):
            self.assertIn(text, page)
        self.assertEqual(self.url_open(photo).content, PIXEL)
        token = self._get_token(page)
        page = self.url_open(
            f"{url}/answer",
            data={"csrf_token": token, f"answer_{line.id}": "dispute"},
        ).text
        self.assertIn("Say why", page)
        self.assertEqual(line.state, "pending")
        self.url_open(
            f"{url}/answer",
            data={
                "csrf_token": token,
                f"answer_{line.id}": "dispute",
                f"note_{line.id}": "Wrong grease",
            },
        )
        self.assertEqual((line.state, line.answer_note), ("disputed", "Wrong grease"))
        self.assertEqual(statement.state, "answered")
        self.assertEqual(line.answered_by_id, self.supplier_user)

    def test_answer_is_all_or_nothing(self):
        """R-CLM-12: an answer refused on one line records none of the others; what
        was typed stays on the page."""
        liability = self._create_posted_liability()
        self._create_second_liability()
        statement = self._send(self._create_statement(liability))
        first, second = statement.line_ids
        url = f"/my/recoveries/{statement.id}"
        self.authenticate("as_supplier", "as_supplier")
        token = self._get_token(self.url_open(url).text)
        page = self.url_open(
            f"{url}/answer",
            data={
                "csrf_token": token,
                f"answer_{first.id}": "accept",
                f"note_{first.id}": "Cage was ours",
                f"answer_{second.id}": "dispute",
            },
        ).text
        self.assertIn("Say why", page)
        self.assertIn("Cage was ours", page)
        self.env.invalidate_all()
        self.assertEqual(set(statement.line_ids.mapped("state")), {"pending"})
        self.assertFalse(first.answer_note)
        self.assertEqual(statement.state, "sent")

    def test_start_cards(self):
        """Each role of the claims has its cards, with counts of its own."""
        self._send(self._create_statement())
        for role, name, counted in (
            ("service_manager", "start_card_claims_verify", 0),
            ("service_manager", "start_card_claims_filing", 0),
            ("sales_vp", "start_card_claims_approve", 0),
            ("accountant", "start_card_claim_costs", 0),
            ("storekeeper", "start_card_old_parts_receive", 0),
            ("storekeeper", "start_card_old_parts_dispose", 0),
            ("quality", "start_card_old_parts_inspect", 0),
            ("quality", "start_card_recoveries", 1),
            ("quality", "start_card_complaints_judge", 0),
            ("quality_vp", "start_card_complaints_approve", 0),
            ("quality_vp", "start_card_disputes", 0),
            ("quality", "start_card_batch_alerts", 0),
            ("service_manager", "start_card_batch_alerts", 0),
            ("service_manager", "start_card_appeals", 0),
            ("service_manager", "start_card_supply_late", 0),
            ("service_manager", "start_card_exchanges", 0),
        ):
            card = self.as_user(self.env.ref(f"aftersales_claims.{name}"), role)
            self.assertIn(card, card.search([]), name)
            self.assertGreaterEqual(card.count, counted, name)
            card.action_open()
