# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestClaimRefusals(RecoveryCommon):
    """What a claim, its lines, its supply and its costs are refused, each for its own
    reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.earlier = fields.Date.today() - relativedelta(days=3)

    def _denied(self, pattern, call, *args):
        """``call`` is not for this user, and nothing of it is done."""
        with self.assertRaisesRegex(AccessError, pattern), self.env.cr.savepoint():
            call(*args)
        self.env.invalidate_all()

    def _create_approved(self, line=None, **vals):
        """An emergency of one line, approved by whom its total asks."""
        claim = self._create_claim(
            [line or (self.seal, 1)],
            kind="emergency",
            kind_reason="Stopped",
            **{"estimated_cost": 0, **vals},
        )
        claim.action_submit()
        self._approve_release(claim)
        return claim

    def test_lines_under_decision(self):
        """R-CLM-05: a rejected line allows nothing, one that allows less is reduced;
        no line vanishes under its approvers, and none is of more than was fitted."""
        claim = self._create_claim(
            [(self.seal, 4)],
            user_id=self.users["hotline"].id,
            failure_date=self.earlier,
        )
        self._verify(claim)
        line = self.as_user(claim.line_ids, "sales_vp")
        rejected = {"decision": "rejected", "reason": "Worn", "approved_quantity": 1}
        self._refused(
            "Nothing of .* is allowed once it is rejected", line.write, rejected
        )
        self._refused("as reduced to allow less", line.write, {"approved_quantity": 3})
        manager = self.as_user(claim.line_ids, "service_manager")
        self._refused("are rejected, not deleted", manager.unlink)
        order_claim = self._create_order_claim()
        fitted = order_claim.line_ids.filtered(lambda x: x.product_id == self.seal)
        self._refused(
            "2.0 of .* claimed, but only 1.0 fitted", fitted.write, {"quantity": 2}
        )
        bearing = order_claim.line_ids - fitted
        self._refused(
            "was not fitted on this machine by",
            bearing.write,
            {"product_id": self.seal.id, "lot_id": False},
        )

    def test_supply_without_a_way(self):
        """R-CLM-06: nothing is approved that cannot be supplied: the settings are
        missing, or nobody is there to bring the part; each is named."""
        company = self.company
        for line, message, fname in (
            ("technician", "has no service order with a technician to bring", None),
            (
                "ship",
                "Claim operation, awaiting-claim and warranty locations are missing",
                "aftersales_awaiting_location_id",
            ),
            (
                "ship",
                "The claim supply route is missing in the settings of Huakuang",
                "aftersales_claim_route_id",
            ),
        ):
            claim = self._create_claim(
                [{"product_id": self.seal.id, "supply": line}],
                kind="emergency",
                kind_reason="Stopped",
            )
            claim.action_submit()
            with self.subTest(message=message), self.env.cr.savepoint() as savepoint:
                if fname:
                    company[fname] = False
                self._refused(message, self._approve_release, claim)
                self.assertEqual(claim.state, "to_approve")
                self.assertFalse(claim.picking_ids)
                savepoint.rollback()
            self.as_user(claim, "service_manager").action_reject("Next case")

    def test_supply_once(self):
        """R-CLM-06: what is on its way is not called for again, nor exchanged for
        another part; only what a technician has is fitted by him."""
        claim = self._create_approved({"product_id": self.seal.id, "supply": "ship"})
        self._refused("is supplied or on its way", claim.action_supply_again)
        self._refused(
            "is on its way already",
            self.as_user(claim.line_ids, "service_manager").write,
            {"product_id": self.bearing.id},
        )
        self._refused("has no parts at the technician's", claim.action_confirm_fitted)

    def test_fitted_piece_without_its_number(self):
        """R-CLM-06: a piece with a number is taken from where it waits by it."""
        claim = self._create_order_claim()
        bearing = claim.line_ids.filtered(lambda x: x.product_id == self.bearing)
        bearing.lot_id = False
        bearing.order_part_id.lot_id = False
        claim.action_submit()
        self._refused("Enter the serial number of", self._approve_release, claim)
        self.assertEqual(claim.state, "to_approve")

    def test_costs_of_whom_and_when(self):
        """R-CLM-05, R-CLM-09: a claim that is over takes no costs; more is asked for
        only when it cost more, by those whose claim it is."""
        claim = self._create_approved()
        accountant = self.as_user(claim, "accountant")
        ask = accountant.action_ask_costs
        self._refused("are within what was approved", ask, "A second visit")
        self._add_cost(claim, "labour", 5000)
        self._denied(
            "asked for by the accountant, the service manager or the applicant",
            self.as_user(claim, "sales_vp").action_ask_costs,
            "A second visit",
        )
        self._refused(
            "has nothing to file", self._create_claim([(self.bearing, 1)]).action_file
        )
        over = self._create_claim([(self.bearing, 2)], failure_date=self.earlier)
        over.action_cancel()
        self._refused(
            "takes no costs: it is rejected or cancelled",
            self._add_cost,
            over,
            "labour",
            1,
        )

    def test_given_up_only_before_the_books(self):
        """R-CLM-09: what is in the books or at the customer's is reversed, not given
        up, and no less is approved than is there."""
        claim = self._create_approved(estimated_cost=100)
        self._add_cost(claim, "labour", 100)
        self.as_user(claim, "accountant").action_post_costs()
        cancel = self.as_user(claim, "service_manager").action_cancel
        self._refused("has costs in the books; reverse it instead", cancel)
        sent = self._create_shipped_claim(quantity=3, failure_date=self.earlier)
        picking = sent.picking_ids
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        line = self.as_user(sent.line_ids, "service_manager")
        less = {"decision": "reduced", "approved_quantity": 1, "reason": "One"}
        self._refused("2.0 of .* were supplied already", line.write, less)
        self.assertEqual(line.approved_quantity, 3)

    def test_nobody_to_approve(self):
        """R-CLM-03: without a tier nothing is approved by itself."""
        claim = self._create_claim()
        claim.action_submit()
        claim.write(
            {
                "technology_analysis": "A",
                "quality_analysis": "B",
                "proposal": "compensate",
            }
        )
        self.env["tier.definition"].search([("model", "=", claim._name)]).active = False
        self._refused("No approval tier applies to", claim.action_verify)
        self.assertEqual(claim.state, "submitted")

    def test_substitute_of_whom(self):
        """R-CLM-05: each names his own substitute, and one who may decide."""
        today = fields.Date.today()
        mine = self.as_user(self.env["aftersales.substitution"], "sales_vp")
        vals = {
            "user_id": self.users["sales_vp"].id,
            "substitute_id": self.users["general_manager"].id,
            "date_from": today,
            "date_to": today,
        }
        self._denied(
            "for yourself only",
            mine.create,
            {**vals, "user_id": self.users["service_manager"].id},
        )
        substitution = mine.create(vals)
        self._denied(
            "for yourself only", self.as_user(substitution, "general_manager").unlink
        )
        self._denied(
            "for yourself only",
            substitution.write,
            {"user_id": self.users["service_manager"].id},
        )
        self._refused(
            "has no right to decide on claims",
            mine.create,
            {**vals, "substitute_id": self.users["employee"].id},
        )

    def test_appeal_stays(self):
        """R-CLM-05: an appeal stays on its claim and is taken up once."""
        claim = self._create_claim(user_id=self.users["hotline"].id)
        self._verify(claim)
        self.as_user(claim, "sales_vp").action_reject("Wear")
        other = self._create_claim([(self.bearing, 1)])
        appeal = self.as_user(self.env["aftersales.claim.appeal"], "hotline").create(
            {"claim_id": claim.id, "grounds": "Sealed bearing"}
        )
        self._refused(
            "not changed once it is taken up", appeal.write, {"claim_id": other.id}
        )
        self.as_user(appeal, "service_manager").action_take_up()
        self._refused(
            "was taken up already",
            self.as_user(appeal, "service_manager").action_take_up,
        )
        self._refused(
            "not changed once it is taken up", appeal.write, {"grounds": "Other"}
        )

    def test_carrier_claim_stays(self):
        """R-CLM-07: what the carrier was told he owes stays as he was told; he is
        told with evidence, and what he was told is not deleted."""
        carrier = self.env["res.partner"].create({"name": "C", "is_carrier": True})
        claim = self._create_spine_claim()
        vals = {
            "carrier_id": carrier.id,
            "amount": 400,
            "tracking_number": "SF1001",
            "company_id": self.company.id,
        }
        Carrier = self.as_user(self.env["aftersales.carrier.claim"], "service_manager")
        self._refused(
            "Attach photos or the transport record", Carrier.create(vals).action_notify
        )
        damage = Carrier.create({**vals, "claim_id": claim.id})
        damage.amount = 500
        damage.action_notify()
        self._refused("“Claimed” stays as it is", damage.write, {"amount": 600})
        self._refused("Only draft carrier claims", damage.unlink)
        self.assertEqual(damage.amount, 500)
        self._denied("done by the claims accountant", damage.action_accept)
        self._decide(
            claim, {"party": "carrier", "partner_id": carrier.id, "percent": 100}
        )
        accountant = self.as_user(damage, "accountant")
        accountant.amount_accepted = 500
        self._refused("charges the carrier already", accountant.action_accept)
        self._denied("done by the claims accountant", damage.action_reverse)
