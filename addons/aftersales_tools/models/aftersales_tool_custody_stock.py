# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.language import (
    in_company_language,
    in_language_of,
)


class AftersalesToolCustody(models.Model):
    """How the slips become transfers: everything of a call in one batch."""

    _inherit = "aftersales.tool.custody"

    def _get_picking_type(self):
        self.ensure_one()
        company = self.company_id
        if not company.aftersales_tool_issue_type_id:
            # sudo: the operations of a company are set up by whoever comes first
            company.sudo()._create_aftersales_config()
        picking_type = {
            "issue": company.aftersales_tool_issue_type_id,
            "replace": company.aftersales_tool_issue_type_id,
            "return": company.aftersales_tool_return_type_id,
            "handover": company.aftersales_tool_handover_type_id,
        }[self.kind]
        if not picking_type:
            raise UserError(
                self.env._(
                    "%(company)s has no warehouse, so it has no tool operations yet. "
                    "Create its warehouse first.",
                    company=company.name,
                )
            )
        return picking_type

    def _get_person_location(self, employee):
        """Return the stock location of ``employee``, made when missing."""
        employee.ensure_one()
        # sudo: the storekeeper reads and completes the person's location, not
        # his private data
        employee = employee.sudo()
        if not employee.company_id.aftersales_field_location_id:
            employee.company_id._create_aftersales_config()
        return employee.aftersales_location_id or employee._ensure_aftersales_location()

    def _get_source_location(self):
        """Return where the tools of the slip come from (a tree of locations)."""
        self.ensure_one()
        if self.kind in ("issue", "replace"):
            return self._get_picking_type().default_location_src_id
        return self._get_person_location(self.employee_id)

    def _get_destination_location(self, line):
        """Return where a line goes; an empty location: the tool does not move."""
        self.ensure_one()
        if self.kind in ("issue", "replace"):
            return self._get_person_location(self.employee_id)
        if self.kind == "handover":
            return self._get_person_location(self.to_employee_id)
        if line.condition == "damaged":
            return self.company_id.aftersales_tool_repair_location_id
        if line.condition == "lost":
            return self.env["stock.location"]
        return self._get_picking_type().default_location_dest_id

    def _create_transfers(self, plan):
        """Create and finish the transfers of the planned quantities.

        :param plan: list of ``(line, lot, source location, quantity)``"""
        by_picking = {}
        destinations = {}
        for line, lot, source, quantity in plan:
            custody = line.custody_id
            key = (custody, line.condition if custody.kind == "return" else False)
            if key not in destinations:
                destinations[key] = custody._get_destination_location(line)
            destination = destinations[key]
            if not destination:
                continue
            by_picking.setdefault((custody, destination), []).append(
                {
                    **line._prepare_tool_move_vals(
                        line.product_id,
                        lot,
                        source,
                        destination,
                        quantity,
                        line.company_id,
                    ),
                    "tool_custody_line_id": line.id,
                }
            )
        if not by_picking:
            return
        # sudo: two technicians who hand over tools on the road have no stock rights;
        # what may move was checked on the slip
        Picking = self.env["stock.picking"].sudo()
        Picking._create_tool_transfers(
            [
                (custody._prepare_tool_picking_vals(destination), moves)
                for (custody, destination), moves in by_picking.items()
            ]
        )

    def _prepare_tool_picking_vals(self, destination):
        self.ensure_one()
        return {
            "picking_type_id": self._get_picking_type().id,
            "location_id": self._get_source_location().id,
            "location_dest_id": destination.id,
            "origin": self.name,
            "company_id": self.company_id.id,
            "tool_custody_id": self.id,
        }

    def _transfer_lots(self, lots, picking_type, destination, source=None):
        """Move tools from where they are to ``destination``, without a slip.

        :param source: where they are, if not at a place of their own company
        :return: the finished stock.picking"""
        company = picking_type.company_id
        vals = {
            "picking_type_id": picking_type.id,
            "location_id": (source or lots.location_id[:1]).id,
            "location_dest_id": destination.id,
            "company_id": company.id,
        }
        Line = self.env["aftersales.tool.custody.line"]
        moves = [
            Line._prepare_tool_move_vals(
                lot.product_id, lot, source or lot.location_id, destination, 1, company
            )
            for lot in lots
        ]
        return self.env["stock.picking"]._create_tool_transfers([(vals, moves)])

    @api.model
    @in_company_language
    def _cron_due_back(self):
        """Remind of tools that were lent for a while and are still out."""
        today = fields.Date.context_today(self)
        slips = self.search(
            [
                ("state", "=", "done"),
                ("date_due", "<=", today),
                ("due_reminded", "=", False),
            ]
        )
        slips.due_reminded = True
        still_out = slips.filtered(
            lambda slip: slip.line_ids.filtered(
                lambda line: (
                    line.lot_id.custodian_id
                    == (slip.to_employee_id or slip.employee_id)
                )
            )
        )
        todo = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get(self._name)
        readers = self.env["stock.lot"]._get_tool_readers()
        vals_list = []
        for slip in still_out:
            # whoever holds a tool may open his slip, whatever his role
            holder = (slip.to_employee_id or slip.employee_id).user_id
            for user in holder | slip.user_id | slip.company_id.aftersales_tool_user_id:
                known = user in readers or user == holder
                if known and slip.company_id in user.company_ids:
                    told = in_language_of(slip, user, company=slip.company_id)
                    vals_list.append(
                        {
                            "activity_type_id": todo.id,
                            "res_model_id": model.id,
                            "res_id": slip.id,
                            "user_id": user.id,
                            "date_deadline": slip.date_due,
                            "summary": told.env._("Tools due back"),
                        }
                    )
        self.env["mail.activity"].create(vals_list)
        return still_out
