# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    aftersales_quarantine_location_id = fields.Many2one(
        "stock.location",
        string="Old Parts Quarantine",
        check_company=True,
        help="Old parts are received here. Outside the warehouse and the valuation.",
    )
    aftersales_rework_location_id = fields.Many2one(
        "stock.location",
        string="Old Parts Rework",
        check_company=True,
        help="Old parts worth reworking wait here. With a valuation account, the "
        "transfer of a reworked part back to stock credits that account.",
    )
    aftersales_blocked_location_id = fields.Many2one(
        "stock.location",
        string="Blocked Stock",
        check_company=True,
        help="Goods of a batch problem taken out of our own stock wait here: still "
        "ours and in the valuation, outside the warehouse and never for sale.",
    )
    aftersales_old_part_type_id = fields.Many2one(
        "stock.picking.type", string="Old Parts Receipt Operation", check_company=True
    )
    aftersales_old_part_out_type_id = fields.Many2one(
        "stock.picking.type", string="Old Parts Dispatch Operation", check_company=True
    )
    aftersales_old_part_days = fields.Integer(
        string="Old Parts Due (days)",
        default=15,
        help="Days from the report until the old part must be back. The source names "
        "no number: 15 is our default.",
    )
    aftersales_old_part_grace_days = fields.Integer(
        string="Old Parts Grace (days)",
        default=7,
        help="Days after the due date during which the holder is chased; then the "
        "claim line turns invalid. The source names no number: 7 is our default.",
    )
    aftersales_collect_days = fields.Integer(
        string="Supplier Collects Within (days)",
        default=5,
        help="Days a supplier has to collect his parts; then they are disposed of at "
        "his cost (R-CLM-12).",
    )
    aftersales_answer_days = fields.Integer(
        string="Supplier Answers Within (days)",
        default=10,
        help="Days a supplier has to answer a statement line. The source names no "
        "number: 10 is our default.",
    )
    aftersales_disposal_fee = fields.Monetary(
        string="Disposal Fee per Part",
        help="Charged to the supplier for every part disposed of at his cost.",
    )
    aftersales_batch_count = fields.Integer(
        string="Batch Alert: Machines",
        default=3,
        help="Machines of one product and production batch with a request in the "
        "window that raise an alert (R-INT-11). The source names no number: 3 is our "
        "default.",
    )
    aftersales_batch_days = fields.Integer(
        string="Batch Alert: Window (days)",
        default=30,
        help="Window in which the requests are counted (R-INT-11). The source names "
        "no number: 30 is our default.",
    )
    aftersales_batch_recognition_days = fields.Integer(
        string="Batch Alert: Recognition (days)",
        default=2,
        help="Days to recognise a batch problem on site (R-INT-11).",
    )
    aftersales_recurrence_days = fields.Integer(
        string="Recurrence Window (days)",
        default=365,
        help="A measure closed within this time is reopened when the same symptom of "
        "the same product comes back.",
    )
    aftersales_promise_days = fields.Integer(
        string="Repair Promised (days)",
        default=3,
        help="Days in which a repair promised to a consumer is done, else the piece is "
        "exchanged (R-WAR-04).",
    )
    aftersales_consignment_months = fields.Integer(
        string="Consignment Count (months)",
        default=6,
        help="Consigned stock is counted at this interval (R-CLM-14).",
    )
    aftersales_settlement_journal_id = fields.Many2one(
        "account.journal",
        string="Settlement and Recovery Journal",
        check_company=True,
        domain=[("type", "=", "purchase")],
        help="Vendor bills of stations and credit notes of suppliers.",
    )
    aftersales_settlement_account_id = fields.Many2one(
        "account.account",
        string="Station Settlement Account",
        check_company=True,
        help="Expense account of the stations' labour, swaps and fees.",
    )
    aftersales_recovery_account_id = fields.Many2one(
        "account.account",
        string="Supplier Recovery Account",
        check_company=True,
        help="Credited by what suppliers owe for their parts. If empty, it is the "
        "account the claim was charged to: warranty expense or provision.",
    )

    aftersales_claims_told_until = fields.Date(
        string="Claims Told To Management Until", readonly=True
    )
    aftersales_complaints_told_until = fields.Date(
        string="Complaints Told To Management Until", readonly=True
    )

    def _prepare_aftersales_location_vals(self):
        quarantine = {
            "usage": "internal",
            "company_id": self.id,
            "location_id": False,
            "is_aftersales_quarantine": True,
        }
        return {
            **super()._prepare_aftersales_location_vals(),
            "aftersales_quarantine_location_id": {
                **quarantine,
                "name": self.env._("Old Parts Quarantine"),
            },
            "aftersales_rework_location_id": {
                **quarantine,
                "name": self.env._("Old Parts Rework"),
            },
            "aftersales_blocked_location_id": {
                "name": self.env._("Blocked Stock"),
                "usage": "internal",
                "company_id": self.id,
                "location_id": False,
            },
        }

    def _prepare_aftersales_picking_type_vals(self, warehouse):
        customers, suppliers = self.env["stock.warehouse"]._get_partner_locations()
        common = {
            "warehouse_id": warehouse.id,
            "company_id": self.id,
            "use_create_lots": True,
            "use_existing_lots": True,
        }
        quarantine = self.aftersales_quarantine_location_id
        return {
            **super()._prepare_aftersales_picking_type_vals(warehouse),
            "aftersales_old_part_type_id": {
                **common,
                "name": self.env._("Old Parts Receipt"),
                "code": "incoming",
                "sequence_code": "OLD/IN",
                "default_location_src_id": customers.id,
                "default_location_dest_id": quarantine.id,
            },
            "aftersales_old_part_out_type_id": {
                **common,
                "name": self.env._("Old Parts Dispatch"),
                "code": "outgoing",
                "sequence_code": "OLD/OUT",
                "default_location_src_id": quarantine.id,
                "default_location_dest_id": suppliers.id,
            },
        }

    def _get_aftersales_batch_user(self):
        """Return who recognises batch problems: the service department's manager, else
        a service manager or quality."""
        self.ensure_one()
        manager = self.aftersales_department_id.manager_id.user_id
        return manager.filtered("active") or self._get_aftersales_stand_in(
            "group_manager", "group_quality"
        )

    def _get_aftersales_taken_back_locations(self):
        """Return the stock.location records where goods of a batch are taken to, with
        the shelves in them."""
        # sudo: the settings of the company are not the quality department's to read
        company = self.sudo()
        locations = (
            company.aftersales_quarantine_location_id
            | company.aftersales_blocked_location_id
        )
        return locations.search([("id", "child_of", locations.ids)])
