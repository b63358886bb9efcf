# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .aftersales_order_check import STAGES


class AftersalesOrder(models.Model):
    """Check lists of an order: made from the templates, really blocking."""

    _inherit = "aftersales.order"

    check_ids = fields.One2many(
        "aftersales.order.check", "order_id", string="Check List"
    )
    check_count = fields.Integer(compute="_compute_check_count")
    check_done_count = fields.Integer(compute="_compute_check_count")

    @api.depends("check_ids.done")
    def _compute_check_count(self):
        for order in self:
            order.check_count = len(order.check_ids)
            order.check_done_count = len(order.check_ids.filtered("done"))

    def _create_checks(self, stage):
        """Give each order its checks of ``stage``, once."""
        missing = self.filtered(
            lambda order: stage not in order.sudo().check_ids.mapped("stage")
        )
        vals_list = []
        for order in missing:
            for vals in order._prepare_check_vals(stage):
                vals_list.append({"order_id": order.id, "stage": stage, **vals})
        # sudo: made from the templates; technicians tick, they don't add or remove
        return self.env["aftersales.order.check"].sudo().create(vals_list)

    def _prepare_check_vals(self, stage):
        """Return the values (name, required, product_id, ...) of the checks of
        ``stage``. Hook: the tools addon adds what the technician holds."""
        self.ensure_one()
        vals_list = [
            {"name": line.name, "required": line.required, "sequence": position}
            for position, line in enumerate(
                self._get_checklists(stage).line_ids, start=1
            )
        ]
        if stage == "arrival" and self.kind == "commissioning":
            vals_list += self._prepare_packing_list_checks(len(vals_list))
        return vals_list

    def _get_checklists(self, stage):
        """Return the templates that apply to this order and ``stage``."""
        self.ensure_one()
        domain = Domain("stage", "=", stage) & Domain(
            "company_id", "in", (False, self.company_id.id)
        )
        kinds = (self.kind,) if self.kind == "remote" else (False, self.kind)
        domain &= Domain("kind", "in", kinds)
        # sudo: the category of a machine, read to choose the list
        category = self.sudo().lot_id.product_id.categ_id
        templates = self.env["aftersales.checklist"].search(domain)
        return templates.filtered(
            lambda template: (
                not template.product_categ_id
                or category._origin.parent_path
                and category.parent_path.startswith(
                    template.product_categ_id.parent_path
                )
            )
        )

    def _prepare_packing_list_checks(self, offset=0):
        """Return checks of what was shipped with the machine (R-DSP-12)."""
        self.ensure_one()
        if not self.lot_id:
            return []
        # sudo: technicians are no stock users; the packing list is for their eyes
        lines = self.env["stock.move.line"].sudo()
        shipped = lines.search(
            [
                ("lot_id", "=", self.lot_id.id),
                ("state", "=", "done"),
                ("picking_id.picking_type_id.code", "=", "outgoing"),
            ]
        )
        return [
            {
                "name": line.product_id.display_name,
                "required": True,
                "sequence": offset + position,
                "product_id": line.product_id.id,
                "lot_id": line.lot_id.id,
                "quantity_expected": line.quantity,
            }
            for position, line in enumerate(
                shipped.picking_id.move_line_ids.filtered(
                    lambda line: line.state == "done"
                ),
                start=1,
            )
        ]

    def _get_open_checks(self, *stages):
        """Return the required checks of ``stages`` not done yet."""
        return self.check_ids.filtered(
            lambda check: check.required and not check.done and (check.stage in stages)
        )

    def _ensure_no_open_checks(self, *stages):
        """:raise UserError: naming the required checks still open (R-DSP-04)"""
        for order in self:
            checks = order._get_open_checks(*stages)
            if checks:
                labels = dict(
                    checks._fields["stage"]._description_selection(self.env) or STAGES
                )
                raise UserError(
                    self.env._(
                        "%(order)s, %(stage)s, still open:\n%(checks)s",
                        order=order.name,
                        stage=labels[checks[0].stage],
                        checks="\n".join(f"- {check.name}" for check in checks),
                    )
                )

    def action_check_all(self):
        """Tick every check of the stage the order is in; the technician has looked."""
        for order in self:
            stages = (
                ("before",)
                if order.state in ("dispatched", "accepted")
                else order._get_site_stages()
            )
            checks = order.check_ids.filtered(
                lambda check, stages=stages: check.stage in stages and not check.done
            )
            for check in checks:
                check.write({"done": True, "quantity_found": check.quantity_expected})
        return True
