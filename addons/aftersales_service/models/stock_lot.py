# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from urllib.parse import quote_plus

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class StockLot(models.Model):
    """The machine file: a serial number, its customer, its dates, its history."""

    _inherit = "stock.lot"

    # === FIELDS ===#
    is_machine = fields.Boolean(
        related="product_id.product_tmpl_id.is_machine", store=True, index=True
    )
    customer_id = fields.Many2one(
        "res.partner", index="btree_not_null", tracking=True, check_company=True
    )
    site_id = fields.Many2one(
        "res.partner",
        check_company=True,
        help="Address where the machine stands.",
    )
    contract_ref = fields.Char(string="Contract")
    production_date = fields.Date()
    production_batch = fields.Char(index="btree_not_null")
    delivery_date = fields.Date(tracking=True)
    invoice_date = fields.Date(tracking=True)
    acceptance_date = fields.Date(tracking=True)
    running_hours = fields.Float(
        compute="_compute_running_hours",
        inverse="_inverse_running_hours",
        store=True,
        aggregator="avg",
        help="The latest reading; typing a figure records a reading of today.",
    )
    reading_ids = fields.One2many(
        "aftersales.machine.reading", "lot_id", string="Readings"
    )
    component_ids = fields.One2many(
        "aftersales.machine.component", "lot_id", string="Component History"
    )
    owner_ids = fields.One2many(
        "aftersales.machine.owner", "lot_id", string="Ownership History"
    )
    request_ids = fields.One2many("aftersales.request", "lot_id", string="Requests")
    aftersales_order_ids = fields.One2many(
        "aftersales.order", "lot_id", string="Service Orders"
    )
    request_count = fields.Integer(compute="_compute_aftersales_counts")
    aftersales_order_count = fields.Integer(compute="_compute_aftersales_counts")
    component_count = fields.Integer(compute="_compute_aftersales_counts")
    qr_code = fields.Binary(
        string="QR Code",
        compute="_compute_qr_code",
        help="The serial number, to be read by phone or scanner.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("product_id.is_machine")
    def _compute_company_id(self):
        """A machine file belongs to a company, also when its product is shared."""
        res = super()._compute_company_id()
        for lot in self:
            if lot.product_id.is_machine and not lot.company_id:
                lot.company_id = self.env.company
        return res

    @api.depends("reading_ids.hours", "reading_ids.date")
    def _compute_running_hours(self):
        for lot in self:
            lot.running_hours = max(lot.reading_ids.mapped("hours"), default=0.0)

    def _inverse_running_hours(self):
        today = fields.Date.context_today(self)
        self.env["aftersales.machine.reading"].create(
            [
                {"lot_id": lot.id, "date": today, "hours": lot.running_hours}
                for lot in self
                if lot.running_hours
            ]
        )

    @api.depends("name")
    def _compute_qr_code(self):
        report = self.env["ir.actions.report"]
        for lot in self:
            png = lot.name and report.barcode("QR", lot.name, width=180, height=180)
            lot.qr_code = png and base64.b64encode(png)

    def _compute_aftersales_counts(self):
        for fname, model in (
            ("request_count", "aftersales.request"),
            ("aftersales_order_count", "aftersales.order"),
            ("component_count", "aftersales.machine.component"),
        ):
            groups = []
            # whoever reads serial numbers need not read what after-sales does
            if self.env[model].has_access("read"):
                groups = self.env[model]._read_group(
                    [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
                )
            counts = {lot.id: count for lot, count in groups}
            for lot in self:
                lot[fname] = counts.get(lot.id, 0)

    def _mail_get_partner_fields(self, introspect_fields=False):
        """Who is written to about a machine is its customer.

        Odoo's own ``partner_ids`` are found through transfers: service staff, who may
        not read these, could open no machine beside its messages.
        """
        names = super()._mail_get_partner_fields(introspect_fields)
        if not self.env["stock.move"].has_access("read"):
            names = [name for name in names if name != "partner_ids"]
        return ["customer_id", *names]

    def _get_portal_request_path(self):
        """Return the page of a customer's new request with this machine filled in."""
        self.ensure_one()
        return f"/my/requests/new?serial_number={quote_plus(self.name or '')}"

    def _get_portal_request_url(self):
        """Return the address that the QR code on the machine's label carries."""
        return f"{self.get_base_url()}{self._get_portal_request_path()}"

    # === CONSTRAINT METHODS ===#
    @api.constrains("production_date", "delivery_date", "acceptance_date", "is_machine")
    def _check_machine_dates(self):
        """Produced, then delivered, then accepted (R-INT-02, R-WAR-01)."""
        for lot in self:
            steps = [
                (self._fields[name].get_description(self.env)["string"], lot[name])
                for name in ("production_date", "delivery_date", "acceptance_date")
                if lot[name]
            ]
            for (name1, date1), (name2, date2) in zip(steps, steps[1:], strict=False):
                if date1 > date2:
                    raise ValidationError(
                        self.env._(
                            "%(machine)s: %(name2)s (%(date2)s) lies before "
                            "%(name1)s (%(date1)s).",
                            machine=lot.name,
                            name1=name1,
                            date1=format_date(self.env, date1),
                            name2=name2,
                            date2=format_date(self.env, date2),
                        )
                    )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        lots = super().create(vals_list)
        lots.filtered("customer_id")._record_owner()
        return lots

    def write(self, vals):
        changes = self.env["stock.lot"]
        if {"customer_id", "site_id"} & vals.keys():
            before = {lot.id: (lot.customer_id, lot.site_id) for lot in self}
        res = super().write(vals)
        if {"customer_id", "site_id"} & vals.keys():
            changes = self.filtered(
                lambda lot: before[lot.id] != (lot.customer_id, lot.site_id)
            )
        if changes:
            changes._record_owner()
        return res

    def _record_owner(self):
        """Close the present ownership of ``self`` and open the new one; the earlier
        ones stay, so a machine sold on keeps its history."""
        today = fields.Date.context_today(self)
        # sudo: whoever corrects a machine file need not be able to edit its history
        Owner = self.env["aftersales.machine.owner"].sudo()
        present = Owner.search([("lot_id", "in", self.ids), ("date_to", "=", False)])
        present = {owner.lot_id.id: owner for owner in present}
        vals_list = []
        for lot in self:
            owner = present.get(lot.id, Owner)
            if owner and owner.partner_id == lot.customer_id:
                owner.site_id = lot.site_id
                continue
            if owner:
                # sold on before it was delivered
                owner.date_to = max(owner.date_from or today, today)
            if lot.customer_id:
                vals_list.append(lot._prepare_owner_vals(first=not owner))
        Owner.flush_model()
        Owner.create(vals_list)

    def _prepare_owner_vals(self, first=False):
        self.ensure_one()
        today = fields.Date.context_today(self)
        return {
            "lot_id": self.id,
            "partner_id": self.customer_id.id,
            "site_id": self.site_id.id,
            "contract_ref": self.contract_ref,
            "date_from": (self.delivery_date or today) if first else today,
        }

    # === ACTION METHODS ===#
    def _get_records_action(self, xmlid, name, **context):
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["display_name"] = name
        action["domain"] = [("lot_id", "in", self.ids)]
        action["context"] = context
        return action

    def get_formview_id(self, access_uid=None):
        """Whoever has no business in the warehouse opens a machine as its file: the
        warehouse's own form shows movements, which he may not read."""
        user = self.env["res.users"].browse(access_uid) or self.env.user
        if self.is_machine and not user.has_group("stock.group_stock_user"):
            return self.env.ref("aftersales_service.stock_lot_machine_view_form").id
        return super().get_formview_id(access_uid=access_uid)

    def _get_machine_action(self):
        """Return the window action on the machine's file."""
        self.ensure_one()
        form = self.env.ref("aftersales_service.stock_lot_machine_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Machine"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(form.id, "form")],
            "context": {"create": False},
        }

    def action_view_requests(self):
        self.ensure_one()
        return self._get_records_action(
            "aftersales_service.aftersales_request_action",
            self.env._("Requests"),
            default_lot_id=self.id,
            default_partner_id=self.customer_id.id,
        )

    def action_view_aftersales_orders(self):
        self.ensure_one()
        return self._get_records_action(
            "aftersales_service.aftersales_order_action",
            self.env._("Service Orders"),
            default_lot_id=self.id,
            default_partner_id=self.customer_id.id,
        )

    def action_open_map(self):
        """Open the site, or else the customer's address, on a map."""
        self.ensure_one()
        partner = self.site_id or self.customer_id
        if partner.partner_latitude or partner.partner_longitude:
            place = f"{partner.partner_latitude},{partner.partner_longitude}"
        else:
            place = partner._display_address(without_company=True)
        query = quote_plus(" ".join(place.split()))
        return {
            "type": "ir.actions.act_url",
            "url": f"https://www.openstreetmap.org/search?query={query}",
            "target": "new",
        }

    def action_view_components(self):
        self.ensure_one()
        return self._get_records_action(
            "aftersales_service.aftersales_machine_component_action",
            self.env._("Component History"),
            default_lot_id=self.id,
        )
