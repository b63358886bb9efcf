# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_tool_issue_type_id = fields.Many2one(
        "stock.picking.type", string="Tool Issue Operation", check_company=True
    )
    aftersales_tool_return_type_id = fields.Many2one(
        "stock.picking.type", string="Tool Return Operation", check_company=True
    )
    aftersales_tool_handover_type_id = fields.Many2one(
        "stock.picking.type", string="Tool Hand-over Operation", check_company=True
    )
    aftersales_tool_repair_location_id = fields.Many2one(
        "stock.location",
        string="Tools in Repair",
        check_company=True,
        help="Damaged tools wait here, apart from the stock that is issued.",
    )
    aftersales_tool_journal_id = fields.Many2one(
        "account.journal",
        string="Tool Compensation Journal",
        check_company=True,
        domain=[("type", "=", "general")],
    )
    aftersales_tool_income_account_id = fields.Many2one(
        "account.account",
        string="Tool Compensation Income",
        check_company=True,
        help="Credited with the compensation an employee owes for a lost tool.",
    )
    aftersales_tool_request_month = fields.Integer(
        string="Month of the Yearly Tool Request",
        default=1,
        help="1 to 12; 0 means that no yearly request is opened by itself. The "
        "month was lost in the source document; January is our own default.",
    )
    aftersales_tool_reminder_days = fields.Integer(
        string="Tool Reminders (days before)",
        default=14,
        help="Days before a calibration, an end of life or a return is due.",
    )
    aftersales_tool_user_id = fields.Many2one(
        "res.users",
        string="Tool Storekeeper",
        help="Gets the reminders about tools due for calibration or replacement.",
    )
    aftersales_tool_payment_days = fields.Integer(
        string="Compensation Payable Within (days)",
        default=30,
        help="Sets the date by which a compensation is paid to finance.",
    )

    @api.constrains("aftersales_tool_request_month")
    def _check_aftersales_tool_request_month(self):
        if any(
            not 0 <= company.aftersales_tool_request_month <= 12 for company in self
        ):
            raise ValidationError(
                self.env._("The month of the yearly tool request is 1 to 12, or 0.")
            )

    def _create_aftersales_config(self):
        res = super()._create_aftersales_config()
        # sudo: set-up of a company by whoever may create it
        for company in self.sudo():
            company._propose_aftersales_tool_accounts()
        return res

    def _propose_aftersales_tool_accounts(self):
        """Charge lost tools as penalties are charged, where nothing else is set."""
        self.ensure_one()
        if not self.aftersales_tool_income_account_id:
            self.aftersales_tool_income_account_id = (
                self.aftersales_penalty_income_account_id
            )
        if not self.aftersales_tool_journal_id:
            self.aftersales_tool_journal_id = self.aftersales_penalty_journal_id

    def _prepare_aftersales_location_vals(self):
        vals = super()._prepare_aftersales_location_vals()
        vals["aftersales_tool_repair_location_id"] = {
            "name": self.env._("Tools in Repair"),
            "usage": "internal",
            "company_id": self.id,
        }
        return vals

    def _prepare_aftersales_picking_type_vals(self, warehouse):
        vals = super()._prepare_aftersales_picking_type_vals(warehouse)
        common = {
            "warehouse_id": warehouse.id,
            "company_id": self.id,
            "code": "internal",
            "use_create_lots": False,
            "use_existing_lots": True,
        }
        stock = warehouse.lot_stock_id.id
        field = self.aftersales_field_location_id.id
        return {
            **vals,
            "aftersales_tool_issue_type_id": {
                **common,
                "name": self.env._("Tool Issue"),
                "sequence_code": "TOOL",
                "default_location_src_id": stock,
                "default_location_dest_id": field,
            },
            "aftersales_tool_return_type_id": {
                **common,
                "name": self.env._("Tool Return"),
                "sequence_code": "TOOL/RET",
                "default_location_src_id": field,
                "default_location_dest_id": stock,
            },
            "aftersales_tool_handover_type_id": {
                **common,
                "name": self.env._("Tool Hand-over"),
                "sequence_code": "TOOL/HO",
                "default_location_src_id": field,
                "default_location_dest_id": field,
            },
        }
