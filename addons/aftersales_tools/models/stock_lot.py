# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

TOOL_STATES = [
    ("stock", "In stock"),
    ("held", "Held"),
    ("repair", "In repair"),
    ("scrapped", "Scrapped"),
    ("elsewhere", "Elsewhere"),
    ("conflict", "In two places"),
    ("none", "Not in stock"),
]
#: groups that see the original price of a tool
PRICE_GROUPS = "aftersales_service.group_costs,aftersales_service.group_storekeeper"


class StockLot(models.Model):
    """The identity of a durable tool: who holds it is read off its stock, so the
    register can never differ from the warehouse (R-TOL-03)."""

    _inherit = "stock.lot"

    # === FIELDS ===#
    is_tool = fields.Boolean(
        related="product_id.product_tmpl_id.is_tool", store=True, index=True
    )
    tool_class_id = fields.Many2one(
        related="product_id.product_tmpl_id.tool_class_id",
        store=True,
        index="btree_not_null",
    )
    tool_image = fields.Image(related="product_id.image_128", string="Photo")
    tool_currency_id = fields.Many2one(
        "res.currency",
        string="Price Currency",
        compute="_compute_tool_currency_id",
        store=True,
        readonly=False,
    )
    tool_price = fields.Monetary(
        string="Original Price",
        currency_field="tool_currency_id",
        compute="_compute_tool_price",
        store=True,
        readonly=False,
        precompute=True,
        groups=PRICE_GROUPS,
        help="Taken from the purchase, else from the product's cost.",
    )
    in_service_since = fields.Date(
        copy=False,
        tracking=True,
        help="Date of first use: the day the tool was first issued to somebody.",
    )
    end_of_life = fields.Date(
        compute="_compute_end_of_life",
        store=True,
        index="btree_not_null",
        help="From this day on nothing is owed for the tool any more.",
    )
    calibration_interval = fields.Integer(
        related="product_id.product_tmpl_id.calibration_interval"
    )
    calibration_ids = fields.One2many("aftersales.tool.calibration", "lot_id")
    calibration_due = fields.Date(
        compute="_compute_calibration_due", store=True, index="btree_not_null"
    )
    custodian_id = fields.Many2one(
        "hr.employee",
        string="Held By",
        compute="_compute_custody",
        store=True,
        index="btree_not_null",
        help="The person at whose location the tool is in stock.",
    )
    custodian_department_id = fields.Many2one(
        "hr.department",
        string="Department",
        compute="_compute_custodian_department_id",
        store=True,
        index="btree_not_null",
    )
    tool_state = fields.Selection(
        TOOL_STATES, compute="_compute_custody", store=True, index=True
    )
    custody_since = fields.Datetime(readonly=True, copy=False)
    custody_line_ids = fields.One2many("aftersales.tool.custody.line", "lot_id")
    compensation_ids = fields.One2many("aftersales.tool.compensation", "lot_id")
    custody_count = fields.Integer(compute="_compute_tool_counts")
    compensation_count = fields.Integer(compute="_compute_tool_counts")

    # === COMPUTE METHODS ===#
    @api.depends("product_id.is_tool")
    def _compute_company_id(self):
        """A tool belongs to a company, also when its product is shared."""
        res = super()._compute_company_id()
        for lot in self:
            if lot.product_id.is_tool and not lot.company_id:
                lot.company_id = self.env.company
        return res

    @api.depends("company_id")
    def _compute_tool_currency_id(self):
        for lot in self:
            if not lot.tool_currency_id:
                company = lot.company_id or self.env.company
                lot.tool_currency_id = company.currency_id

    @api.depends("product_id")
    def _compute_tool_price(self):
        for lot in self:
            if lot.product_id.is_tool and not lot.tool_price:
                company = lot.company_id or self.env.company
                lot.tool_price = lot.product_id.with_company(company).standard_price
            else:
                lot.tool_price = lot.tool_price

    @api.depends(
        "in_service_since",
        "company_id",
        "tool_class_id.life_months",
        "tool_class_id.term_ids.life_months",
        "tool_class_id.term_ids.company_id",
    )
    def _compute_end_of_life(self):
        for lot in self:
            lot.end_of_life = lot.tool_class_id._get_end_of_life(
                lot.in_service_since, lot.company_id or self.env.company
            )

    @api.depends(
        "product_id.product_tmpl_id.calibration_interval",
        "calibration_ids.date",
        "calibration_ids.result",
        "calibration_ids.valid_until",
    )
    def _compute_calibration_due(self):
        """A tool that never was calibrated is due one interval after it was
        registered, as measuring tools are bought calibrated; one that failed is
        due at once."""
        for lot in self:
            interval = lot.product_id.calibration_interval
            if not lot.product_id.is_tool or not interval:
                lot.calibration_due = False
                continue
            last = lot.calibration_ids.sorted(lambda cal: (cal.date, cal._origin.id))[
                -1:
            ]
            if last.result == "failed":
                lot.calibration_due = last.date
            elif last:
                lot.calibration_due = last.valid_until
            else:
                registered = fields.Date.context_today(lot, lot.create_date or None)
                lot.calibration_due = fields.Date.add(registered, months=interval)

    @api.depends(
        "is_tool",
        "quant_ids.quantity",
        "quant_ids.location_id",
        "quant_ids.location_id.parent_path",
        "quant_ids.location_id.aftersales_employee_ids",
        "quant_ids.location_id.location_id.aftersales_employee_ids",
    )
    def _compute_custody(self):
        repair_locations = self.env["res.company"].search([])
        repair_locations = repair_locations.aftersales_tool_repair_location_id
        no_employee = self.env["hr.employee"]
        for lot in self:
            lot.custodian_id = no_employee
            if not lot.is_tool:
                lot.tool_state = False
                continue
            locations = lot.quant_ids.filtered(lambda q: q.quantity > 0).location_id
            inside = locations.filtered(
                lambda loc: loc.usage in ("internal", "transit")
            )
            location = inside or locations[:1]
            if len(inside) > 1:
                lot.tool_state = "conflict"
            elif not location:
                lot.tool_state = "none"
            elif person := location._get_aftersales_person():
                lot.custodian_id = person
                lot.tool_state = "held"
            elif location in repair_locations:
                lot.tool_state = "repair"
            elif location.usage == "internal":
                lot.tool_state = "stock"
            elif location.usage == "inventory":
                lot.tool_state = "scrapped"
            else:
                lot.tool_state = "elsewhere"

    @api.depends("custodian_id.department_id")
    def _compute_custodian_department_id(self):
        for lot in self:
            lot.custodian_department_id = lot.custodian_id.department_id

    @api.depends("custody_line_ids", "compensation_ids")
    def _compute_tool_counts(self):
        custody = dict(
            self.env["aftersales.tool.custody.line"]._read_group(
                [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
            )
        )
        compensation = dict(
            self.env["aftersales.tool.compensation"]._read_group(
                [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
            )
        )
        for lot in self:
            lot.custody_count = custody.get(lot, 0)
            lot.compensation_count = compensation.get(lot, 0)

    # === CONSTRAINT METHODS ===#
    @api.constrains("in_service_since")
    def _check_in_service_since(self):
        today = fields.Date.context_today(self)
        for lot in self:
            if lot.in_service_since and lot.in_service_since > today:
                raise UserError(
                    self.env._(
                        "%(tool)s cannot have been in service since a day that is "
                        "yet to come.",
                        tool=lot.display_name,
                    )
                )

    @api.constrains("tool_price")
    def _check_tool_price(self):
        if any(lot.is_tool and lot.tool_price < 0 for lot in self):
            raise UserError(self.env._("The price of a tool cannot be negative."))

    # === CRUD METHODS ===#
    @api.ondelete(at_uninstall=False)
    def _unlink_except_tool_history(self):
        """A tool with history is scrapped or archived with it, never deleted."""
        tools = self.filtered("is_tool")
        if not tools:
            return
        used = tools.custody_line_ids.lot_id | tools.compensation_ids.lot_id
        moved = self.env["stock.move.line"]._read_group(
            [("lot_id", "in", tools.ids), ("state", "=", "done")], ["lot_id"]
        )
        used |= self.browse(lot.id for [lot] in moved)
        if used:
            raise UserError(
                self.env._(
                    "These tools have a history and cannot be deleted: %(tools)s. "
                    "Scrap them instead.",
                    tools=", ".join(used.mapped("display_name")),
                )
            )

    # === ACTION METHODS ===#
    def action_view_tool_custody(self):
        """Open the issues, returns and hand-overs of the tool."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tool Custody"),
            "res_model": "aftersales.tool.custody",
            "view_mode": "list,form",
            "domain": [("line_ids.lot_id", "in", self.ids)],
        }

    def action_view_tool_compensations(self):
        """Open the compensation sheets of the tool."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compensations"),
            "res_model": "aftersales.tool.compensation",
            "view_mode": "list,form",
            "domain": [("lot_id", "in", self.ids)],
            "context": {"default_lot_id": self[:1].id},
        }

    def action_report_tool_lost(self):
        """Open the loss report of the tool, filled in (R-TOL-06)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Loss Report"),
            "res_model": "aftersales.tool.compensation",
            "view_mode": "form",
            "context": {
                "default_lot_id": self.id,
                "default_employee_id": self.custodian_id.id,
            },
        }

    def action_tool_transfer(self):
        """Open the transfer of these tools, filled in (R-TOL-04).

        :raises UserError: several people hold them"""
        if len(self.custodian_id) > 1:
            raise UserError(
                self.env._("Transfer the tools of one person at a time, please.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tool Transfer"),
            "res_model": "aftersales.tool.transfer",
            "view_mode": "form",
            "context": {
                "default_lot_ids": self.ids,
                "default_company_id": self.company_id[:1].id,
                "default_employee_id": self.custodian_id.id,
            },
        }

    # === BUSINESS METHODS ===#
    def _get_calibration_overdue(self):
        """Return the tools of ``self`` that must not be issued (R-TOL-08)."""
        today = fields.Date.context_today(self)
        due = self.filtered(
            lambda lot: lot.calibration_due and lot.calibration_due <= today
        )
        # sudo: whether the tool failed, for whoever hands it over or is sent with it
        last = {
            lot: cal
            for cal in due.sudo().calibration_ids.sorted(lambda c: (c.date, c.id))
            for lot in cal.lot_id
        }
        return due.filtered(
            lambda lot: (
                lot.calibration_due < today
                or (lot.sudo() in last and last[lot.sudo()].result == "failed")
            )
        )
