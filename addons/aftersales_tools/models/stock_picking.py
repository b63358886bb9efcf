# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    tool_custody_id = fields.Many2one(
        "aftersales.tool.custody",
        string="Tool Slip",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    tool_transfer_id = fields.Many2one(
        "aftersales.tool.transfer",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )

    @api.model
    def _create_tool_transfers(self, plan):
        """Create transfers and finish them at once, all in one batch.

        :param plan: list of ``(picking values, list of move values)``; each move says
            with its one line which tool comes from where
        :return: the finished stock.picking"""
        pickings = self.create([vals for vals, _moves in plan])
        vals_list = []
        for picking, (_vals, moves) in zip(pickings, plan, strict=True):
            for vals in moves:
                for command in vals["move_line_ids"]:
                    command[2]["picking_id"] = picking.id
                vals_list.append({**vals, "picking_id": picking.id})
        self.env["stock.move"].create(vals_list)
        pickings.with_context(cancel_backorder=True)._action_done()
        return pickings
