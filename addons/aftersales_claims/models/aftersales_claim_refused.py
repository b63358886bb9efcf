# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

#: activity type of what is charged once more
TO_CHARGE = "aftersales_claims.mail_activity_type_charge_again"


class AftersalesClaim(models.Model):
    """Parts fitted free of charge that the claim refuses: they wait in our books and
    are charged to the customer, who has them (R-CLM-09)."""

    _inherit = "aftersales.claim"

    has_refused_goods = fields.Boolean(compute="_compute_has_refused_goods")
    has_charge_gone = fields.Boolean(compute="_compute_has_refused_goods")

    @api.depends("line_ids.refused_quantity", "line_ids.charge_state")
    def _compute_has_refused_goods(self):
        for claim in self:
            claim.has_refused_goods = bool(claim._get_lines_to_charge())
            claim.has_charge_gone = bool(claim._get_lines_to_charge_again())

    # === ACTION METHODS ===#
    def action_charge_refused(self):
        """Hand the refused parts over to the customer and draft their invoice.

        The transfer posts nothing; revenue and cost come with the invoice, which the
        accountant checks and posts. What was charged with an invoice that left the
        books since is invoiced once more, the goods are there.

        :raises UserError: nothing refused, an appeal is open, or goods not there
        :return: window action on the invoices, or word of them for whoever may not
            open them
        """
        self._ensure_group("aftersales_service.group_manager")
        return self._charge_claims(hand_over=True)

    def action_charge_again(self):
        """Draft the invoice once more of what was charged with one that left the books.

        :raises UserError: there is none, or an appeal is open
        :return: see ``action_charge_refused``
        """
        self._ensure_group(
            "aftersales_service.group_accountant", "aftersales_service.group_manager"
        )
        return self._charge_claims(hand_over=False)

    # === BUSINESS METHODS ===#
    def _charge_claims(self, hand_over):
        """Charge refused parts of each claim.

        :param hand_over: those not charged yet as well, not only those to charge again
        :return: see ``action_charge_refused``
        """
        invoices = self.env["account.move"]
        handed_over = False
        for claim in self:
            claim.lock_for_update()
            lines = (
                claim._get_lines_to_charge()
                if hand_over
                else claim._get_lines_to_charge_again()
            )
            if not lines:
                raise UserError(
                    self.env._(
                        "%(claim)s has no refused parts at the customer's.",
                        claim=claim.name,
                    )
                )
            if claim._get_open_appeals():
                raise UserError(
                    self.env._(
                        "An appeal on %(claim)s is being dealt with already.",
                        claim=claim.name,
                    )
                )
            handed_over |= hand_over and any(lines.mapped("refused_quantity"))
            # the system moves the goods and drafts the invoice: the manager decides,
            # stock and accounting are others' rights
            system = claim._as_system()
            invoices |= system._charge_refused(lines.with_env(system.env), hand_over)
        invoices = invoices.with_env(self.env)
        if not invoices.has_access("read"):
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._(
                        "The refused parts are the customer's now; their invoice is "
                        "drafted, and the accountant posts it."
                    )
                    if handed_over
                    else self.env._(
                        "The invoice of the refused parts is drafted once more, and "
                        "the accountant posts it."
                    ),
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }
        return self._get_records_action(invoices, self.env._("Customer Invoices"))

    def _get_lines_to_charge(self):
        """Return the lines of refused parts nobody is charged with."""
        refused = self.line_ids.filtered("refused_quantity")
        return refused | self._get_lines_to_charge_again()

    def _get_lines_to_charge_again(self):
        """Return the lines of parts whose invoice left the books."""
        return self.line_ids.filtered(lambda line: line.charge_state == "to_charge")

    def _charge_refused(self, lines, hand_over=True):
        """Transfer ``lines`` to the customer and draft the invoice.

        :param hand_over: what waits for it; else only what he has is invoiced again
        :return: account.move
        """
        self.ensure_one()
        quantities = {
            line: line.refused_quantity
            for line in lines
            if hand_over and line.refused_quantity
        }
        if quantities:
            self._transfer_refused(quantities)
        again = lines.filtered(lambda line: line.charge_state == "to_charge")
        again._give_up_bill()
        invoiced = {
            line: quantities.get(line, 0.0)
            + (line.charged_quantity if line in again else 0.0)
            for line in lines
        }
        invoice = self.env["account.move"].create(
            self._prepare_refused_invoice_vals(invoiced)
        )
        reason = self._get_last_decision().comment or self.env._("Claim rejected")
        for line in lines:
            vals = {
                "charged_quantity": line.charged_quantity + quantities.get(line, 0.0),
                "charge_move_id": invoice.id,
                "charge_state": "charged",
            }
            if line.decision == "pending":
                # the claim was rejected as a whole
                vals.update(decision="rejected", reason=reason, approved_quantity=0.0)
            line.write(vals)
        self._remove_charge_to_dos()
        self._message_log(
            body=self.env._(
                "Refused parts are charged to %(customer)s.",
                customer=self.partner_id.display_name,
            )
        )
        return invoice

    def _transfer_refused(self, quantities):
        """Move the parts from where they wait to the customer; no cost of the claim.

        :param quantities: {aftersales.claim.line: quantity}
        """
        source = self.company_id.aftersales_awaiting_location_id
        target = self.partner_id.property_stock_customer
        goods = {line: line._split_by_lot(qty) for line, qty in quantities.items()}
        self._check_at_location(goods, source)
        picking = self.env["stock.picking"].create(
            {
                **self._prepare_claim_picking_vals(source, target),
                "move_ids": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom_qty": quantity,
                            "product_uom": line.product_id.uom_id.id,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                            "company_id": self.company_id.id,
                        }
                    )
                    for line, quantity in quantities.items()
                ],
            }
        )
        picking.action_confirm()
        for move, lots in zip(picking.move_ids, goods.values(), strict=True):
            move._set_claim_part_lots(lots)
        picking.move_ids.filtered(lambda move: not move.move_line_ids)._action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def _prepare_refused_invoice_vals(self, quantities):
        self.ensure_one()
        return {
            "move_type": "out_invoice",
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "invoice_origin": self.name,
            "invoice_line_ids": [
                Command.create({"product_id": line.product_id.id, "quantity": quantity})
                for line, quantity in quantities.items()
            ],
        }

    def _remove_charge_to_dos(self):
        """Nothing is left to charge once more."""
        # sudo: the to-do may be somebody else's
        claims = self.sudo().filtered(lambda it: not it._get_lines_to_charge_again())
        claims.activity_unlink([TO_CHARGE])

    def _reopen(self, state, **vals):
        for claim in self:
            if any(claim.sudo().line_ids.mapped("charged_quantity")):
                raise UserError(
                    self.env._(
                        "The refused parts of %(claim)s are charged to the customer.",
                        claim=claim.name,
                    )
                )
        return super()._reopen(state, **vals)

    def _get_account_moves(self):
        # sudo: which they are; the entries are read with own rights
        former = self.sudo().line_ids.former_bill_ids.with_env(self.env)
        return super()._get_account_moves() | self.line_ids.charge_move_id | former
