# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase

from .common import PIXEL, ClaimsCommon


class RecoveryCommon(ClaimsCommon, HttpCase):
    """Posted liability decisions and the statements of their suppliers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bearing.seller_ids = [
            Command.create({"partner_id": cls.supplier.id, "price": 6200})
        ]
        cls.supplier_user = cls._create_portal_user("as_supplier", cls.supplier)
        cls.other_supplier = cls.env["res.partner"].create(
            {"name": "Luoyang Seals", "is_company": True, "supplier_rank": 1}
        )
        cls.other_user = cls._create_portal_user("as_other", cls.other_supplier)
        cls.station = cls.env["res.partner"].create(
            {"name": "Ganzhou Station", "is_company": True, "is_service_station": True}
        )
        cls.station_user = cls._create_portal_user("as_station", cls.station)
        cls.month = fields.Date.today().replace(day=1)

    def _create_posted_liability(self, percent=70, partner=None, claim=None, post=True):
        """The spine's claim, posted, with ``percent`` at the supplier.

        :param post: a draft if not
        """
        claim = claim or self._create_spine_claim()
        liability = self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {
                "claim_id": claim.id,
                "analysis": "Cage material out of tolerance",
                "share_ids": [
                    Command.create(
                        {
                            "party": "supplier",
                            "partner_id": (partner or self.supplier).id,
                            "percent": percent,
                        }
                    ),
                    Command.create({"party": "company", "percent": 100 - percent}),
                ],
            }
        )
        if not post:
            return liability.with_env(self.env)
        liability.action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        self.as_user(liability, "accountant").action_post()
        return liability.with_env(self.env)

    def _create_second_liability(self, amount=100, estimated_cost=0, **vals):
        """Liability of another claim of the supplier's part: ``amount`` of freight.

        :param estimated_cost: what the claim asks for beside the part
        :param vals: of ``_create_posted_liability``
        """
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Stopped",
            failure_date=fields.Date.today() - relativedelta(days=40),
            estimated_cost=estimated_cost,
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self._add_cost(claim, "shipping", amount)
        self.as_user(claim, "accountant").action_post_costs()
        return self._create_posted_liability(claim=claim, **vals)

    def _reverse_in_accounting(self, move, amount=None):
        """Reverse ``move`` by the ERP's own dialog, or ``amount`` of it; returns the
        reversal."""
        wizard = (
            self.as_user(self.env["account.move.reversal"], "accountant")
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": fields.Date.today()})
        )
        action = wizard.reverse_moves()
        reversal = self.as_user(move, "accountant").browse(action["res_id"])
        if amount:
            reversal.invoice_line_ids.price_unit = amount
        if reversal.state == "draft":
            reversal.action_post()
        return reversal

    def _create_emergency_with_costs(self, machine):
        """An approved emergency with freight of 100 in the books.

        :param machine: serial number of a machine of its own
        """
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Stopped",
            lot_id=self._create_machine(machine).id,
        )
        claim.action_submit()
        self._approve(claim, "service_manager")
        self._add_cost(claim, "shipping", 100)
        self.as_user(claim, "accountant").action_post_costs()
        return claim

    def _decide_parts(self, claim, *percents):
        """A decision of supplier, customer and company."""
        return self._decide(
            claim,
            {
                "party": "supplier",
                "partner_id": self.supplier.id,
                "percent": percents[0],
            },
            {
                "party": "customer",
                "partner_id": self.customer.id,
                "percent": percents[1],
            },
            {"party": "company", "percent": percents[2]},
        )

    def _decide(self, claim, *parties, post=True):
        """A posted decision; ``parties`` are values of shares.

        :param post: approved only if not
        """
        liability = self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {
                "claim_id": claim.id,
                "analysis": "Cage material out of tolerance",
                "share_ids": [Command.create(vals) for vals in parties],
            }
        )
        liability.action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        if post:
            self.as_user(liability, "accountant").action_post()
        return liability.with_env(self.env)

    def _refused(self, pattern, call, *args):
        """``call`` is refused, and the books are as they were."""
        balances = self._balance()
        with self.assertRaisesRegex(UserError, pattern), self.env.cr.savepoint():
            call(*args)
        self.env.invalidate_all()
        self.assertEqual(self._balance(), balances)

    def _create_settlement(self, bill=True):
        """Work of the station the month's settlement owes: 260.

        :param bill: confirmed only if not
        """
        settlement = self.env["aftersales.settlement"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "line_ids": [Command.create({"name": "Work", "amount": 260})],
            }
        )
        settlement.action_send()
        settlement.action_confirm()
        if bill:
            self.as_user(settlement, "accountant").action_bill()
        return settlement

    def _charge_old_part(self):
        """Old part a customer kept, charged to him."""
        part = self.env["aftersales.part.return"].create(
            {
                "product_id": self.seal.id,
                "quantity": 1,
                "company_id": self.company.id,
                "holder_kind": "customer",
                "holder_partner_id": self.customer.id,
            }
        )
        part.action_lapse()
        self.as_user(part, "service_manager").action_charge()
        return part

    def _charge_technician(self, claim):
        """Old part of ``claim`` a technician kept, 120 charged to him."""
        part = claim.part_return_ids[:1]
        part.write(
            {"holder_kind": "technician", "holder_employee_id": self.technician.id}
        )
        part.action_lapse()
        manager = self.as_user(part, "service_manager")
        manager.charge_amount = 120
        manager.action_charge()
        return part

    def _create_spine_claim(self):
        """6,460 of goods and 480 + 480 + 650 of other costs: 8,070."""
        claim = self._create_order_claim("emergency", estimated_cost=1610)
        claim.action_submit()
        self._approve(claim, "sales_vp")
        for kind, amount in (("shipping", 480), ("labour", 480), ("travel", 650)):
            self._add_cost(claim, kind, amount)
        self.as_user(claim, "accountant").action_post_costs()
        return claim

    def _create_statement(self, liability=None, receive=False):
        liability = liability or self._create_posted_liability()
        if receive:
            part = liability.claim_id.part_return_ids
            part.photo_ids = self.env["ir.attachment"].create(
                {"name": "cage.png", "raw": PIXEL}
            )
            part._receive()
            part.write({"inspection_result": "supplier", "disposition": "supplier"})
            self.as_user(part, "quality").action_inspect()
        statement = self.env["aftersales.recovery"].create(
            {
                "partner_id": self.supplier.id,
                "period_start": self.month,
                "company_id": self.company.id,
            }
        )
        statement.action_collect_lines()
        return statement

    def _send(self, statement):
        self.as_user(statement, "quality").action_send()
        return statement

    def _answer(self, statement):
        self._send(statement)
        statement.line_ids._answer("accept")
        statement.action_answer()
        return statement

    def _get_token(self, page):
        marker = 'name="csrf_token"'
        tail = page[page.index(marker) :]
        return tail.split('value="', 1)[1].split('"', 1)[0]
