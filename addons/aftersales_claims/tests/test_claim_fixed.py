# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimFixed(ClaimsCommon):
    """What was handed in, decided and supplied stays true."""

    def _claim(self, quantity=1, days=0, supply="none", part=None, **vals):
        line = {
            "product_id": (part or self.seal).id,
            "quantity": quantity,
            "supply": supply,
        }
        return self._create_claim(
            [line],
            failure_date=fields.Date.today() - relativedelta(days=days),
            user_id=self.users["technician"].id,
            **vals,
        )

    def _released(self, quantity=1, days=0, part=None):
        claim = self._claim(
            quantity, days, "ship", part, kind="emergency", kind_reason="Stopped"
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        return claim

    def _create_part(self, name, **vals):
        return self.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "standard_price": 100,
                "categ_id": self.seal.categ_id.id,
                **vals,
            }
        )

    def _refuse(self, error, work):
        with self.assertRaises(error), self.env.cr.savepoint():
            work()
        self.env.invalidate_all()

    def test_decisions_are_the_approvers(self):
        """R-CLM-05: no applicant decides on his line, moves it into another claim or
        takes it off one he handed in; nothing of a rejected line is allowed."""
        draft = self._claim(part=self._create_part("Gasket"))
        own = self.as_user(draft.line_ids, "technician")
        self._refuse(AccessError, lambda: own.write({"decision": "approved"}))
        claim = self._claim(days=1)
        claim.action_submit()
        self._refuse(AccessError, self.as_user(claim.line_ids, "technician").unlink)
        self._verify(claim)
        self._refuse(AccessError, lambda: own.write({"claim_id": claim.id}))
        self._refuse(
            ValidationError,
            lambda: self.as_user(claim.line_ids, "sales_vp").write(
                {"decision": "rejected", "reason": "No", "approved_quantity": 1}
            ),
        )

    def test_returned_is_decided_anew(self):
        """R-CLM-05: sent back, the earlier decision on a line is not the applicant's to
        carry on with."""
        claim = self._claim(4)
        self._verify(claim)
        self.as_user(claim.line_ids, "sales_vp").write(
            {"decision": "reduced", "approved_quantity": 1, "reason": "One"}
        )
        self.as_user(claim, "sales_vp").action_return("Look again")
        self.assertEqual(claim.line_ids.decision, "pending")
        self.assertEqual(claim.line_ids.approved_quantity, 4)

    def test_stated_is_fixed(self):
        """R-CLM-01, R-CLM-05: handed in, the applicant corrects nothing; decided,
        nobody does, and the claim is not deleted."""
        claim = self._claim()
        claim.action_submit()
        own = self.as_user(claim, "technician")
        self._refuse(AccessError, lambda: own.write({"kind": "goodwill"}))
        self._verify(claim)
        self._approve(claim, "sales_vp", "general_manager")
        self._refuse(UserError, lambda: own.write({"damage": "Other"}))
        self._refuse(UserError, lambda: own.write({"quality_analysis": "Other"}))
        claim.action_cancel("Given up")
        manager = self.as_user(claim, "service_manager")
        self._refuse(UserError, lambda: manager.write({"estimated_cost": 9000}))
        self._refuse(UserError, manager.unlink)

    def test_counted_is_fixed(self):
        """R-CLM-08, R-CLM-10: closed, a claim stays with its cause and department; the
        cause is found by the liability decision and stays as it was handed in."""
        causes = self.env["aftersales.claim.cause"].search([], limit=2)
        department = self.env["hr.department"].create({"name": "Assembly"})
        claim = self._released()
        manager = self.as_user(claim, "service_manager")
        manager.write({"cause_id": causes[0].id, "department_id": department.id})
        claim._set_state("done")
        for fname, label, value in (
            ("cause_id", "Cause", causes[1]),
            ("department_id", "Department", self.department),
        ):
            for role in ("service_manager", "quality_vp"):
                with self.assertRaisesRegex(UserError, f"“{label}” stays as it is"):
                    self.as_user(claim, role)[fname] = value
        self.env.invalidate_all()
        # the cause is often found after the parts were supplied and the claim closed
        liability = self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {
                "claim_id": claim.id,
                "cause_id": causes[1].id,
                "share_ids": [Command.create({"party": "company", "percent": 100})],
            }
        )
        self.assertEqual(claim.cause_id, causes[1])
        with self.assertRaisesRegex(UserError, "“Cause” stays as it is"):
            manager.cause_id = causes[0]
        self.env.invalidate_all()
        self.as_user(liability, "quality").cause_id = causes[0]
        for state in ("posted", "approved", "to_approve"):
            liability._set_state(state)
            for claim_state in ("approved", "done"):
                claim._set_state(claim_state)
                for record in (liability, self.as_user(claim, "quality_vp")):
                    with self.assertRaisesRegex(UserError, "“Cause” stays as it is"):
                        record.cause_id = causes[1]
                    self.env.invalidate_all()
        self.assertEqual(claim.cause_id, causes[0])

    def test_files_of_the_request_stay(self):
        """R-CLM-01: the claim rests on what the customer sent with his request."""
        request = self._create_request()
        file = self._attach(request)
        claim = self._create_claim(evidence=False, request_id=request.id)
        claim.action_submit()
        self._refuse(UserError, file.with_user(self.users["hotline"]).unlink)

    def test_part_fitted_elsewhere(self):
        """R-CLM-01: a part fitted on another machine is not claimed of this one; a
        number typed in full width is the same number."""
        other = self._create_machine("PE600-OTHER")
        order = self._create_order(self._create_request(lot_id=other.id))
        part = self._fit(order, self.seal, 1)
        line = {"product_id": self.seal.id, "supply": "none"}
        self._refuse(
            ValidationError,
            lambda: self._create_claim([{**line, "order_part_id": part.id}]),
        )
        self._create_claim([{**line, "old_lot_name": "AB12"}])
        self._refuse(
            ValidationError,
            lambda: self._create_claim([{**line, "old_lot_name": "ＡＢ１２"}]),
        )

    def test_two_lines_of_one_part(self):
        """R-CLM-06: two lines of the same part keep a move each."""
        line = {"product_id": self.seal.id, "supply": "ship"}
        claim = self._create_claim(
            [{**line, "old_lot_name": "A1"}, {**line, "old_lot_name": "A2"}],
            kind="emergency",
            kind_reason="Stopped",
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self.assertEqual(len(claim.picking_ids.move_ids), 2)

    def test_kit_is_supplied_whole(self):
        """R-CLM-06: a kit is supplied when all of its components are."""
        parts = self.seal | self._create_part("O-ring")
        self._create_stock(parts[1], 10)
        kit = self._create_part("Seal set", is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "company_id": self.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": 2})
                    for part in parts
                ],
            }
        )
        claim = self._released(2, part=kit)
        picking = claim.picking_ids
        picking.move_ids[0].write({"quantity": 4, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(claim.line_ids.supplied_quantity, 0)
        claim._supply()
        backorder = claim.picking_ids - picking
        self.assertEqual(len(backorder), 1)
        backorder.move_ids.picked = True
        backorder.button_validate()
        self.assertEqual(claim.supply_state, "done")

    def test_cancelled_supply_is_called_again(self):
        """R-CLM-06: a transfer cancelled by others is told, shown and called again."""
        claim = self._released(2)
        claim.picking_ids.action_cancel()
        self.assertTrue(claim.activity_ids)
        self.assertTrue(claim.has_supply_gap)
        self.assertIn(self.seal.name, claim.on_hold_reason)
        self.as_user(claim, "technician").action_supply_again()
        self.assertFalse(claim.activity_ids)
        live = claim.picking_ids.filtered(lambda p: p.state != "cancel")
        self.assertEqual(live.move_ids.product_uom_qty, 2)
        self._refuse(UserError, claim.action_supply_again)

    def test_old_parts_follow_the_quantity(self):
        """R-CLM-11: raised or reduced, as many old parts are asked for."""
        part = self._create_part(
            "Roller", component_class_id=self.bearing.component_class_id.id
        )
        self._create_stock(part, 9)
        claim = self._released(3, part=part)
        self.assertEqual(claim.part_return_ids.mapped("quantity"), [3])
        line = self.as_user(claim.line_ids, "service_manager")
        line.write({"decision": "reduced", "approved_quantity": 1, "reason": "One"})
        self.assertEqual(claim.part_return_ids.mapped("quantity"), [1])
        line.approved_quantity = 2
        self.assertEqual(sum(claim.part_return_ids.mapped("quantity")), 2)

    def test_reminders_end(self):
        """R-CLM-04: filed papers are asked for no more; overdue ones block the next
        release also while more is asked for."""
        claim = self._released()
        claim.sudo().filing_deadline = fields.Date.today() - relativedelta(days=3)
        self.env["aftersales.claim"]._cron_chase_filings()
        self.assertTrue(claim.activity_ids)
        self.as_user(claim.line_ids, "service_manager").quantity = 3
        self.assertEqual(claim.state, "to_approve")
        other = self._claim(days=2, kind="emergency", kind_reason="Stopped")
        other.action_submit()
        with self.assertRaisesRegex(UserError, "overdue"):
            self._approve(other, "service_manager")
