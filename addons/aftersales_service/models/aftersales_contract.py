# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class AftersalesContract(models.Model):
    """A service contract: what it covers, for which machines, at which prices.

    It proposes service category B (R-INT-05), prices the charged work (R-BIL-01),
    says where people are resident at the customer's (R-DSP-14) and how often his
    machines are visited.
    """

    _name = "aftersales.contract"
    _description = "Service Contract"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_end desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Contract Number", required=True, index="trigram")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        "aftersales_contract_lot_rel",
        "contract_id",
        "lot_id",
        string="Machines",
        check_company=True,
        domain="[('is_machine', '=', True), ('customer_id', '=', partner_id)]",
        help="Empty: all machines of the customer.",
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user
    )
    date_start = fields.Date(
        required=True, default=fields.Date.context_today, tracking=True
    )
    date_end = fields.Date(required=True, tracking=True)
    covers_parts = fields.Boolean(string="Parts Free")
    covers_labour = fields.Boolean(string="Labour Free", default=True)
    covers_travel = fields.Boolean(string="Travel Free", default=True)
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Prices of what the contract does not cover; empty: the service price "
        "list.",
    )
    amount = fields.Monetary(groups="aftersales_service.group_costs")
    assignment_ids = fields.One2many(
        "aftersales.resident.assignment", "contract_id", string="Resident Staff"
    )
    resident_employee_ids = fields.Many2many(
        "hr.employee",
        string="Resident Now",
        compute="_compute_resident_employee_ids",
        # the list is also for those who read colleagues by their public file only
        compute_sudo=True,
        search="_search_resident_employee_ids",
        help="Who is stationed at the customer's site today.",
    )
    visit_interval = fields.Integer(
        string="Visit Interval (months)",
        help="Each machine is visited at this interval; 0 means never.",
    )
    next_visit_date = fields.Date(
        string="Next Visit",
        compute="_compute_next_visit_date",
        store=True,
        readonly=False,
        index=True,
    )
    note = fields.Html()
    is_in_force = fields.Boolean(
        compute="_compute_is_in_force", search="_search_is_in_force"
    )
    visit_count = fields.Integer(compute="_compute_visit_count")
    visit_ids = fields.One2many("aftersales.request", "visit_contract_id")

    _dates_check = models.Constraint(
        "CHECK(date_end >= date_start)", "A contract cannot end before it starts."
    )
    _interval_check = models.Constraint(
        "CHECK(visit_interval >= 0)", "The visit interval cannot be negative."
    )
    _amount_check = models.Constraint(
        "CHECK(amount >= 0)", "The amount of a contract cannot be negative."
    )

    @api.depends("visit_interval", "date_start")
    def _compute_next_visit_date(self):
        for contract in self:
            if not contract.visit_interval:
                contract.next_visit_date = False
            elif not contract.next_visit_date:
                contract.next_visit_date = fields.Date.add(
                    contract.date_start, months=contract.visit_interval
                )

    @api.depends("date_start", "date_end")
    def _compute_is_in_force(self):
        today = fields.Date.context_today(self)
        for contract in self:
            contract.is_in_force = bool(
                contract.date_start
                and contract.date_end
                and contract.date_start <= today <= contract.date_end
            )

    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("date_start", "<=", today), ("date_end", ">=", today)]

    @api.depends("assignment_ids.date_start", "assignment_ids.date_end", "date_end")
    def _compute_resident_employee_ids(self):
        for contract in self:
            current = contract.assignment_ids.filtered("is_current")
            contract.resident_employee_ids = current.employee_id

    def _search_resident_employee_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        return Domain(
            "assignment_ids",
            "any",
            Domain("is_current", "=", True) & Domain("employee_id", operator, value),
        )

    def _compute_visit_count(self):
        groups = self.env["aftersales.request"]._read_group(
            [("visit_contract_id", "in", self.ids)],
            ["visit_contract_id"],
            ["__count"],
        )
        counts = {contract.id: count for contract, count in groups}
        for contract in self:
            contract.visit_count = counts.get(contract.id, 0)

    @api.constrains("lot_ids", "partner_id")
    def _check_lot_ids(self):
        for contract in self:
            customer = contract.partner_id.commercial_partner_id
            others = contract.lot_ids.filtered(
                lambda lot, customer=customer: (
                    lot.customer_id
                    and lot.customer_id.commercial_partner_id != customer
                )
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "%(machines)s belong to another customer.",
                        machines=", ".join(others.mapped("name")),
                    )
                )

    @api.constrains("date_end")
    def _check_residents(self):
        """A longer contract keeps its people longer: they may be promised elsewhere."""
        self.assignment_ids._check_overlap()

    @api.model
    def _get_contracts(self, pairs, date=None):
        """Return ``{(partner, lot): contract}`` in force on ``date``, for ``pairs``
        of customer and machine (either may be empty), with two queries in all."""
        date = date or fields.Date.context_today(self)
        partners = self.env["res.partner"].union(
            *(partner.commercial_partner_id for partner, lot in pairs)
        )
        if not partners:
            return {}
        contracts = self.search(
            Domain("partner_id.commercial_partner_id", "in", partners.ids)
            & Domain("date_start", "<=", date)
            & Domain("date_end", ">=", date)
        )
        result = {}
        for partner, lot in pairs:
            for contract in contracts:
                customer = contract.partner_id.commercial_partner_id
                if customer != partner.commercial_partner_id:
                    continue
                if contract.lot_ids and lot not in contract.lot_ids:
                    continue
                result[partner, lot] = contract
                break
        return result

    def action_view_visits(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_request_action"
        )
        action["domain"] = [("visit_contract_id", "=", self.id)]
        action["context"] = {}
        return action
