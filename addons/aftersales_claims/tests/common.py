# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.aftersales_service.tests.common import AftersalesCommon

#: account settings the fixture fills: setting -> (code, account type)
ACCOUNTS = {
    "aftersales_cost_account_shipping_id": ("224191", "liability_current"),
    "aftersales_cost_account_labour_id": ("221191", "liability_current"),
    "aftersales_cost_account_travel_id": ("224192", "liability_current"),
    "aftersales_cost_account_processing_id": ("510191", "expense"),
    "aftersales_cost_account_purchasing_id": ("224193", "liability_current"),
    "aftersales_carrier_account_id": ("122191", "asset_current"),
    "aftersales_employee_receivable_account_id": ("122192", "asset_current"),
    "aftersales_provision_account_id": ("280191", "liability_current"),
}

#: a picture of one pixel
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


class ClaimsCommon(AftersalesCommon):
    """The maker's fixture with accounts of the claims and fitted parts."""

    @classmethod
    def _setup_accounts(cls):
        res = super()._setup_accounts()
        Account = cls.env["account.account"].with_company(cls.company)
        for fname, (code, account_type) in ACCOUNTS.items():
            cls.company[fname] = Account.create(
                {"name": fname, "code": code, "account_type": account_type}
            )
        cls.awaiting = cls.company.aftersales_awaiting_location_id
        cls.warranty_location = cls.company.aftersales_warranty_location_id
        return res

    @classmethod
    def _fit(cls, order, product, quantity=1, lot=None, old_serial=False):
        """Fit ``quantity`` of ``product`` free of charge: a part of the order and
        its transfer from stock to where it waits for the claim."""
        part = cls.env["aftersales.order.part"].create(
            {
                "order_id": order.id,
                "product_id": product.id,
                "quantity": quantity,
                "quantity_used": quantity,
                "lot_id": lot.id if lot else False,
                "old_lot_name": old_serial,
                "in_warranty": True,
            }
        )
        cls._move(product, quantity, cls.stock_location, cls.awaiting, lot)
        return part

    @classmethod
    def _move(cls, product, quantity, source, target, lot=None):
        """Move goods by a transfer that is done; returns the stock.move."""
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": cls.company.aftersales_requisition_type_id.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        move = picking.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    **move._prepare_move_line_vals(),
                    "lot_id": lot.id if lot else False,
                    "quantity": quantity,
                }
            )
        ]
        move.picked = True
        picking._action_done()
        return move

    @classmethod
    def _attach(cls, record, name="damage.jpg"):
        return cls.env["ir.attachment"].create(
            {
                "name": name,
                "raw": b"photo of the broken bearing",
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    @classmethod
    def _create_claim(cls, lines=None, evidence=True, **vals):
        """Claim by hand, nothing to move unless ``lines`` say so.

        :param lines: list of (product, quantity) or dict of line values
        """
        lines = [(cls.seal, 1)] if lines is None else lines
        line_vals = [
            line
            if isinstance(line, dict)
            else {"product_id": line[0].id, "quantity": line[1], "supply": "none"}
            for line in lines
        ]
        claim = cls.env["aftersales.claim"].create(
            {
                "partner_id": cls.customer.id,
                "lot_id": cls.machine.id,
                "company_id": cls.company.id,
                "damage": "Bearing seized, cage broken",
                "line_ids": [Command.create(vals) for vals in line_vals],
                **vals,
            }
        )
        if evidence:
            cls._attach(claim)
        return claim

    def _create_shipped_claim(self, product=None, quantity=3, **vals):
        """A machine-down claim whose parts wait in the warehouse to be shipped."""
        product = product or self.seal
        claim = self._create_claim(
            [{"product_id": product.id, "quantity": quantity, "supply": "ship"}],
            **{"kind": "machine_down", "kind_reason": "Stopped", **vals},
        )
        claim.action_submit()
        self._approve_release(claim)
        return claim

    @classmethod
    def _create_portal_user(cls, login, company_partner):
        user = new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        user.partner_id.parent_id = company_partner
        return user

    @classmethod
    def _create_order_claim(cls, kind="emergency", **vals):
        """The spine's claim: bearing and one seal, fitted and waiting."""
        order = cls._create_order()
        cls._fit(order, cls.bearing, 1, cls.bearing_lot, "BRG-OLD-77")
        cls._fit(order, cls.seal, 1)
        order.action_create_claim()
        claim = order.claim_ids
        claim.write({"kind": kind, "kind_reason": "Quarry stands still", **vals})
        cls._attach(claim)
        return claim

    def _verify(self, claim):
        """Bring a normal claim to its approvers."""
        claim.write(
            {
                "technology_analysis": "Bearing undersized",
                "quality_analysis": "Cage material out of tolerance",
                "proposal": "compensate",
            }
        )
        if claim.state == "draft":
            claim.action_submit()
        if claim.state == "submitted":
            claim.action_verify()

    def _create_waiting_emergency(self, **vals):
        """An emergency of the hotline's that waits for its approver."""
        claim = self._create_claim(
            kind="emergency",
            kind_reason="Down",
            user_id=self.users["hotline"].id,
            **vals,
        )
        self.as_user(claim, "hotline").action_submit()
        return claim

    def _approve(self, claim, *roles, comment=None):
        for role in roles:
            self.as_user(claim, role).action_approve(comment)

    def _approve_release(self, claim, comment=None):
        """Approve an emergency as whoever its total asks."""
        level = claim.approval_level
        role = "service_manager" if level == "manager" else level
        self._approve(claim, role, comment=comment)

    def _balance(self, *accounts):
        """Balance of posted entries on ``accounts``, or of everything by account."""
        domain = [("parent_state", "=", "posted"), ("company_id", "=", self.company.id)]
        if accounts:
            domain.append(("account_id", "in", [a.id for a in accounts]))
            return sum(self.env["account.move.line"].search(domain).mapped("balance"))
        groups = self.env["account.move.line"]._read_group(
            domain, ["account_id"], ["balance:sum"]
        )
        return {
            account: round(balance, 2)
            for account, balance in groups
            if round(balance, 2)
        }

    def _add_cost(self, claim, kind, amount, **vals):
        return self.as_user(self.env["aftersales.claim.cost"], "accountant").create(
            {"claim_id": claim.id, "kind": kind, "amount": amount, **vals}
        )

    def _create_plans(self):
        """Analytic accounts of the customer, the machine and the department."""
        plans = self.env["account.analytic.plan"].create(
            [{"name": name} for name in ("Customers", "Machines", "Departments")]
        )
        customer, machine, service = self.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "company_id": self.company.id}
                for name, plan in zip(
                    ("Quarries", "Crushers", "Service"), plans, strict=True
                )
            ]
        )
        self.env["account.analytic.distribution.model"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "analytic_distribution": {str(customer.id): 100},
                },
                {
                    "product_categ_id": self.machine_product.categ_id.id,
                    "company_id": self.company.id,
                    "analytic_distribution": {str(machine.id): 100},
                },
            ]
        )
        self.department.aftersales_analytic_account_id = service
        return customer, machine, service

    def _quantity(self, product, location):
        return self.env["stock.quant"]._get_available_quantity(product, location)
