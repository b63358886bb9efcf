# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class StockLot(models.Model):
    """Broken tools: repaired, taken back into stock or scrapped (R-TOL-05)."""

    _inherit = "stock.lot"

    # === ACTION METHODS ===#
    def action_tool_repair(self):
        """Open the repair order of a damaged tool, created once (R-TOL-05)."""
        self.ensure_one()
        if self.tool_state != "repair":
            raise UserError(
                self.env._(
                    "%(tool)s is not among the tools in repair. Return it as "
                    "damaged first.",
                    tool=self.display_name,
                )
            )
        company = self.company_id or self.env.company
        repair = self._get_open_tool_repairs()[:1]
        if not repair:
            repair = self.env["repair.order"].create(
                {
                    "product_id": self.product_id.id,
                    "lot_id": self.id,
                    "company_id": company.id,
                    "product_location_src_id": self.location_id.id,
                    "product_location_dest_id": self.location_id.id,
                }
            )
            self.message_post(
                body=self.env._("Repair %(repair)s started.", repair=repair.name)
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "repair.order",
            "res_id": repair.id,
            "view_mode": "form",
        }

    def action_tool_back_to_stock(self):
        """Move repaired tools back to the stock they are issued from.

        :raises UserError: for tools that are not in repair, or still being repaired"""
        wrong = self.filtered(lambda lot: lot.tool_state != "repair")
        if wrong:
            raise UserError(
                self.env._(
                    "Only tools in repair go back to stock: %(tools)s.",
                    tools=", ".join(wrong.mapped("display_name")),
                )
            )
        self._check_repairs_ended()
        for company, lots in self.grouped(
            lambda lot: lot.location_id.company_id
        ).items():
            picking_type = company.aftersales_tool_return_type_id
            picking = self.env["aftersales.tool.custody"]._transfer_lots(
                lots, picking_type, picking_type.default_location_dest_id
            )
            lots._message_log_batch(
                bodies={
                    lot.id: self.env._(
                        "Repaired, back to stock with %(transfer)s.",
                        transfer=picking.name,
                    )
                    for lot in lots
                }
            )
        return True

    def action_tool_scrap(self):
        """Scrap tools broken without fault, in stock or in repair (R-TOL-05).

        :raises UserError: for a tool somebody holds, who gives it back or reports it
            first, and one that is being repaired"""
        held = self.filtered("custodian_id")
        if held:
            raise UserError(
                self.env._(
                    "%(person)s holds %(tool)s: it is given back or reported lost "
                    "first.",
                    person=held[0].custodian_id.name,
                    tool=held[0].display_name,
                )
            )
        self._check_repairs_ended()
        self._tool_scrap()
        return True

    # === BUSINESS METHODS ===#
    def _check_repairs_ended(self):
        repairs = self._get_open_tool_repairs()
        if repairs:
            raise UserError(
                self.env._(
                    "End the repair first: %(repairs)s.",
                    repairs=", ".join(
                        f"{repair.name} ({repair.lot_id.display_name})"
                        for repair in repairs
                    ),
                )
            )

    def _get_open_tool_repairs(self):
        return self.env["repair.order"].search(
            [("lot_id", "in", self.ids), ("state", "not in", ("done", "cancel"))]
        )

    def _tool_scrap(self, origin=None):
        """Scrap the tools of ``self`` through stock and return the scraps.

        :raises UserError: for a tool that is in no stock (already scrapped)"""
        vals_list = []
        for lot in self:
            if lot.tool_state not in ("stock", "held", "repair") or not lot.location_id:
                raise UserError(
                    self.env._(
                        "%(tool)s cannot be scrapped: it is not in stock in exactly "
                        "one place.",
                        tool=lot.display_name,
                    )
                )
            vals_list.append(
                {
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "scrap_qty": 1,
                    "location_id": lot.location_id.id,
                    "company_id": lot.location_id.company_id.id,
                    "origin": origin,
                }
            )
        scraps = self.env["stock.scrap"].create(vals_list)
        scraps.do_scrap()
        # sudo: the history of the tools is written by whoever may scrap them
        self.sudo()._message_log_batch(
            bodies={
                scrap.lot_id.id: self.env._(
                    "Scrapped with %(scrap)s.", scrap=scrap.name
                )
                for scrap in scraps
            },
            author_id=self.env.user.partner_id.id,
        )
        return scraps
