# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesOrder(models.Model):
    """Parts of an order: drawn, fitted, brought back, all by transfers (R-DSP-05).

    Requisition: warehouse -> technician, validated by the storekeeper. Fitted:
    technician -> ``_get_free_parts_location()``, validated with the report. Return:
    technician -> warehouse, validated by the storekeeper who takes them back.
    """

    _inherit = "aftersales.order"

    picking_count = fields.Integer(compute="_compute_picking_count")
    parts_state = fields.Selection(
        [
            ("none", "No Parts"),
            ("to_request", "To Request"),
            ("requested", "Requested"),
            ("issued", "With the Technician"),
            ("to_return", "To Return"),
            ("settled", "Settled"),
        ],
        compute="_compute_parts_state",
        store=True,
        index=True,
    )

    # === COMPUTE METHODS ===#
    @api.depends("picking_ids")
    def _compute_picking_count(self):
        # sudo: a count, for people without stock rights too
        groups = (
            self.env["stock.picking"]
            .sudo()
            ._read_group(
                [("aftersales_order_id", "in", self.ids)],
                ["aftersales_order_id"],
                ["__count"],
            )
        )
        counts = {order.id: count for order, count in groups}
        for order in self:
            order.picking_count = counts.get(order.id, 0)

    @api.depends(
        "state",
        "part_ids.source",
        "part_ids.quantity",
        "part_ids.quantity_requested",
        "part_ids.quantity_issued",
        "part_ids.quantity_used",
        "part_ids.quantity_returned",
    )
    def _compute_parts_state(self):
        for order in self:
            parts = order.part_ids
            drawn = parts.filtered(lambda part: part.source == "warehouse")
            if not parts:
                state = "none"
            elif order.state in ("reported", "done"):
                state = (
                    "to_return"
                    if any(part._get_outstanding() for part in drawn)
                    else "settled"
                )
            elif any(part._get_to_request() for part in drawn):
                state = "to_request"
            elif any(part.quantity_issued < part.quantity_requested for part in drawn):
                state = "requested"
            else:
                state = "issued"
            order.parts_state = state

    # === ACTION METHODS ===#
    def action_request_parts(self):
        """Draw up the parts requisition 零配件领料单 for what isn't asked for yet.

        Called twice it asks once; parts added later go on a further requisition.

        :return: action showing the transfers
        :raise UserError: no technician, company without warehouse operation
        """
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        parts = self.part_ids.filtered(
            lambda part: part.source == "warehouse" and part._get_to_request() > 0
        )
        if any(order.state in ("reported", "done", "cancelled") for order in self):
            if parts:
                raise UserError(
                    self.env._("Parts are drawn before the report is handed in.")
                )
        parts = parts._split_serials()
        pickings = self._create_pickings(
            "requisition",
            {part: part._get_to_request() for part in parts},
        )
        # sudo: whoever dispatches needs no stock rights; the storekeeper validates
        pickings._confirm_aftersales()
        for picking in pickings.sudo():
            picking.aftersales_order_id.message_post(
                body=self.env._("Parts requisition %(name)s.", name=picking.name)
            )
        return self.action_view_pickings()

    def action_return_parts(self):
        """Draw up the return of what was drawn and not used; once (R-DSP-05)."""
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        quantities = {
            part: part._get_to_return()
            for part in self.part_ids
            if part._get_to_return() > 0
        }
        pickings = self._create_pickings("return", quantities)
        # sudo: the technician hands in; the storekeeper validates what he receives
        pickings._confirm_aftersales()
        return self.action_view_pickings()

    def action_view_pickings(self):
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfers"),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": [("aftersales_order_id", "in", self.ids)],
            "context": {"create": False},
        }
        if not self.env["stock.picking"].has_access("read"):
            return True
        return action

    # === BUSINESS METHODS ===#
    def _fit_parts(self):
        """Move the parts fitted free of charge out of the technicians' stock, by the
        report that says so. Parts charged leave with their sale order.

        :raise UserError: when a technician doesn't hold what he says he fitted
        """
        quantities = {
            part: part._get_to_fit()
            for part in self.part_ids
            if part.in_warranty and part._get_to_fit() > 0
        }
        if not quantities:
            return self.env["stock.picking"]
        for part, quantity in quantities.items():
            part._check_held(quantity)
        pickings = self._create_pickings("fitted", quantities).sudo()
        pickings.action_confirm()
        for move in pickings.move_ids:
            part = move.aftersales_part_id
            move._set_aftersales_lines(part.lot_id, move.product_uom_qty)
        # sudo (in pickings): the technician is no stock user; the report he hands in
        # is the paper that records the use of parts he was issued
        pickings.with_context(skip_sms=True)._action_done()
        return pickings

    def _create_pickings(self, kind, quantities):
        """Create one draft transfer per order and technician.

        :param kind: requisition, fitted or return
        :param quantities: {aftersales.order.part: quantity}
        """
        # sudo: people of the service department have no rights on transfers; what
        # may be moved is decided by the part lines they may write
        Picking = self.env["stock.picking"].sudo()
        groups = {}
        for part, quantity in quantities.items():
            key = (part.order_id, part._get_holder())
            groups.setdefault(key, []).append((part, quantity))
        vals_list = [
            order._prepare_picking_vals(kind, holder, lines)
            for (order, holder), lines in groups.items()
        ]
        return Picking.create(vals_list)

    def _prepare_picking_vals(self, kind, holder, lines):
        """Return stock.picking values.

        :param holder: hr.employee whose stock the parts go to or come from
        :param lines: [(aftersales.order.part, quantity)]
        """
        self.ensure_one()
        company = self.company_id
        picking_type = company[
            {
                "requisition": "aftersales_requisition_type_id",
                "fitted": "aftersales_consumption_type_id",
                "return": "aftersales_part_return_type_id",
            }[kind]
        ]
        if not picking_type:
            raise UserError(
                self.env._(
                    "%(company)s has no warehouse operation for parts; create its "
                    "warehouse or choose the operation in the settings.",
                    company=company.name,
                )
            )
        if not holder:
            raise UserError(
                self.env._(
                    "%(order)s: choose the technician the parts are for.",
                    order=self.name,
                )
            )
        own = holder.sudo()._ensure_aftersales_location()
        # sudo: locations and operations, read to fill in the transfer
        picking_type = picking_type.sudo()
        source, destination = {
            "requisition": (picking_type.default_location_src_id, own),
            "fitted": (own, self.sudo()._get_free_parts_location()),
            "return": (own, picking_type.default_location_dest_id),
        }[kind]
        return {
            "picking_type_id": picking_type.id,
            "aftersales_kind": kind,
            "aftersales_order_id": self.id,
            "partner_id": (self.site_id or self.partner_id).id
            if kind == "fitted"
            else holder.work_contact_id.id,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "origin": self.name,
            "company_id": company.id,
            "scheduled_date": self._get_transfer_date(kind),
            "move_ids": [
                fields.Command.create(
                    {
                        "product_id": part.product_id.id,
                        "product_uom_qty": quantity,
                        "location_id": source.id,
                        "location_dest_id": destination.id,
                        "company_id": company.id,
                        "aftersales_part_id": part.id,
                    }
                )
                for part, quantity in lines
            ],
        }

    def _get_transfer_date(self, kind):
        """Parts are wanted by the departure; nothing is moved in the past, where the
        month may be closed by now."""
        now = fields.Datetime.now()
        if kind != "requisition" or not self.departure_planned:
            return now
        return max(self.departure_planned, now)

    def _get_parts_blockers(self):
        """Return texts: parts drawn that are neither used nor brought back."""
        self.ensure_one()
        return [
            self.env._(
                "%(part)s: %(issued)s issued, %(used)s used, %(returned)s returned.",
                part=part.product_id.display_name,
                issued=f"{part.quantity_issued:g}",
                used=f"{part.quantity_used:g}",
                returned=f"{part.quantity_returned:g}",
            )
            for part in self.part_ids
            if part._get_outstanding()
        ]

    def _get_done_blockers(self):
        """Return texts: why the order can't be filed as done. Extensible."""
        self.ensure_one()
        blockers = self._get_parts_blockers()
        # sudo: the state of transfers, for a dispatcher without stock rights
        for picking in self.sudo().picking_ids:
            if picking.aftersales_kind == "return" and picking.state not in (
                "done",
                "cancel",
            ):
                blockers.append(
                    self.env._("Return %(name)s isn't received yet.", name=picking.name)
                )
        return blockers

    def _register_fitted_parts(self):
        """Hook, in batch, after parts were fitted: the machine's component history
        (R-WAR-05)."""
