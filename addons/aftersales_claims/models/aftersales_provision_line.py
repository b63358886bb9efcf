# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesProvisionLine(models.Model):
    """Sales of a month under one policy, and what they set aside; once posted it
    changes only by reversal (R-CLM-09)."""

    _name = "aftersales.provision.line"
    _description = "Warranty Provision Line"
    _rec_name = "policy_id"

    provision_id = fields.Many2one(
        "aftersales.provision", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="provision_id.company_id", store=True)
    currency_id = fields.Many2one(related="provision_id.currency_id")
    policy_id = fields.Many2one("aftersales.provision.policy", required=True)
    sales = fields.Monetary()
    percent = fields.Float(digits=(16, 4))
    amount = fields.Monetary()

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.provision_id._ensure_draft()
        return lines

    def write(self, vals):
        self.provision_id._ensure_draft()
        res = super().write(vals)
        if "provision_id" in vals:
            self.provision_id._ensure_draft()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        self.provision_id._ensure_draft()
