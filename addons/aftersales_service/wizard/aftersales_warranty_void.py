# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models
from odoo.exceptions import UserError


class AftersalesWarrantyVoid(models.TransientModel):
    """Asks for the reason and the evidence that void a warranty (R-WAR-02)."""

    _name = "aftersales.warranty.void"
    _description = "Void a Warranty"

    lot_ids = fields.Many2many("stock.lot", string="Machines", required=True)
    date = fields.Date(
        string="Void from",
        required=True,
        default=lambda self: self.env.company._get_aftersales_today(),
    )
    cause = fields.Selection(
        selection=lambda self: (
            self.env["stock.lot"]
            ._fields["warranty_void_cause"]
            ._description_selection(self.env)
        ),
        required=True,
    )
    reason = fields.Text(required=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_warranty_void_attachment_rel",
        "wizard_id",
        "attachment_id",
        string="Evidence",
    )

    def action_confirm(self):
        """Void the warranty.

        :raise UserError: no evidence, or machines the user doesn't see
        """
        self.ensure_one()
        self.lot_ids.check_access("read")
        self.attachment_ids.check_access("read")
        if not self.attachment_ids:
            raise UserError(
                self.env._("Attach the evidence: photos, a report, a letter.")
            )
        # sudo: quality voids warranties but edits no machine files; who opens this
        # dialog may, and sees the machines and files
        lots, files = self.lot_ids.sudo(), self.attachment_ids.sudo()
        for lot in lots:
            attachments = files
            if lot != lots[:1]:
                attachments = files.browse().union(*(file.copy() for file in files))
            attachments.write({"res_model": "stock.lot", "res_id": lot.id})
            lot.write(
                {
                    "warranty_void": True,
                    "warranty_void_date": self.date,
                    "warranty_void_cause": self.cause,
                    "warranty_void_reason": self.reason,
                    "warranty_void_attachment_ids": [Command.set(attachments.ids)],
                }
            )
        return True
