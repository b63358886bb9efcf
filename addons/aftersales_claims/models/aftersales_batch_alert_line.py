# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.guard import check_stays_on_file

from ..tools.text import is_blank
from .stock_lot_batch import normalize_batch


class AftersalesBatchAlertLine(models.Model):
    """A machine or piece of stock concerned by a batch alert (R-INT-11)."""

    _name = "aftersales.batch.alert.line"
    _description = "Concerned by a Batch Alert"
    _rec_name = "lot_id"
    _inherit = "aftersales.state.mixin"
    _order = "alert_id, partner_id, id"
    _check_company_auto = True
    _guarded_fields = (
        "state",
        "picking_id",
        "alert_id",
        "lot_id",
        "partner_id",
        "location_id",
    )
    _editable_in = {("open",): ("quantity", "note")}

    alert_id = fields.Many2one(
        "aftersales.batch.alert", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="alert_id.company_id", store=True)
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        required=True,
        index=True,
        check_company=True,
    )
    partner_id = fields.Many2one("res.partner", string="At Customer")
    location_id = fields.Many2one("stock.location", string="In Stock At")
    quantity = fields.Float(
        default=1.0,
        required=True,
        digits="Product Unit",
        help="Pieces of the lot: more than one where lots are larger than a piece.",
    )
    state = fields.Selection(
        [("open", "Open"), ("taken_back", "Taken Back"), ("cleared", "Cleared")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    picking_id = fields.Many2one(
        "stock.picking", string="Transfer", readonly=True, index="btree_not_null"
    )
    note = fields.Char()

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity to take back must be positive."
    )
    _lot_uniq = models.UniqueIndex("(alert_id, lot_id)", "This lot is listed already.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        check_stays_on_file(self, "open")

    def action_take_back(self):
        """Take the goods back by transfer, freight at our cost: what was sold comes
        into quarantine, what is ours is blocked and keeps its value."""
        self.alert_id._check_role()
        for line in self:
            if line.state != "open" or line.alert_id.state != "confirmed":
                line._raise_settled()
        taken_to = {
            company: company._get_aftersales_taken_back_locations()
            for company in self.company_id
        }
        for (company, partner, location), lines in self.grouped(
            lambda line: (line.company_id, line.partner_id, line.location_id)
        ).items():
            operation = company.aftersales_old_part_type_id
            source = location or operation.default_location_src_id
            picking = lines._transfer(operation, source, partner, taken_to[company])
            lines._write_guarded({"state": "taken_back", "picking_id": picking.id})
        return True

    def action_clear(self):
        """Checked and good: nothing to take back; the note says why."""
        self.alert_id._check_role()
        for line in self:
            if line.state != "open" or line.alert_id.state != "confirmed":
                line._raise_settled()
            if is_blank(line.note):
                raise UserError(
                    self.env._(
                        "%(lot)s: note why it need not be taken back.",
                        lot=line.sudo().lot_id.name,
                    )
                )
        self._write_guarded({"state": "cleared"})
        return True

    def _raise_settled(self):
        raise UserError(
            self.env._(
                "%(lot)s is settled, or its batch alert is not confirmed.",
                # sudo: quality need not read lots to learn which one
                lot=self.sudo().lot_id.name,
            )
        )

    def _drop_strangers(self):
        """Machines whose batch was corrected are not concerned any more."""
        strangers = self.filtered(
            lambda line: (
                line.lot_id.product_id != line.alert_id.product_id
                or line.lot_id.batch_key
                != normalize_batch(line.alert_id.production_batch)
            )
        )
        strangers.unlink()

    def _get_destination(self, location):
        """Return where a piece that lies at ``location`` is taken: old parts and what
        was sold have no value in our books, our own stock has."""
        # sudo: the settings of the company are not the quality department's to read
        company = self.company_id.sudo()
        if location.usage != "internal" or location.is_aftersales_quarantine:
            return company.aftersales_quarantine_location_id
        if not company.aftersales_blocked_location_id:
            company._create_aftersales_config()
        return company.aftersales_blocked_location_id

    def _get_pieces(self, source, taken_to):
        """Return where the pieces of the line are taken from: all that is in stock by
        now, in whatever place, else what is at the customer's.

        :param taken_to: the stock.location records where what is there is back
        :return: list of (stock.location, quantity)
        """
        self.ensure_one()
        company = self.company_id
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "=", self.lot_id.id),
                ("location_id.usage", "=", "internal"),
                ("company_id", "=", company.id),
                ("quantity", ">", 0),
            ]
        )
        is_serial = self.lot_id.product_id.tracking == "serial"
        if not self.location_id and not (quants and is_serial):
            return [(source, self.quantity)]
        outside = quants.filtered(lambda quant: quant.location_id not in taken_to)
        if quants:
            # what came back another way since it was listed is not moved again
            return [(quant.location_id, quant.quantity) for quant in outside]
        # sold since it was listed: it comes back from where things come back from
        return [(company.aftersales_old_part_type_id.default_location_src_id, 1.0)]

    def _transfer(self, operation, source, partner, taken_to):
        """Move the pieces of ``self`` by one done transfer; returns it, or none if all
        are back already, at ``taken_to``."""
        moves = []
        # sudo: guarded by the role of the step; quality needs no right in stock
        for line in self.sudo():
            product = line.lot_id.product_id
            for location, quantity in line._get_pieces(source, taken_to):
                route = {
                    "location_id": location.id,
                    "location_dest_id": line._get_destination(location).id,
                }
                move_line = {
                    **route,
                    "product_id": product.id,
                    "product_uom_id": product.uom_id.id,
                    "quantity": quantity,
                    "lot_id": line.lot_id.id,
                }
                moves.append(
                    {
                        **route,
                        "product_id": product.id,
                        "product_uom_qty": quantity,
                        "company_id": operation.company_id.id,
                        "move_line_ids": [Command.create(move_line)],
                    }
                )
        if not moves:
            return self.env["stock.picking"]
        picking = (
            self.env["stock.picking"]
            # sudo: as above
            .sudo()
            .with_company(operation.company_id)
            .create(
                {
                    "location_id": source.id,
                    "location_dest_id": self._get_destination(source).id,
                    "picking_type_id": operation.id,
                    "partner_id": partner.id,
                    "origin": self.alert_id.name,
                    "move_ids": [Command.create(vals) for vals in moves],
                }
            )
        )
        picking.move_ids.picked = True
        picking._action_done()
        return picking
