# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import models


class AftersalesOrder(models.Model):
    """The toolbox check runs against what the technicians hold (R-TOL-09)."""

    _inherit = "aftersales.order"

    def _prepare_check_vals(self, stage):
        vals_list = super()._prepare_check_vals(stage)
        if stage in ("before", "after"):
            # sudo: whoever dispatches need not see the stock of the technicians
            order = self.sudo()
            vals_list += order._prepare_tool_checks(len(vals_list))
            if stage == "before":
                vals_list += order._prepare_kit_checks(len(vals_list))
        return vals_list

    def _prepare_tool_checks(self, position):
        """Return one check for each tool the technicians hold; durable ones count."""
        self.ensure_one()
        vals_list = []
        for employee in self.technician_ids | self.technician_id:
            for quant in employee._get_held_quants():
                position += 1
                product = quant.product_id
                vals_list.append(
                    {
                        "name": self.env._(
                            "Tool: %(tool)s %(serial)s",
                            tool=product.display_name,
                            serial=quant.lot_id.name or "",
                        ).strip(),
                        "required": product.is_durable_tool,
                        "sequence": position,
                        "employee_id": employee.id,
                        "product_id": product.id,
                        "lot_id": quant.lot_id.id,
                    }
                )
        return vals_list

    def _prepare_kit_checks(self, position):
        """Return one check for each tool of a kit that is not held: by the whole team
        for the kind of job, by each technician for the equipment of his grade."""
        self.ensure_one()
        vals_list = []
        for person, product, quantity in self._get_missing_kit_tools():
            position += 1
            vals = {
                "required": not person or product.is_durable_tool,
                "sequence": position,
                "employee_id": person.id,
                "product_id": product.id,
            }
            if person:
                vals["name"] = self.env._(
                    "Draw from the tool store: %(quantity)g × %(tool)s for %(person)s",
                    quantity=quantity,
                    tool=product.display_name,
                    person=person.name,
                )
            else:
                vals["name"] = self.env._(
                    "Draw from the tool store: %(quantity)g × %(tool)s",
                    quantity=quantity,
                    tool=product.display_name,
                )
            vals_list.append(vals)
        return vals_list

    def _get_missing_kit_tools(self):
        """Return what the kits of this kind of job and of the technicians' grades ask
        for and is not held (R-TOL-09).

        A kit with a grade is each such technician's own; one without is the team's, who
        together hold it, also with what one of them still draws for himself.

        :return: list of ``(hr.employee or empty, product, quantity)``
        """
        self.ensure_one()
        team = self.technician_ids | self.technician_id
        grades = [person.technician_grade for person in team if person.technician_grade]
        kits = self.env["aftersales.tool.kit"].search(
            [
                ("company_id", "in", (False, self.company_id.id)),
                ("order_kind", "in", (False, self.kind)),
                "|",
                ("order_kind", "!=", False),
                ("technician_grade", "in", grades),
            ]
        )
        if not kits:
            return []
        held = team._get_held_quants()
        missing = []
        for person in team:
            own = kits.filtered(
                lambda kit, person=person: (
                    kit.technician_grade
                    and kit.technician_grade == person.technician_grade
                )
            )
            # sudo: see _get_aftersales_person; colleagues may share a van
            place = person.sudo().aftersales_location_id
            of_person = held.filtered(
                lambda quant, place=place: (
                    place and quant.location_id.sudo()._child_of(place)
                )
            )
            missing += [(person, *line) for line in own._get_missing(of_person)]
        of_team = kits.filtered(lambda kit: not kit.technician_grade)
        to_draw = defaultdict(float)
        for _person, product, quantity in missing:
            to_draw[product] += quantity
        nobody = team.browse()
        missing += [(nobody, *line) for line in of_team._get_missing(held, to_draw)]
        return missing

    def _get_dispatch_blockers(self, employee):
        """Nobody is sent with measuring tools whose calibration is overdue."""
        blockers = super()._get_dispatch_blockers(employee)
        # sudo: the dispatcher does not see the tools of the technicians
        overdue = employee.sudo()._get_held_quants().lot_id._get_calibration_overdue()
        if overdue:
            blockers.append(
                self.env._(
                    "%(person)s holds tools whose calibration is overdue: %(tools)s.",
                    person=employee.name,
                    tools=", ".join(overdue.mapped("display_name")),
                )
            )
        return blockers
