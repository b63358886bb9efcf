# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_department_id = fields.Many2one(
        "hr.department",
        string="Service Department",
        check_company=True,
        help="Department that owns a new request when nothing else decides.",
    )
    aftersales_field_location_id = fields.Many2one(
        "stock.location",
        string="Technicians' Stock",
        check_company=True,
        help="Parent of the stock locations of the technicians.",
    )
    aftersales_warranty_location_id = fields.Many2one(
        "stock.location",
        string="Warranty Location",
        check_company=True,
        help="Parts fitted free of charge move here. Its valuation account is the "
        "warranty expense account, so the stock move itself posts the cost.",
    )
    aftersales_requisition_type_id = fields.Many2one(
        "stock.picking.type",
        string="Parts Requisition Operation",
        check_company=True,
    )
    aftersales_part_return_type_id = fields.Many2one(
        "stock.picking.type",
        string="Unused Parts Return Operation",
        check_company=True,
    )
    aftersales_consumption_type_id = fields.Many2one(
        "stock.picking.type",
        string="Parts Fitted Operation",
        check_company=True,
    )

    aftersales_repeat_days = fields.Integer(
        string="Repeat Repair Window (days)",
        default=30,
        help="A repair of the same machine and fault within this many days is a "
        "repeat repair. The figure is missing in the source document: our default.",
    )
    aftersales_history_product_id = fields.Many2one(
        "product.product",
        string="Product of Imported Machines",
        check_company=True,
        domain=[("is_machine", "=", True)],
        help="Machines that only an imported history knows get this product.",
    )
    # intake and time limits
    aftersales_alias_id = fields.Many2one(
        "mail.alias",
        string="Service E-mail",
        ondelete="set null",
        copy=False,
        help="E-mails to this address become service requests.",
    )
    aftersales_intake_user_id = fields.Many2one(
        "res.users",
        string="First Owner of E-mails",
        domain="[('share', '=', False), ('company_ids', 'in', id)]",
        help="Owns requests that come by e-mail or portal; else the manager of the "
        "service department.",
    )
    aftersales_call_attempts = fields.Integer(string="Calls in Vain", default=3)
    aftersales_call_interval = fields.Integer(
        string="Minutes Between Calls", default=10
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_aftersales_config()
        return companies

    def _create_aftersales_config(self):
        """Create what each company of ``self`` lacks: the after-sales locations
        and, for companies with a warehouse, the operation types. Idempotent."""
        # sudo: set-up of a company by whoever may create it, warehouse or not
        for company in self.sudo():
            company = company.with_company(company)
            company._create_aftersales_locations()
            company._create_aftersales_picking_types()
            company._create_aftersales_alias()

    def _prepare_aftersales_location_vals(self):
        """Return ``{field name: stock.location values}``; extended by addons."""
        self.ensure_one()
        return {
            "aftersales_field_location_id": {
                "name": self.env._("Technicians"),
                "usage": "view",
                "company_id": self.id,
            },
            "aftersales_warranty_location_id": {
                "name": self.env._("Customers: Warranty"),
                "usage": "customer",
                "company_id": self.id,
            },
        }

    def _create_aftersales_locations(self):
        self.ensure_one()
        for fname, vals in self._prepare_aftersales_location_vals().items():
            if not self[fname]:
                self[fname] = self.env["stock.location"].create(vals)

    def _prepare_aftersales_picking_type_vals(self, warehouse):
        """Return ``{field name: stock.picking.type values}``; extended by addons."""
        self.ensure_one()
        common = {
            "warehouse_id": warehouse.id,
            "company_id": self.id,
            "use_create_lots": False,
            "use_existing_lots": True,
        }
        return {
            "aftersales_requisition_type_id": {
                **common,
                "name": self.env._("Parts Requisition"),
                "code": "internal",
                "sequence_code": "REQ",
                "default_location_src_id": warehouse.lot_stock_id.id,
                "default_location_dest_id": self.aftersales_field_location_id.id,
            },
            "aftersales_part_return_type_id": {
                **common,
                "name": self.env._("Unused Parts Return"),
                "code": "internal",
                "sequence_code": "REQ/RET",
                "default_location_src_id": self.aftersales_field_location_id.id,
                "default_location_dest_id": warehouse.lot_stock_id.id,
            },
            "aftersales_consumption_type_id": {
                **common,
                "name": self.env._("Parts Fitted"),
                "code": "outgoing",
                "sequence_code": "FIT",
                "default_location_src_id": self.aftersales_field_location_id.id,
                "default_location_dest_id": self.aftersales_warranty_location_id.id,
            },
        }

    def _create_aftersales_picking_types(self):
        self.ensure_one()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.id)], limit=1
        )
        if not warehouse:
            return
        for fname, vals in self._prepare_aftersales_picking_type_vals(
            warehouse
        ).items():
            if not self[fname]:
                self[fname] = self.env["stock.picking.type"].create(vals)

    def _create_aftersales_alias(self):
        """Give the company its e-mail address for service requests."""
        self.ensure_one()
        if self.aftersales_alias_id:
            return
        Alias = self.env["mail.alias"]
        name = "service"
        if Alias.search_count(
            [
                ("alias_name", "=", name),
                ("alias_domain_id", "=", self.alias_domain_id.id),
            ],
            limit=1,
        ):
            name = f"service-{self.id}"
        self.aftersales_alias_id = Alias.create(
            {
                "alias_name": name,
                "alias_domain_id": self.alias_domain_id.id,
                "alias_model_id": self.env["ir.model"]._get_id("aftersales.request"),
                "alias_defaults": str({"company_id": self.id}),
                "alias_contact": "everyone",
            }
        )

    def _get_aftersales_first_owner(self):
        """Return the res.users who owns what nobody was asked for (R-INT-03)."""
        self.ensure_one()
        return (
            self.aftersales_intake_user_id
            or self.aftersales_department_id.manager_id.user_id
        )
