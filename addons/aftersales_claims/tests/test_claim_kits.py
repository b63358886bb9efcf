# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_books import BooksCommon


@tagged("post_install", "-at_install")
class TestClaimKits(BooksCommon):
    """Kits: what they cost, and halves of them; settings changed in between."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ring = cls.env["product.product"].create(
            {"name": "O-ring", "is_storable": True, "categ_id": cls.part_category.id}
        )
        cls.kit = cls.env["product.product"].create(
            {"name": "Seal set", "type": "consu", "is_storable": False}
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.ring, cls.stock_location, 20
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "product_qty": 2,
                "type": "phantom",
                "company_id": cls.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in ((cls.seal, 2), (cls.ring, 8))
                ],
            }
        )

    def _release(self, owner=None):
        """Two kits half of which have gone out: the seals, and no ring.

        :param owner: res.partner whose goods the seals are; ours by default
        """
        self.ring.with_company(self.company).standard_price = 10
        claim = self._create_shipped_claim(self.kit, 2)
        picking = claim.picking_ids
        seals = picking.move_ids.filtered(lambda move: move.product_id == self.seal)
        seals.write({"quantity": 2, "picked": True})
        if owner:
            seals.move_line_ids.owner_id = owner
        picking.with_context(skip_backorder=True).button_validate()
        return claim

    def test_cost_of_a_kit(self):
        """R-CLM-04, R-CLM-08: a kit without a cost of its own costs what its
        components do; one of them unknown, it is unknown."""
        lines = [{"product_id": self.kit.id, "quantity": 3, "supply": "none"}]
        claim = self._create_claim(lines)
        self.assertTrue(claim.line_ids.has_unknown_cost)
        self.ring.with_company(self.company).standard_price = 10
        other = self._create_claim(lines, lot_id=self._create_machine("PE600-2").id)
        self.assertFalse(other.line_ids.has_unknown_cost)
        self.assertEqual(other.line_ids.unit_cost, 260 + 4 * 10)
        self.assertEqual(other.amount_total, 900)

    def test_half_a_kit_is_out(self):
        """R-CLM-05, R-CLM-06: with components at the customer's and no kit complete,
        the claim is neither given up nor its line rejected; reversed, they come
        back."""
        claim = self._release()
        self.assertEqual(claim.line_ids.supplied_quantity, 0)
        with self.assertRaisesRegex(UserError, "in the books"):
            claim.action_cancel("Given up")
        line = self.as_user(claim.line_ids, "service_manager")
        with (
            self.assertRaisesRegex(UserError, "supplied already"),
            self.env.cr.savepoint(),
        ):
            line.write({"decision": "rejected", "reason": "None"})
        self.env.invalidate_all()
        self.as_user(claim, "accountant").action_reverse("Wrong customer")
        self.assertEqual(claim.state, "cancelled")
        self.assertEqual(self._quantity(self.seal, self.awaiting), 2)
        self.assertFalse(self._balance(self.warranty_expense_account))

    def test_half_a_kit_not_in_the_books(self):
        """R-CLM-05: goods of somebody else that lie in our stock post nothing; gone out
        as a part of a kit they are at the customer's all the same."""
        claim = self._release(owner=self.customer)
        self.assertFalse(claim.cost_ids)
        self.assertEqual(claim.line_ids.supplied_quantity, 0)
        with self.assertRaisesRegex(UserError, "at the customer's"):
            claim.action_cancel("Given up")

    def test_locations_changed_meanwhile(self):
        """R-CLM-06, R-CLM-09: where goods of claims went stays where they are looked
        for: chosen anew, they would be sent a second time."""
        other = self.warranty_location.copy({"name": "Other"})
        self.company.aftersales_warranty_location_id = other
        self.company.aftersales_warranty_location_id = self.warranty_location
        claim = self._create_shipped_claim()
        with self.assertRaisesRegex(UserError, claim.name):
            self.company.aftersales_warranty_location_id = other
        claim.picking_ids.move_ids.picked = True
        claim.picking_ids.button_validate()
        with self.assertRaisesRegex(UserError, "Rename this location"):
            self.company.aftersales_warranty_location_id = other
        # the same one again, another setting, is no change
        self.company.write(
            {
                "aftersales_warranty_location_id": self.warranty_location.id,
                "aftersales_filing_days": 4,
            }
        )
        spare = self.awaiting.copy({"name": "Spare"})
        self.company.aftersales_awaiting_location_id = spare
        self.company.aftersales_awaiting_location_id = self.awaiting
        self._move(self.seal, 1, self.stock_location, self.awaiting)
        with self.assertRaisesRegex(UserError, "wait for their claims"):
            self.company.aftersales_awaiting_location_id = spare
