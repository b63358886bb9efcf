# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesPartReturn(models.Model):
    """The old part's way through stock: one transfer for each movement."""

    _inherit = "aftersales.part.return"

    # === ACTION METHODS ===#
    def action_dispose(self):
        """Carry out the disposition: dispatch to the supplier, scrap, rework.

        Evidence stays in quarantine until quality disposes otherwise.

        :raises UserError: not inspected, or kept as evidence
        """
        self._check_role(
            "aftersales_service.group_storekeeper", "aftersales_service.group_manager"
        )
        self.lock_for_update()
        for part in self:
            if part.state != "inspected":
                raise UserError(
                    self.env._("%(name)s is not inspected.", name=part.name)
                )
            if part.disposition == "evidence":
                raise UserError(
                    self.env._(
                        "%(name)s is kept as evidence; quality must release it first.",
                        name=part.name,
                    )
                )
        for company, parts in self.grouped("company_id").items():
            self._check_old_part_setup(company)
            parts._check_lies_at(company.aftersales_quarantine_location_id)
        self.filtered(lambda p: p.disposition == "supplier")._dispatch_to_supplier()
        self.filtered(lambda p: p.disposition == "scrap")._scrap()
        self.filtered(lambda p: p.disposition == "rework")._send_to_rework()
        self._write_guarded({"state": "done"})
        return True

    def action_release_evidence(self):
        """Quality lets go of the evidence: the part can be disposed of."""
        self._check_role("aftersales_service.group_quality")
        for part in self:
            if part.state != "inspected" or part.disposition != "evidence":
                raise UserError(
                    self.env._("%(name)s is not kept as evidence.", name=part.name)
                )
        self._write_guarded({"disposition": "scrap"})
        return True

    def action_reworked(self):
        """Move reworked parts back to stock; they are worth their cost again."""
        self._check_role("aftersales_service.group_storekeeper")
        for part in self:
            if part.state != "done" or part.disposition != "rework":
                raise UserError(
                    self.env._("%(name)s is not in rework.", name=part.name)
                )
            if part.move_ids.filtered(
                lambda m: (
                    m.state == "done"
                    and not m.location_dest_id.is_aftersales_quarantine
                )
            ):
                raise UserError(
                    self.env._("%(name)s is back in stock already.", name=part.name)
                )
        for company, parts in self.grouped("company_id").items():
            parts._check_lies_at(company.aftersales_rework_location_id)
            warehouse = company.aftersales_old_part_type_id.warehouse_id
            parts._transfer(
                company.aftersales_old_part_type_id,
                company.aftersales_rework_location_id,
                warehouse.lot_stock_id,
            )
        return True

    # === BUSINESS METHODS ===#
    def _receive(self, quantities=None):
        """Receive old parts into quarantine by one transfer per holder (R-CLM-11).

        :param quantities: ``{aftersales.part.return: quantity}``; all that is still
            expected by default
        :return: the done stock.picking records
        :raises UserError: nothing to receive, or more than was replaced
        """
        self._check_role(
            "aftersales_service.group_storekeeper", "aftersales_service.group_manager"
        )
        self.lock_for_update()
        quantities = quantities or {
            part: part.quantity - part.quantity_received for part in self
        }
        for part in self:
            part._check_receipt(quantities.get(part, 0.0))
        by_route = defaultdict(self.browse)
        for part in self:
            by_route[part.company_id, part._get_holder_partner()] |= part
        pickings = self.env["stock.picking"]
        for (company, partner), parts in by_route.items():
            self._check_old_part_setup(company)
            operation = company.aftersales_old_part_type_id
            pickings |= parts._transfer(
                operation,
                operation.default_location_src_id,
                company.aftersales_quarantine_location_id,
                partner,
                quantities,
            )
        now = fields.Datetime.now()
        for part in self:
            received = part.quantity_received + quantities[part]
            complete = part.uom_id.compare(received, part.quantity) == 0
            part._write_guarded(
                {
                    "quantity_received": received,
                    "received_at": now,
                    **({"state": "received"} if complete else {}),
                }
            )
        self.filtered(lambda p: p.state == "received").activity_unlink(
            ["mail.mail_activity_data_todo"]
        )
        return pickings

    def _check_receipt(self, quantity):
        """Raise unless ``quantity`` of this part can be received now."""
        self.ensure_one()
        if self.state != "expected":
            raise UserError(
                self.env._(
                    "%(name)s is not expected: it is %(state)s.",
                    name=self.name,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        self.state
                    ],
                )
            )
        if self.uom_id.compare(quantity, 0) <= 0:
            raise UserError(
                self.env._(
                    "%(name)s: the quantity received must be positive.", name=self.name
                )
            )
        remaining = self.quantity - self.quantity_received
        if self.uom_id.compare(quantity, remaining) > 0:
            raise UserError(
                self.env._(
                    "%(name)s: %(quantity)s came back, but only %(remaining)s is "
                    "still expected. No more old parts can come back than were "
                    "replaced.",
                    name=self.name,
                    quantity=quantity,
                    remaining=remaining,
                )
            )

    @api.model
    def _check_old_part_setup(self, company):
        """:raises UserError: the places of old parts are not set up in ``company``"""
        if not (
            company.aftersales_old_part_type_id
            and company.aftersales_quarantine_location_id
        ):
            raise UserError(
                self.env._(
                    "Set the old parts operation and the quarantine location of "
                    "%(company)s in the settings first.",
                    company=company.name,
                )
            )

    def _check_lies_at(self, location):
        """:raises UserError: somebody has moved old parts of ``self`` away from
        ``location`` by hand: what is not there is not disposed of"""
        # sudo: the goods of the parts, whoever disposes of them
        stored = self.sudo().filtered("product_id.is_storable")
        for (product, lot), parts in stored.grouped(
            lambda part: (part.product_id, part.old_lot_id)
        ).items():
            there = location.sudo()._get_available_part(product, lot)
            needed = sum(
                part.uom_id._compute_quantity(part.quantity_received, product.uom_id)
                for part in parts
            )
            if product.uom_id.compare(there, needed) < 0:
                raise UserError(parts[-1:]._get_moved_away_text(location, there))

    def _get_moved_away_text(self, location, there):
        """Return where the part is instead of ``location``, and what to do."""
        away = self.env["stock.move.line"].search(
            [
                ("product_id", "=", self.product_id.id),
                ("lot_id", "=", self.old_lot_id.id),
                ("state", "=", "done"),
                ("location_id", "child_of", location.id),
                "!",
                ("location_dest_id", "child_of", location.id),
                ("move_id.aftersales_part_return_id", "=", False),
            ],
            order="date desc, id desc",
            limit=1,
        )
        values = {
            "name": self.name,
            "part": self.product_id.display_name,
            "location": location.display_name,
            "there": f"{there:g}",
        }
        if away:
            return self.env._(
                "%(name)s cannot be moved: of %(part)s only %(there)s is free at "
                "%(location)s. %(transfer)s moved it to %(place)s: bring it back by a "
                "transfer first.",
                **values,
                transfer=away.reference or "",
                place=away.location_dest_id.display_name,
            )
        return self.env._(
            "%(name)s cannot be moved: of %(part)s only %(there)s is free at "
            "%(location)s. Find out where it is and bring it back by a transfer first.",
            **values,
        )

    def _get_old_lot(self):
        """Return the stock.lot of the old part, created when it has none yet."""
        self.ensure_one()
        if self.tracking not in ("lot", "serial") or self.old_lot_id:
            return self.old_lot_id
        # an unreadable serial plate must not stop the receipt: the tag identifies it
        name = self.old_lot_name or self.name
        # sudo: receiving an old part registers its lot, whoever receives it
        Lot = self.env["stock.lot"].sudo()
        lot = Lot.search(
            [
                ("name", "=", name),
                ("product_id", "=", self.product_id.id),
                ("company_id", "in", (False, self.company_id.id)),
            ],
            limit=1,
        ) or Lot.create(
            {
                "name": name,
                "product_id": self.product_id.id,
                "company_id": self.company_id.id,
            }
        )
        self._write_guarded({"old_lot_id": lot.id})
        return self.old_lot_id

    def _transfer(self, operation, source, destination, partner=None, quantities=None):
        """Move the parts of ``self`` by one done transfer; returns the stock.picking.

        :param quantities: ``{part: quantity}``; what was received by default
        """
        # sudo: the step is guarded by the roles of this form; its transfer needs no
        # further right in stock
        picking = (
            self.env["stock.picking"]
            .sudo()
            .with_company(operation.company_id)
            .create(
                {
                    "picking_type_id": operation.id,
                    "partner_id": partner.id if partner else False,
                    "location_id": source.id,
                    "location_dest_id": destination.id,
                    "origin": ", ".join(self.mapped("name")),
                    "move_ids": [
                        Command.create(
                            part._prepare_move_vals(
                                source,
                                destination,
                                quantities[part]
                                if quantities
                                else part.quantity_received,
                            )
                        )
                        for part in self
                    ],
                }
            )
        )
        picking.action_confirm()
        for move in picking.move_ids:
            move._take_goods(move.aftersales_part_return_id._get_old_lot())
        picking.move_ids.picked = True
        picking._action_done()
        return picking.sudo(False)

    def _prepare_move_vals(self, source, destination, quantity):
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom": self.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
            "aftersales_part_return_id": self.id,
        }

    def _dispatch_to_supplier(self):
        for (company, supplier), parts in self.grouped(
            lambda part: (part.company_id, part.supplier_id)
        ).items():
            operation = company.aftersales_old_part_out_type_id
            parts._transfer(
                operation,
                company.aftersales_quarantine_location_id,
                operation.default_location_dest_id,
                supplier,
            )

    def _send_to_rework(self):
        for company, parts in self.grouped("company_id").items():
            parts._transfer(
                company.aftersales_old_part_out_type_id,
                company.aftersales_quarantine_location_id,
                company.aftersales_rework_location_id,
            )

    def _scrap(self):
        vals_list = [
            {
                "product_id": part.product_id.id,
                "product_uom_id": part.uom_id.id,
                "scrap_qty": part.quantity_received,
                "lot_id": part.old_lot_id.id,
                **part._prepare_scrap_place_vals(),
                "company_id": company.id,
                "origin": part.name,
                "aftersales_part_return_id": part.id,
            }
            for company, parts in self.grouped("company_id").items()
            for part in parts
        ]
        # sudo: guarded by the role of the step, see action_dispose
        self.env["stock.scrap"].sudo().create(vals_list).do_scrap()

    def _prepare_scrap_place_vals(self):
        """Return where in the quarantine the whole of the part lies."""
        self.ensure_one()
        quarantine = self.company_id.aftersales_quarantine_location_id
        quants = (
            self.env["stock.quant"]
            # sudo: guarded by the role of the step, see action_dispose
            .sudo()
            ._gather(self.product_id, quarantine, lot_id=self.old_lot_id)
            .filtered(
                lambda quant: (
                    self.uom_id.compare(
                        quant.available_quantity, self.quantity_received
                    )
                    >= 0
                )
            )[:1]
        )
        return {
            "location_id": (quants.location_id or quarantine).id,
            "package_id": quants.package_id.id,
            "owner_id": quants.owner_id.id,
        }
