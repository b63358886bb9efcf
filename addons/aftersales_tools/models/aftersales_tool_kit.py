# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class AftersalesToolKit(models.Model):
    """The tools a kind of job or a grade of technician needs (R-TOL-09)."""

    _name = "aftersales.tool.kit"
    _description = "Tool Kit"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    barcode = fields.Char(copy=False, index="btree_not_null")
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )
    order_kind = fields.Selection(
        selection=lambda self: (
            self.env["aftersales.order"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        string="For Orders of Kind",
        help="The check before such an order asks for these tools.",
    )
    technician_grade = fields.Selection(
        selection=lambda self: (
            self.env["hr.employee"]
            ._fields["technician_grade"]
            ._description_selection(self.env)
        ),
        string="For Grade",
        help="Personal equipment of technicians of this grade: proposed when tools are "
        "issued to one, and checked before he leaves for an order.",
    )
    line_ids = fields.One2many("aftersales.tool.kit.line", "kit_id", copy=True)

    _barcode_uniq = models.UniqueIndex(
        "(barcode) WHERE barcode IS NOT NULL", "Another kit has this barcode."
    )

    def _get_proposed(self, custody):
        """Return the kit among ``self`` that an issue on ``custody`` starts from: of
        the order's kind, else of the person's grade."""
        kits = self.filtered(
            lambda kit: not kit.company_id or kit.company_id == custody.company_id
        )
        kind = custody.order_id.kind
        # sudo: the grade of a technician is no private data
        grade = custody.employee_id.sudo().technician_grade
        return (
            kits.filtered(lambda kit: kind and kit.order_kind == kind)
            or kits.filtered(
                lambda kit: (
                    grade and not kit.order_kind and kit.technician_grade == grade
                )
            )
        )[:1]

    def _get_missing(self, quants, to_draw=None):
        """Return ``[(product, quantity)]`` of these kits that ``quants`` lack.

        :param quants: stock.quant of tools held
        :param to_draw: ``{product: quantity}`` that will be held besides
        """
        missing = []
        for product, lines in self.line_ids.grouped("product_id").items():
            has = sum(
                quants.filtered(
                    lambda quant, product=product: quant.product_id == product
                ).mapped("quantity")
            )
            has += (to_draw or {}).get(product, 0)
            quantity = sum(lines.mapped("quantity")) - has
            if product.uom_id.compare(quantity, 0) > 0:
                missing.append((product, quantity))
        return missing

    def _prepare_custody_line_vals(self, custody):
        """Return the lines that issue this kit, longest stored tools first.

        A serial tool of which none is free comes without a number, so the slip
        shows what is missing."""
        self.ensure_one()
        taken = custody.line_ids.lot_id
        vals_list = []
        free = self.env["stock.lot"].search(
            [
                ("product_id", "in", self.line_ids.product_id.ids),
                ("tool_state", "=", "stock"),
                ("company_id", "in", (False, custody.company_id.id)),
                ("id", "not in", taken.ids),
            ],
            order="id",
        )
        free -= free._get_calibration_overdue()
        by_product = {
            product: list(lots) for product, lots in free.grouped("product_id").items()
        }
        for line in self.line_ids:
            if line.product_id.tracking != "serial":
                vals_list.append(
                    {"product_id": line.product_id.id, "quantity": line.quantity}
                )
                continue
            lots = by_product.get(line.product_id, [])
            for _number in range(round(line.quantity)):
                lot = lots.pop(0) if lots else self.env["stock.lot"]
                vals_list.append(
                    {"product_id": line.product_id.id, "lot_id": lot.id, "quantity": 1}
                )
        return vals_list
