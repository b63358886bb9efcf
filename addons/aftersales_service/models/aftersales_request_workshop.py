# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesRequest(models.Model):
    """Workshop papers of a case; open ones keep it from being closed."""

    _inherit = "aftersales.request"

    tracking_ids = fields.One2many("aftersales.repair.tracking", "request_id")
    receipt_ids = fields.One2many("aftersales.machine.receipt", "request_id")

    def _get_close_blockers(self):
        blockers = super()._get_close_blockers()
        sheets = self.sudo().tracking_ids.filtered(lambda sheet: sheet.state == "open")
        # sudo: open papers of the case block its closing, whoever may see them
        if sheets:
            blockers.append(
                self.env._(
                    "Repair tracking sheet %(names)s is open.",
                    names=", ".join(sheets.mapped("name")),
                )
            )
        receipts = self.sudo().receipt_ids.filtered(
            lambda receipt: receipt.state in ("received", "in_repair", "ready")
        )
        if receipts:
            blockers.append(
                self.env._(
                    "The customer's machine is still in the workshop (%(names)s).",
                    names=", ".join(receipts.mapped("name")),
                )
            )
        return blockers
