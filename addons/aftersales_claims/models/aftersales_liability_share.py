# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesLiabilityShare(models.Model):
    """Who bears how much of a claim, and what it did to the books."""

    _name = "aftersales.liability.share"
    _inherit = "aftersales.billed.mixin"
    _bill_types = ("out_invoice", "in_refund", "entry")
    _bill_field = "account_move_id"
    # open again once the decision has posted it, see the decision's has_open_share
    _billed_states = ("posted", "draft")
    _guarded_fields = (
        "state",
        "account_move_id",
        "reversal_move_id",
        "former_bill_ids",
    )
    _description = "Liability Share"
    _rec_name = "liability_id"
    _order = "liability_id, sequence, id"
    _check_company_auto = True

    # === FIELDS ===#
    liability_id = fields.Many2one(
        "aftersales.liability",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    sequence = fields.Integer(default=10)
    claim_id = fields.Many2one(related="liability_id.claim_id", store=True, index=True)
    company_id = fields.Many2one(related="liability_id.company_id", store=True)
    currency_id = fields.Many2one(related="liability_id.currency_id")
    party = fields.Selection(
        [
            ("supplier", "Supplier"),
            ("department", "Department"),
            ("employee", "Employee"),
            ("customer", "Customer"),
            ("carrier", "Carrier"),
            ("company", "Company"),
        ],
        required=True,
        default="supplier",
        index=True,
    )
    partner_id = fields.Many2one(
        "res.partner", check_company=True, index="btree_not_null"
    )
    department_id = fields.Many2one(
        "hr.department", check_company=True, index="btree_not_null"
    )
    employee_id = fields.Many2one(
        "hr.employee", check_company=True, index="btree_not_null"
    )
    fault_department_id = fields.Many2one(
        "hr.department",
        string="Department at Fault",
        compute="_compute_fault_department_id",
        store=True,
        index="btree_not_null",
        help="Department that bears the share, or that the employee who bears it "
        "belonged to when the decision was made.",
    )
    percent = fields.Float(string="Share %", digits=(16, 2), required=True)
    amount = fields.Monetary(compute="_compute_amount", store=True)
    note = fields.Char(string="Reason")
    state = fields.Selection(
        [("draft", "Open"), ("posted", "Posted"), ("reversed", "Reversed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    account_move_id = fields.Many2one(
        "account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    reversal_move_id = fields.Many2one(
        "account.move",
        string="Reversal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _percent_range = models.Constraint(
        "CHECK(percent > 0 AND percent <= 100)",
        "A share lies between 0 and 100 %.",
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "percent", "liability_id.amount_base", "liability_id.share_ids.percent"
    )
    def _compute_amount(self):
        """Shares of the cost, rounded so that they add up to it exactly."""
        for liability in self.liability_id:
            currency = liability.currency_id
            total_percent = amount_done = 0.0
            for share in liability.share_ids:
                total_percent += share.percent
                upto = currency.round(liability.amount_base * total_percent / 100)
                share.amount = upto - amount_done
                amount_done = upto

    @api.depends("party", "department_id", "employee_id")
    def _compute_fault_department_id(self):
        """What the statistics by department at fault count (R-CLM-08, R-CLM-17); not
        by the employee's department of today: he may have moved since."""
        for share in self:
            if share.party == "employee":
                # sudo: the file of the employee is not everyone's to read
                share.fault_department_id = share.sudo().employee_id.department_id
            else:
                share.fault_department_id = (
                    share.party == "department" and share.department_id
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        Partner = self.env["res.partner"]
        shares = super().create(
            [Partner._name_aftersales_company(vals) for vals in vals_list]
        )
        shares._ensure_draft()
        return shares

    def write(self, vals):
        self._ensure_draft()
        return super().write(self.env["res.partner"]._name_aftersales_company(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._ensure_draft()

    # === BUSINESS METHODS ===#
    def _ensure_draft(self):
        if not self.env.su and any(
            share.liability_id.state != "draft" for share in self
        ):
            raise UserError(
                self.env._("Shares change only while the decision is a draft.")
            )

    def _get_party_blockers(self):
        """Return what is missing to know whom each share falls on."""
        blockers = []
        for share in self:
            party = share._get_party_label()
            if share.party in ("supplier", "customer", "carrier"):
                if not share.partner_id:
                    blockers.append(
                        self.env._("Name the partner of: %(party)s.", party=party)
                    )
                elif share.party == "supplier" and not share._has_supply_contract():
                    blockers.append(
                        self.env._(
                            "%(partner)s is not a supplier of the company: neither a "
                            "price agreed, nor an order, nor a bill is known that the "
                            "refund could rest on.",
                            partner=share.partner_id.name,
                        )
                    )
                elif share.party == "carrier" and share._get_carrier_claims():
                    blockers.append(
                        self.env._(
                            "%(partner)s has accepted a carrier claim already.",
                            partner=share.partner_id.name,
                        )
                    )
                elif share.party == "carrier" and not share.partner_id.is_carrier:
                    blockers.append(
                        self.env._(
                            "%(partner)s is not a carrier.",
                            partner=share.partner_id.name,
                        )
                    )
            elif share.party == "department" and not share.department_id:
                blockers.append(
                    self.env._("Name the department of: %(party)s.", party=party)
                )
            elif share.party == "employee" and not share.employee_id:
                blockers.append(
                    self.env._("Name the employee of: %(party)s.", party=party)
                )
        return blockers

    def _has_supply_contract(self):
        """Whether the supplier is bound to the company: by a price agreed, by an order
        or by what he billed."""
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id
        if partner.supplier_rank:
            return True
        # sudo: prices and orders of the purchase department, looked for only
        env = self.env(su=True)
        own = [("partner_id", "child_of", partner.id)]
        company = [("company_id", "in", (False, self.company_id.id))]
        return bool(
            env["product.supplierinfo"].search_count(own + company, limit=1)
            or env["purchase.order"].search_count(
                [*own, *company, ("state", "=", "purchase")], limit=1
            )
        )

    def _check_carrier_claims(self):
        """:raises UserError: the carrier pays by a claim of its own already"""
        for share in self:
            if share._get_carrier_claims():
                raise UserError(
                    self.env._(
                        "%(partner)s has accepted a carrier claim already.",
                        partner=share.partner_id.name,
                    )
                )

    def _get_carrier_claims(self):
        """Return the accepted carrier claims of the same warranty claim."""
        self.ensure_one()
        return self.env["aftersales.carrier.claim"].search(
            [("claim_id", "=", self.claim_id.id), ("state", "=", "accepted")]
        )

    def _get_party_label(self):
        """Return who bears the share, in the user's words."""
        self.ensure_one()
        parties = dict(self._fields["party"]._description_selection(self.env))
        # sudo: the name of an employee, for those who see no private data
        name = (
            self.partner_id.name
            or self.department_id.name
            or self.sudo().employee_id.name
            or ""
        )
        return f"{parties[self.party]} {name}".strip()
