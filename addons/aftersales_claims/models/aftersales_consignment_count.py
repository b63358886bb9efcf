# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.guard import check_stays_on_file
from odoo.addons.aftersales_service.tools.language import in_company_language

from ..tools.text import is_blank


class AftersalesConsignmentCount(models.Model):
    """Count of the stock consigned at a station or centre (R-CLM-14).

    draft -> counting (lines from the stock) -> done (differences applied by the ERP's
    own inventory adjustment).
    """

    _name = "aftersales.consignment.count"
    _description = "Consigned Stock Count"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _guarded_fields = ("state", "done_at")
    _editable_in = {("draft",): ("company_id", "partner_id", "date")}

    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
    )
    state = fields.Selection(
        [
            ("draft", "Planned"),
            ("counting", "Counting"),
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
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Station",
        required=True,
        index=True,
        check_company=True,
    )
    location_id = fields.Many2one(
        "stock.location",
        compute="_compute_location_id",
        store=True,
        string="Consigned Stock",
        check_company=True,
    )
    date = fields.Date(
        string="Due", required=True, index=True, default=fields.Date.context_today
    )
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    previous_date = fields.Date(
        string="Last Count", compute="_compute_previous_date", store=True
    )
    line_ids = fields.One2many("aftersales.consignment.count.line", "count_id")
    done_at = fields.Datetime(readonly=True, copy=False)

    # one open count for each station
    _open_uniq = models.UniqueIndex(
        "(company_id, partner_id) WHERE state IN ('draft', 'counting')",
        "A count of this station is open already.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_location_id(self):
        """What was the station's location when the count was planned."""
        for count in self:
            partner = count.partner_id.with_company(count.company_id)
            count.location_id = partner.aftersales_consignment_location_id

    @api.depends("partner_id")
    def _compute_previous_date(self):
        for count in self:
            done_at = count._get_previous().done_at
            count.previous_date = done_at and fields.Date.context_today(count, done_at)

    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company(
            "aftersales.consignment.count", vals_list
        )
        # a count just applied makes room for the next one
        self.flush_model(["state"])
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        check_stays_on_file(self, "draft", "cancelled")

    # === ACTION METHODS ===#
    def action_start(self):
        """List what the books say lies there, and what was used since last time."""
        self.check_access("write")
        for count in self:
            if count.state != "draft":
                raise UserError(self.env._("%(name)s was started.", name=count.name))
            if not count.location_id:
                raise UserError(
                    self.env._(
                        "%(station)s has no consigned stock location.",
                        station=count.partner_id.display_name,
                    )
                )
            # sudo: what the books say nobody writes by hand
            count.sudo().line_ids = [Command.clear(), *count._prepare_lines()]
        self._write_guarded({"state": "counting"})
        return True

    def action_apply(self):
        """Apply the differences through the ERP's inventory adjustment.

        :raises UserError: a line is not counted, negative, or its difference is not
            explained
        """
        for count in self:
            if count.state != "counting":
                raise UserError(
                    self.env._("%(name)s is not being counted.", name=count.name)
                )
            for line in count.line_ids:
                if not line.is_counted or line.quantity_counted < 0:
                    raise UserError(
                        self.env._(
                            "%(product)s: enter what was counted.",
                            product=line.product_id.display_name,
                        )
                    )
                if line.difference and is_blank(line.reason):
                    raise UserError(
                        self.env._(
                            "%(product)s: explain the difference.",
                            product=line.product_id.display_name,
                        )
                    )
        for count in self:
            count.line_ids.filtered("difference")._apply()
        self._write_guarded({"state": "done", "done_at": fields.Datetime.now()})
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_cancel(self):
        """Cancel the counts; what is done stays."""
        for count in self:
            if count.state == "done":
                raise UserError(self.env._("%(name)s is done.", name=count.name))
        self._write_guarded({"state": "cancelled"})
        return True

    # === BUSINESS METHODS ===#
    def _get_previous(self):
        """Return the count of the station that was applied last, or an empty one."""
        self.ensure_one()
        return self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("state", "=", "done"),
                ("company_id", "=", self.company_id.id),
            ],
            order="done_at desc, id desc",
            limit=1,
        )

    def _prepare_lines(self):
        """Return the commands of the lines: stock of the books, use since the last
        count was applied; what was used up has a line as well."""
        self.ensure_one()
        # sudo: the counter need not be a stock user to see what he counts
        quants = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [("location_id", "child_of", self.location_id.id)],
                ["product_id", "lot_id"],
                ["quantity:sum"],
            )
        )
        domain = [
            ("location_id", "child_of", self.location_id.id),
            ("location_dest_id", "not any", [("id", "child_of", self.location_id.id)]),
            ("state", "=", "done"),
        ]
        if previous := self._get_previous():
            domain.append(("date", ">", previous.done_at))
        # in the unit of the stock, whatever unit a move was entered in
        used = dict(
            self.env["stock.move.line"]
            .sudo()
            ._read_group(domain, ["product_id"], ["quantity_product_uom:sum"])
        )
        lines = []
        for product, lot, quantity in quants:
            # the use is the product's: told once, whatever its serial numbers
            lines.append((product, lot, quantity, used.pop(product, 0.0)))
        no_lot = self.env["stock.lot"]
        lines += [
            (product, no_lot, 0.0, quantity) for product, quantity in used.items()
        ]
        return [
            Command.create(
                {
                    "product_id": product.id,
                    "lot_id": lot.id,
                    "quantity_book": book,
                    "quantity_used": quantity,
                }
            )
            for product, lot, book, quantity in lines
        ]

    # === CRON ===#
    @api.model
    @in_company_language
    def _cron_plan(self):
        """Plan the counts that are due (R-CLM-14)."""
        for company in self.env["res.company"].search([]):
            today = company._get_aftersales_today()
            stations = (
                self.env["res.partner"]
                .with_company(company)
                .search([("aftersales_consignment_location_id", "!=", False)])
            )
            last = dict(
                self._read_group(
                    [
                        ("company_id", "=", company.id),
                        ("partner_id", "in", stations.ids),
                        ("state", "!=", "cancelled"),
                    ],
                    ["partner_id"],
                    ["date:max"],
                )
            )
            due = today - relativedelta(months=company.aftersales_consignment_months)
            counts = self.create(
                [
                    {
                        "partner_id": station.id,
                        "company_id": company.id,
                        "date": today,
                    }
                    for station in stations
                    if station not in last or last[station] <= due
                ]
            )
            for count in counts:
                user = company.aftersales_department_id.manager_id.user_id
                count.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=(user or self.env.user).id,
                    summary=self.env._("Count the consigned stock"),
                )
