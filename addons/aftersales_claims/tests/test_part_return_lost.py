# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_part_return import PartReturnCommon


@tagged("post_install", "-at_install")
class TestPartReturnLost(PartReturnCommon):
    """Old parts that do not come back in time."""

    def test_overdue_chased_then_invalid_then_charged(self):
        """R-CLM-11: chased once when overdue, invalid after the grace, and the
        customer who kept the part is charged by a draft invoice."""
        today = fields.Date.today()
        late = self._create_seals(
            2,
            holder_kind="customer",
            holder_partner_id=self.customer.id,
            due_date=today - relativedelta(days=1),
        )
        lapsed = late.copy({"due_date": today - relativedelta(days=8)})
        Part = self.env["aftersales.part.return"]
        self.assertIn(late, Part.search([("is_overdue", "=", True)]))
        for _i in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "aftersales_claims.cron_part_return_chase"
                ).method_direct_trigger()
        self.assertEqual(len(late.activity_ids), 1)
        self.assertEqual(late.state, "expected")
        self.assertEqual((lapsed.state, lapsed.charge_state), ("invalid", "to_charge"))
        self.assertEqual(lapsed.charge_amount, 520)
        with self.assertRaises(UserError):
            self.as_user(lapsed, "storekeeper").action_charge()
        self.as_user(lapsed, "service_manager").action_charge()
        invoice = lapsed.charge_move_id
        self.assertEqual(
            (invoice.move_type, invoice.state, invoice.amount_untaxed),
            ("out_invoice", "draft", 520),
        )
        self.assertEqual(invoice.partner_id, self.customer)
        with self.assertRaises(UserError):
            lapsed.action_charge()
        with self.assertRaises(UserError):
            lapsed.action_reinstate()
        for vals in ({"charge_amount": 1}, {"waive_reason": "A friend"}):
            with self.assertRaisesRegex(UserError, "nothing to charge"):
                self.as_user(lapsed, "service_manager").write(vals)
        # an amount that three pieces do not divide evenly is charged to the cent
        odd = self._create_seals(
            3, holder_kind="customer", holder_partner_id=self.customer.id
        )
        odd.action_lapse()
        manager = self.as_user(odd, "service_manager")
        manager.charge_amount = 100
        manager.action_charge()
        self.assertEqual(odd.charge_move_id.amount_untaxed, 100)
        self.assertIn("3 × ", odd.charge_move_id.invoice_line_ids.name)

    def test_what_came_back_is_not_lost_with_the_rest(self):
        """R-CLM-11: of three pieces one came back: when the rest lapses it is on a tag
        of its own, charged alone; the piece is inspected and disposed of."""
        part = self._create_seals(
            3, holder_kind="customer", holder_partner_id=self.customer.id
        )
        part._receive({part: 1})
        other = self._create_seals(2)
        (part | other).action_lapse()
        rest = part.search([("product_id", "=", self.seal.id)]) - part - other
        self.assertEqual((part.state, part.quantity), ("received", 1))
        self.assertEqual((part.charge_state, part.charge_amount), ("none", 0))
        self.assertEqual(
            (rest.state, rest.quantity, rest.charge_amount), ("invalid", 2, 520)
        )
        self.assertEqual((other.state, other.charge_amount), ("invalid", 520))
        self.assertEqual(rest.holder_partner_id, self.customer)
        self.assertNotEqual(rest.name, part.name)
        self.assertIn(rest.name, part.message_ids.mapped("body")[0])
        self.as_user(rest, "service_manager").action_charge()
        self.assertEqual(rest.charge_move_id.amount_untaxed, 520)
        self._inspect(part, "scrap", "wear")
        self.as_user(part, "storekeeper").action_dispose()
        self.assertEqual(part.state, "done")
        quants = self.env["stock.quant"].search(
            [("location_id", "=", self.quarantine.id)]
        )
        self.assertFalse(sum(quants.mapped("quantity")))

    def test_late_part_accepted_and_waived(self):
        """R-CLM-11: a late part may be accepted; waiving needs a reason."""
        part = self._create_part()
        part.action_lapse()
        with self.assertRaises(UserError):
            part._receive()
        self.as_user(part, "quality").action_reinstate()
        part._receive()
        self.assertEqual((part.state, part.charge_state), ("received", "none"))
        other = self._create_part(old_lot_name="BRG-OLD-0002")
        other.action_lapse()
        with self.assertRaises(UserError):
            other.action_waive()
        other.waive_reason = "Stolen with the van, police report filed"
        other.action_waive()
        self.assertEqual(other.charge_state, "waived")
