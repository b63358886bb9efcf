# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AftersalesToolCustody(models.Model):
    """What the counter screen asks and sends (R-TOL-03, R-TOL-04).

    One scan, one call; one slip, one call. The screen sends a key with the slip:
    sent twice (double click, lost answer), it is done once."""

    _inherit = "aftersales.tool.custody"

    @api.model
    def counter_scan(self, code, employee_id=False):
        """Say what ``code`` is: a badge or name, a serial number, a product, a kit.

        :param code: what was scanned or typed
        :param employee_id: the person at the counter, if known already
        :return: dict with ``type`` person / people / lot / product / kit
        :raises UserError: for a code nobody knows"""
        self._check_counter()
        code = str(code or "").strip()
        if not code:
            raise UserError(self.env._("Nothing was scanned."))
        company = self.env.company
        # sudo: the badge number is private data of HR; only the match is told
        person = (
            self.env["hr.employee"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [("barcode", "=", code), ("company_id", "=", company.id)],
                order="active desc, id",
                limit=1,
            )
        )
        if person:
            return {"type": "person", "person": self._counter_person(person)}
        lots = self.env["stock.lot"].search(
            [
                ("name", "=", code),
                ("is_tool", "=", True),
                ("company_id", "in", (False, company.id)),
            ]
        )
        if len(lots) > 1:
            return {"type": "lots", "lots": [self._counter_lot(lot) for lot in lots]}
        if lots:
            return {"type": "lot", "lot": self._counter_lot(lots)}
        kit = self.env["aftersales.tool.kit"].search([("barcode", "=", code)], limit=1)
        if kit:
            return {"type": "kit", "lines": self._counter_kit(kit)}
        products = self.env["product.product"].search(
            Domain("is_tool", "=", True)
            & (Domain("barcode", "=", code) | Domain("default_code", "=", code)),
            limit=1,
        )
        if products:
            return {"type": "product", "product": self._counter_product(products)}
        if not employee_id:
            people = self._counter_find_people(code)
            if len(people) == 1:
                return {"type": "person", "person": self._counter_person(people)}
            if people:
                return {
                    "type": "people",
                    "people": [{"id": p.id, "name": p.name} for p in people],
                }
        foreign = (
            # sudo: only whether the number exists elsewhere, to say so
            self.env["stock.lot"]
            .sudo()
            .search_count([("name", "=", code), ("is_tool", "=", True)], limit=1)
        )
        if foreign:
            raise UserError(
                self.env._("%(code)s belongs to another company.", code=code)
            )
        raise UserError(
            self.env._(
                "“%(code)s” is neither a badge nor a serial number, barcode or kit.",
                code=code,
            )
        )

    @api.model
    def _counter_find_people(self, name):
        """Return the people called ``name``; somebody who left is one of them while he
        still holds tools, as with a waiver (R-TOL-04)."""
        company = self.env.company
        domain = Domain("name", "ilike", name) & Domain("company_id", "=", company.id)
        people = self.env["hr.employee.public"].search(domain, limit=12)
        # sudo: the names of those who left, only where tools are still with them
        former = (
            self.env["hr.employee"]
            .sudo()
            .search(
                domain
                & Domain("active", "=", False)
                & Domain("held_tool_ids", "!=", False),
                limit=12,
            )
        )
        return self.env["hr.employee"].browse([*people.ids, *former.ids])

    @api.model
    def counter_person(self, employee_id):
        """Return the person at the counter and what he holds."""
        self._check_counter()
        # sudo: whether there is such a person
        person = self.env["hr.employee"].sudo().browse(employee_id).exists()
        if not person or person.company_id not in self.env.companies:
            raise UserError(self.env._("There is no such person in this company."))
        return self._counter_person(person)

    @api.model
    def counter_submit(self, values):
        """Write and finish the slip the screen sends.

        :param values: dict with kind, employee_id, to_employee_id, lines (product_id,
            lot_id, quantity, condition, by_fault, note), signature, to_signature,
            date_due, reason, key
        :return: id and name of the slip
        :raises UserError: whatever forbids it; nothing has happened then"""
        self._check_counter()
        if not values.get("employee_id"):
            raise UserError(self.env._("Say who stands at the counter."))
        key = values.get("key")
        known = key and self.search([("client_key", "=", key)], limit=1)
        if not known:
            known = self.create(self._prepare_counter_vals(values))
            known.action_done()
        return {"id": known.id, "name": known.name}

    @api.model
    def _check_counter(self):
        if not self.env.user.has_group("aftersales_service.group_storekeeper"):
            raise UserError(self.env._("The counter is for the storekeeper."))

    @api.model
    def _prepare_counter_vals(self, values):
        if not all(line.get("product_id") for line in values.get("lines") or []):
            raise UserError(self.env._("Say which tools are meant."))
        lines = [
            fields.Command.create(
                {
                    "product_id": line["product_id"],
                    "lot_id": line.get("lot_id"),
                    "quantity": line.get("quantity") or 1,
                    "condition": line.get("condition") or "good",
                    "by_fault": bool(line.get("by_fault")),
                    "note": line.get("note"),
                }
            )
            for line in values.get("lines") or []
        ]
        return {
            "kind": values.get("kind") or "issue",
            "employee_id": values.get("employee_id"),
            "to_employee_id": values.get("to_employee_id"),
            "company_id": self.env.company.id,
            "date_due": values.get("date_due"),
            "reason": values.get("reason"),
            "signature": values.get("signature"),
            "signed_by": values.get("signed_by"),
            "to_signature": values.get("to_signature"),
            "client_key": values.get("key"),
            "line_ids": lines,
        }

    def _counter_person(self, person):
        # sudo: name and tools of the person at the counter, no private data told
        person = person.sudo()
        return {
            "id": person.id,
            "name": person.name,
            "department": person.department_id.name or "",
            "grade": person.technician_grade or "",
            "held": [
                {
                    **self._counter_product(quant.product_id),
                    "lot_id": quant.lot_id.id,
                    "serial": quant.lot_id.name or "",
                    "quantity": quant.quantity,
                    "since": fields.Date.to_string(quant.lot_id.custody_since)
                    if quant.lot_id.custody_since
                    else "",
                    "calibration_overdue": bool(
                        quant.lot_id._get_calibration_overdue()
                    ),
                }
                for quant in person._get_held_quants()
            ],
        }

    def _counter_product(self, product):
        return {
            "product_id": product.id,
            "product": product.display_name,
            "durable": product.is_durable_tool,
            "tracking": product.tracking,
            "lot_id": False,
            "serial": "",
            "quantity": 1,
        }

    def _counter_lot(self, lot):
        state = dict(lot._fields["tool_state"]._description_selection(self.env))
        return {
            **self._counter_product(lot.product_id),
            "lot_id": lot.id,
            "serial": lot.name,
            "state": lot.tool_state,
            "state_name": state.get(lot.tool_state, ""),
            "custodian_id": lot.custodian_id.id,
            "custodian": lot.custodian_id.name or "",
            "calibration_overdue": bool(lot._get_calibration_overdue()),
        }

    def _counter_kit(self, kit):
        slip = self.new({"company_id": self.env.company.id})
        Product = self.env["product.product"]
        Lot = self.env["stock.lot"]
        lines = []
        for vals in kit._prepare_custody_line_vals(slip):
            lot = Lot.browse(vals.get("lot_id") or [])
            line = (
                self._counter_lot(lot)
                if lot
                else self._counter_product(Product.browse(vals["product_id"]))
            )
            lines.append({**line, "quantity": vals["quantity"]})
        return lines
