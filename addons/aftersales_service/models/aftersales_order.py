# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesOrder(models.Model):
    """One dispatch or visit with its report (sections 3 and 4 of the rulebook)."""

    _name = "aftersales.order"
    _description = "Service Order"
    _inherit = ["portal.mixin", "rating.mixin", "mail.activity.mixin"]
    _order = "planned_start desc, id desc"
    _check_company_auto = True

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
        index="trigram",
    )
    request_id = fields.Many2one(
        "aftersales.request",
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    state = fields.Selection(
        [
            ("draft", "To Schedule"),
            ("dispatched", "Dispatched"),
            ("accepted", "Accepted"),
            ("travelling", "Travelling"),
            ("on_site", "On Site"),
            ("reported", "Reported"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    kind = fields.Selection(
        [
            ("repair", "Repair"),
            ("commissioning", "Commissioning"),
            ("training", "Training"),
            ("visit", "Visit"),
            ("remote", "Remote guidance"),
        ],
        default="repair",
        required=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    department_id = fields.Many2one(
        "hr.department", check_company=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index=True, check_company=True
    )
    site_id = fields.Many2one("res.partner", string="Site", check_company=True)
    lot_id = fields.Many2one(
        "stock.lot", string="Machine", index="btree_not_null", check_company=True
    )
    technician_id = fields.Many2one(
        "hr.employee",
        string="Lead Technician",
        index="btree_not_null",
        check_company=True,
        domain=[("is_technician", "=", True)],
        tracking=True,
    )
    technician_ids = fields.Many2many(
        "hr.employee",
        "aftersales_order_technician_rel",
        "order_id",
        "employee_id",
        string="Technicians",
        check_company=True,
        domain=[("is_technician", "=", True)],
        help="Everyone sent on this order, the lead technician included.",
    )
    planned_start = fields.Datetime(index=True, tracking=True)
    planned_end = fields.Datetime()
    dispatched_at = fields.Datetime(readonly=True, copy=False)
    departed_at = fields.Datetime(readonly=True, copy=False)
    arrived_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    reported_at = fields.Datetime(readonly=True, copy=False)
    fault_found = fields.Text()
    cause = fields.Text()
    solution = fields.Text()
    satisfaction = fields.Selection(
        [
            ("5", "Very satisfied"),
            ("4", "Satisfied"),
            ("3", "Neutral"),
            ("2", "Dissatisfied"),
            ("1", "Very dissatisfied"),
        ],
        copy=False,
        tracking=True,
    )
    part_ids = fields.One2many("aftersales.order.part", "order_id", string="Parts")
    picking_ids = fields.One2many(
        "stock.picking", "aftersales_order_id", string="Transfers"
    )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if not vals.get("name"):
                vals["name"] = sequence.next_by_code("aftersales.order")
        return super().create(vals_list)

    # === BUSINESS METHODS ===#
    def _get_free_parts_location(self):
        """Return the stock.location the parts fitted free of charge move to.

        Hook: the claims addon puts them where they wait for the claim."""
        self.ensure_one()
        return self.company_id.aftersales_warranty_location_id
