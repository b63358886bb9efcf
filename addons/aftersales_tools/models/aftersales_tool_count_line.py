# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesToolCountLine(models.Model):
    _name = "aftersales.tool.count.line"
    _description = "Tool Count Line"
    _inherit = "aftersales.state.mixin"
    #: nothing but what is computed
    _guarded_fields = ()
    _rec_name = "product_id"
    _order = "count_id, product_id, id"
    _check_company_auto = True

    count_id = fields.Many2one(
        "aftersales.tool.count", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="count_id.company_id", store=True)
    employee_id = fields.Many2one(related="count_id.employee_id", store=True)
    state = fields.Selection(related="count_id.state")
    product_id = fields.Many2one(
        "product.product",
        string="Tool",
        required=True,
        index=True,
        domain=[("is_tool", "=", True)],
        check_company=True,
    )
    is_durable = fields.Boolean(related="product_id.is_durable_tool", store=True)
    image = fields.Image(related="product_id.image_128", string="Photo")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        index="btree_not_null",
        domain="[('product_id', '=', product_id)]",
        check_company=True,
    )
    lot_name = fields.Char(
        string="Number on the Tool",
        compute="_compute_lot_name",
        store=True,
        readonly=False,
        help="What is written on a tool that is not listed yet; whoever counts need "
        "not find it in the register.",
    )
    expected = fields.Float(string="By the Books", digits="Product Unit", readonly=True)
    counted = fields.Float(string="I Have", digits="Product Unit")
    difference = fields.Float(
        compute="_compute_difference", store=True, digits="Product Unit"
    )
    note = fields.Char()

    _check_counted = models.Constraint(
        "CHECK(counted >= 0)", "Nobody has less than nothing."
    )

    @api.depends("expected", "counted")
    def _compute_difference(self):
        for line in self:
            line.difference = line.product_id.uom_id.round(line.counted - line.expected)

    @api.depends("lot_id")
    def _compute_lot_name(self):
        for line in self:
            line.lot_name = line.lot_id.name or line.lot_name

    # === CONSTRAINT METHODS ===#
    @api.constrains("counted", "product_id")
    def _check_exists_once(self):
        for line in self:
            if line.product_id.tracking == "serial" and line.counted not in (0, 1):
                raise ValidationError(
                    self.env._(
                        "%(tool)s with its serial number exists only once: state 1 "
                        "or 0.",
                        tool=line.product_id.display_name,
                    )
                )

    @api.constrains("count_id", "product_id", "lot_id")
    def _check_listed_once(self):
        for lines in self.count_id.line_ids.grouped("count_id").values():
            seen = set()
            for line in lines:
                # sudo: the number of a tool the person may not find himself
                lot = line.sudo().lot_id
                if not lot and line.product_id.tracking != "none":
                    continue
                key = (line.product_id, lot)
                if key in seen:
                    raise ValidationError(
                        self.env._(
                            "%(tool)s is listed twice.",
                            tool=lot.display_name or line.product_id.display_name,
                        )
                    )
                seen.add(key)

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self.browse()._check_expected(vals)
        lines = super().create(vals_list)
        lines._check_open()
        lines._match_lot_names()
        return lines

    def write(self, vals):
        self._check_expected(vals)
        if {"counted", "lot_id", "lot_name", "product_id", "note"} & set(vals):
            self._check_open()
        if "count_id" in vals and any(
            line.count_id.id != vals["count_id"] for line in self
        ):
            raise UserError(self.env._("A line stays on the count it was written for."))
        res = super().write(vals)
        if {"lot_name", "product_id"} & set(vals):
            self._match_lot_names()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_open()

    def _check_open(self):
        """:raises UserError: for lines of a count that was confirmed (R-TOL-08)"""
        if any(line.count_id.state != "open" for line in self):
            raise UserError(self.env._("The count is confirmed already."))

    def _match_lot_names(self):
        """Find the tools whose numbers were typed off them."""
        # sudo: a person sees no tools but his own, and has another's in his box
        typed = self.sudo().filtered(
            lambda line: line.lot_name and not line.lot_id and line.product_id
        )
        if not typed:
            return
        lots = self.env["stock.lot"].sudo()
        lots = lots.search(
            [
                ("product_id", "in", typed.product_id.ids),
                ("name", "in", [line.lot_name.strip() for line in typed]),
                ("company_id", "in", (False, *typed.company_id.ids)),
            ]
        )
        for line in typed:
            line.lot_id = lots.filtered(
                lambda lot, line=line: (
                    lot.product_id == line.product_id
                    and lot.name == line.lot_name.strip()
                    and lot.company_id.id in (False, line.company_id.id)
                )
            )[:1]

    # === ACTION METHODS ===#
    def action_present(self):
        """The person has what the books say."""
        for line in self:
            line.counted = line.expected
        return True

    def action_missing(self):
        """The person does not have it (any more)."""
        self.counted = 0
        return True

    # === BUSINESS METHODS ===#
    def _check_expected(self, vals):
        if self.env.su:
            return
        # what the books list stays what it is, whatever number is typed
        tool = {"product_id", "lot_id", "lot_name"} & set(vals)
        listed = self.filtered("expected") if tool else self.browse()
        if vals.get("expected") or any(
            (line[name] if name == "lot_name" else line[name].id)
            != (vals[name] or False)
            for line in listed
            for name in tool
        ):
            raise UserError(
                self.env._("What a person should have comes from the books only.")
            )

    def _check_books(self):
        """Raise when stock moved since the count was written: settling an old
        difference would undo an issue or report a tool that was given back.

        :raises UserError: naming the first tool concerned"""
        # sudo: the locations of the people, whoever settles the count
        lines = self.sudo()
        held = defaultdict(float)
        for quant in lines.employee_id._get_held_quants():
            person = quant.location_id._get_aftersales_person()
            held[person, quant.product_id, quant.lot_id] += quant.quantity
        for line in lines:
            quantity = held[line.employee_id, line.product_id, line.lot_id]
            if line.product_id.uom_id.compare(quantity, line.expected) == 0:
                continue
            raise UserError(
                self.env._(
                    "%(person)s holds %(quantity)s of %(tool)s now, not %(expected)s "
                    "as when %(count)s was written. Cancel it and count again.",
                    person=line.employee_id.name,
                    quantity=quantity,
                    tool=line.lot_id.display_name or line.product_id.display_name,
                    expected=line.expected,
                    count=line.count_id.name,
                )
            )

    def _prepare_compensation_vals(self):
        self.ensure_one()
        return {
            "employee_id": self.employee_id.id,
            "lot_id": self.lot_id.id,
            "company_id": self.company_id.id,
            "reason": "lost",
            "circumstances": self.env._(
                "Missing at the tool count %(count)s. %(note)s",
                count=self.count_id.name,
                note=self.note or "",
            ),
        }

    def _split_counted(self, own, held):
        """Return {stock.location: quantity} of what was counted.

        :param own: the stock.location of the person
        :param held: what the stock.quant of the people counted say
        """
        self.ensure_one()
        # sudo: see _adjust_inventory
        line = self.sudo()
        same = held.filtered(
            lambda quant: (
                quant.product_id == line.product_id
                and quant.lot_id == line.lot_id
                and quant.location_id._get_aftersales_person() == line.employee_id
            )
        )
        left = self.counted
        places = {}
        on_shelves = same.filtered(lambda quant: quant.location_id != own)
        for place, quants in on_shelves.grouped("location_id").items():
            places[place] = min(sum(quants.mapped("quantity")), left)
            left -= places[place]
        if left or not places or own in same.location_id:
            places[own] = left
        return places

    def _adjust_inventory(self):
        """Apply the counted quantities as the ERP's own inventory adjustment."""
        if not self:
            return
        Custody = self.env["aftersales.tool.custody"]
        # sudo: the locations of the people, whoever settles the count
        held = self.sudo().employee_id._get_held_quants()
        vals_list = []
        for line in self:
            if line.is_durable and not line.lot_id:
                raise UserError(
                    self.env._(
                        "Give the serial number of the %(tool)s that was found.",
                        tool=line.product_id.display_name,
                    )
                )
            # sudo: says where the books have the tool
            elsewhere = line.sudo().lot_id
            if elsewhere.tool_state in ("stock", "held", "repair", "conflict"):
                raise UserError(
                    self.env._(
                        "%(person)s has %(tool)s, but by the books it is elsewhere "
                        "(%(place)s). Hand it over or issue it properly.",
                        person=line.employee_id.name,
                        tool=elsewhere.display_name,
                        place=elsewhere.custodian_id.name
                        or elsewhere.location_id.display_name
                        or "",
                    )
                )
            own = Custody._get_person_location(line.employee_id)
            # what was counted lies on his shelves first, the rest in the open
            vals_list += [
                {
                    "product_id": line.product_id.id,
                    "lot_id": line.lot_id.id,
                    "location_id": place.id,
                    "inventory_quantity": quantity,
                }
                for place, quantity in line._split_counted(own, held).items()
            ]
        # sudo: settling a tool count is the storekeeper's task, applying an
        # inventory is a stock manager's in the ERP
        quants = self.env["stock.quant"].sudo().with_context(inventory_mode=True)
        quants.create(vals_list).with_context(
            inventory_name=", ".join(set(self.count_id.mapped("name")))
        ).action_apply_inventory()
