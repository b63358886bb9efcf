# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.text import is_blank

#: fields of a line that make its amount and its goods
CONTENT_FIELDS = {
    "claim_id",
    "product_id",
    "quantity",
    "unit_cost",
    "lot_id",
    "old_lot_name",
    "order_part_id",
    "part_note",
    "part_reason",
    "supply",
}
DECISION_FIELDS = {"decision", "approved_quantity", "reason"}


class AftersalesClaimLine(models.Model):
    """One part claimed, with its decision and its supply."""

    _name = "aftersales.claim.line"
    _description = "Warranty Claim Line"
    _inherit = "aftersales.billed.mixin"
    _guarded_fields = (
        "state",
        "is_invalid",
        "lapse",
        "charge_move_id",
        "charge_state",
        "charged_quantity",
        "former_bill_ids",
    )
    _rec_name = "product_id"
    _order = "claim_id, sequence, id"
    _check_company_auto = True

    # === FIELDS ===#
    claim_id = fields.Many2one(
        "aftersales.claim",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="claim_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="claim_id.currency_id")
    state = fields.Selection(related="claim_id.state", string="Claim State", store=True)
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_machine", "=", False)],
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    lot_id = fields.Many2one(
        "stock.lot",
        string="New Serial Number",
        check_company=True,
        index="btree_not_null",
        domain="[('product_id', '=', product_id)]",
    )
    old_lot_name = fields.Char(string="Old Serial Number", index="btree_not_null")
    order_part_id = fields.Many2one(
        "aftersales.order.part",
        string="Fitted Part",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    is_causal = fields.Boolean(
        string="Causal Part", help="The part whose failure caused the damage."
    )
    supplier_id = fields.Many2one(
        "res.partner",
        compute="_compute_supplier_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
        help="Who delivered the broken part.",
    )
    amount = fields.Monetary(
        string="Requested Amount",
        compute="_compute_amount",
        store=True,
        groups="aftersales_service.group_costs",
    )
    decision = fields.Selection(
        [
            ("pending", "Pending"),
            ("approved", "Approved"),
            ("reduced", "Reduced"),
            ("rejected", "Rejected"),
        ],
        default="pending",
        required=True,
        copy=False,
    )
    approved_quantity = fields.Float(
        compute="_compute_approved_quantity",
        store=True,
        readonly=False,
        digits="Product Unit",
        copy=False,
    )
    approved_amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        groups="aftersales_service.group_costs",
    )
    reason = fields.Char(copy=False, help="Why the line is reduced or rejected.")
    supply = fields.Selection(
        [
            ("fitted", "Already Fitted"),
            ("ship", "Ship to Customer"),
            ("technician", "Through Technician"),
            ("none", "No Goods"),
        ],
        default="ship",
        required=True,
        help="Already fitted parts wait at the awaiting-claim location; others are "
        "shipped from stock or procured once the claim is approved.",
    )
    move_ids = fields.One2many(
        "stock.move", "aftersales_claim_line_id", string="Stock Moves", copy=False
    )
    supplied_quantity = fields.Float(
        compute="_compute_supplied_quantity", store=True, digits="Product Unit"
    )
    waiting_quantity = fields.Float(
        string="Sent Before",
        compute="_compute_supplied_quantity",
        store=True,
        digits="Product Unit",
        help="Sent out by an earlier round of the claim and outside still since that "
        "was reversed: approved again it is booked, not sent a second time.",
    )
    supply_state = fields.Selection(
        [
            ("none", "Nothing to Supply"),
            ("waiting", "To Supply"),
            ("partial", "Partly Supplied"),
            ("done", "Supplied"),
        ],
        compute="_compute_supply_state",
        store=True,
    )
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of a claim line must be positive."
    )
    # a negative quantity claimed is told by its own constraint
    _approved_quantity_range = models.Constraint(
        "CHECK(quantity <= 0 OR"
        " (approved_quantity >= 0 AND approved_quantity <= quantity))",
        "The approved quantity must lie between zero and the quantity claimed.",
    )
    _unit_cost_positive = models.Constraint(
        "CHECK(unit_cost >= 0)", "The unit cost of a claim line cannot be negative."
    )
    _order_part_uniq = models.UniqueIndex(
        "(order_part_id) WHERE order_part_id IS NOT NULL"
        " AND state NOT IN ('rejected', 'cancelled')",
        "This fitted part is already claimed.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("product_id", "company_id")
    def _compute_supplier_id(self):
        for line in self:
            seller = line.product_id.seller_ids.filtered(
                lambda s, line=line: not s.company_id or s.company_id == line.company_id
            )[:1]
            line.supplier_id = seller.partner_id

    @api.depends("quantity", "decision")
    def _compute_approved_quantity(self):
        for line in self:
            if line.decision == "rejected":
                line.approved_quantity = 0
            elif line.decision != "reduced" or (line.approved_quantity > line.quantity):
                line.approved_quantity = line.quantity

    @api.depends("quantity", "approved_quantity", "unit_cost")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.unit_cost
            line.approved_amount = line.approved_quantity * line.unit_cost

    @api.depends(
        "move_ids.state",
        "move_ids.quantity",
        "move_ids.product_uom",
        "move_ids.location_dest_id",
        "move_ids.location_id",
    )
    def _compute_supplied_quantity(self):
        for line in self:
            target = line.company_id.aftersales_warranty_location_id
            done = line.move_ids.filtered(lambda move: move.state == "done")
            line.supplied_quantity = line._get_carried_quantity(
                done.filtered(
                    lambda move, target=target: move.location_dest_id == target
                ),
                done.filtered(lambda move, target=target: move.location_id == target),
            )
            line.waiting_quantity = max(
                line._get_quantity_at(line.company_id.aftersales_awaiting_location_id),
                0.0,
            )

    @api.depends("supply", "state", "approved_quantity", "supplied_quantity")
    def _compute_supply_state(self):
        for line in self:
            uom = line.product_id.uom_id
            if (
                line.supply == "none"
                or line.state not in ("approved", "done")
                or not line.approved_quantity
            ):
                line.supply_state = "none"
            elif uom.compare(line.supplied_quantity, line.approved_quantity) >= 0:
                line.supply_state = "done"
            elif uom.compare(line.supplied_quantity, 0) > 0:
                line.supply_state = "partial"
            else:
                line.supply_state = "waiting"

    # === CONSTRAINT METHODS ===#
    @api.constrains("decision", "reason", "approved_quantity", "quantity")
    def _check_decision(self):
        for line in self:
            if line.decision in ("reduced", "rejected") and is_blank(line.reason):
                raise ValidationError(
                    self.env._(
                        "Give the reason why %(part)s is reduced or rejected.",
                        part=line.product_id.display_name,
                    )
                )
            if line.decision == "rejected" and line.approved_quantity:
                raise ValidationError(
                    self.env._(
                        "Nothing of %(part)s is allowed once it is rejected.",
                        part=line.product_id.display_name,
                    )
                )
            if (
                line.decision in ("pending", "approved")
                and line.product_id.uom_id.compare(
                    line.approved_quantity, line.quantity
                )
                < 0
            ):
                raise ValidationError(
                    self.env._(
                        "Mark %(part)s as reduced to allow less than claimed.",
                        part=line.product_id.display_name,
                    )
                )

    @api.constrains("lot_id", "product_id", "order_part_id", "quantity")
    def _check_part(self):
        for line in self:
            part = line.order_part_id
            if line.lot_id and line.lot_id.product_id != line.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial number %(serial)s is not one of %(part)s.",
                        serial=line.lot_id.name,
                        part=line.product_id.display_name,
                    )
                )
            if (
                line.lot_id
                and line.product_id.tracking == "serial"
                and line.product_id.uom_id.compare(line.quantity, 1) > 0
            ):
                raise ValidationError(
                    self.env._(
                        "%(serial)s is one piece of %(part)s: one line for each "
                        "serial number.",
                        serial=line.lot_id.name,
                        part=line.product_id.display_name,
                    )
                )
            if line.product_id.is_machine:
                raise ValidationError(
                    self.env._(
                        "%(part)s is a machine; claim its parts.",
                        part=line.product_id.display_name,
                    )
                )
            if part and part.product_id != line.product_id:
                raise ValidationError(
                    self.env._(
                        "%(part)s was not fitted on this machine by %(order)s.",
                        part=line.product_id.display_name,
                        order=part.order_id.name,
                    )
                )
            if (
                part
                and line.product_id.uom_id.compare(line.quantity, part.quantity_used)
                > 0
            ):
                raise ValidationError(
                    self.env._(
                        "%(quantity)s of %(part)s claimed, but only %(used)s fitted.",
                        quantity=line.quantity,
                        part=line.product_id.display_name,
                        used=part.quantity_used,
                    )
                )

    # === ACTION METHODS ===#
    def action_view_claim(self):
        return self.claim_id._get_records_action(self.claim_id, self.env._("Claim"))

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        decided = any(
            vals.get("decision", "pending") != "pending" or vals.get("reason")
            for vals in vals_list
        )
        lines._ensure_can_edit(
            CONTENT_FIELDS | DECISION_FIELDS if decided else CONTENT_FIELDS
        )
        lines.claim_id._check_raised()
        return lines

    def write(self, vals):
        changed = (CONTENT_FIELDS | DECISION_FIELDS) & set(vals)
        if changed:
            self._ensure_can_edit(changed)
        res = super().write(vals)
        if "claim_id" in vals:
            # into a claim as little as out of one
            self._ensure_can_edit(changed)
        if changed:
            self.claim_id._check_raised()
            # sudo: goods follow the approved quantity, whoever corrects it
            self.claim_id.sudo()._supply()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if any(line.state not in ("draft", "submitted") for line in self):
            raise UserError(
                self.env._("Lines of a claim under decision are rejected, not deleted.")
            )
        self._ensure_can_edit(CONTENT_FIELDS)

    # === BUSINESS METHODS ===#
    def _ensure_can_edit(self, fnames):
        """Who may change what of a line, by the state of its claim: the applicant
        drafts, after-sales verifies, approvers decide, the manager amends.

        :raises AccessError, UserError: not this user, or not in this state
        """
        if self.env.su:
            return
        user = self.env.user
        manager = user.has_group("aftersales_service.group_manager")
        for line in self:
            state = line.claim_id.state
            if state == "draft":
                # the quantity allowed follows the one claimed until it is decided
                allowed = not (DECISION_FIELDS - {"approved_quantity"}) & fnames
            elif state == "submitted":
                allowed = manager or user.has_group("aftersales_service.group_quality")
            elif state == "to_approve":
                allowed = (
                    fnames <= DECISION_FIELDS and user in line.claim_id.reviewer_ids
                )
            else:
                allowed = state == "approved" and manager
            if not allowed:
                raise AccessError(
                    self.env._(
                        "The lines of %(claim)s cannot be changed by you in this "
                        "state.",
                        claim=line.claim_id.name,
                    )
                )
            # sudo: the manager need not read stock to learn that parts are on their way
            if state == "approved" and "product_id" in fnames and line.sudo().move_ids:
                raise UserError(
                    self.env._("The part is on its way already; add another line.")
                )
