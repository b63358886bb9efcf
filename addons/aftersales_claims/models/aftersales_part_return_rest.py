# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesPartReturn(models.Model):
    """Of several pieces some came back: they are inspected and disposed of, the rest
    lapses on a tag of its own (R-CLM-11)."""

    _inherit = "aftersales.part.return"

    # === ACTION METHODS ===#
    def action_lapse(self):
        partly = self.filtered(
            lambda part: part.state == "expected" and part.quantity_received
        )
        rest = self.browse()
        for part in partly:
            rest |= part._split_missing()
        lapsing = self - partly | rest
        return super(AftersalesPartReturn, lapsing).action_lapse()

    # === BUSINESS METHODS ===#
    def _split_rest(self):
        """Let the tag be what came back, received; return a new one of the rest,
        still expected."""
        self.ensure_one()
        received = self.quantity_received
        # sudo: the split is the system's, as the lapse is
        rest = self.sudo().copy(self._prepare_rest_vals())
        self._write_guarded({"quantity": received, "state": "received"})
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return rest

    def _split_other_lot(self, lot_name):
        """Return the tag on which pieces of the lot ``lot_name`` are received: this
        one or, where it holds those of another lot, a new one of the rest."""
        self.ensure_one()
        if self.tracking != "lot" or self.old_lot_id.name in (False, lot_name):
            return self
        rest = self._split_rest()
        rest.old_lot_name = lot_name
        self._message_log(
            body=self.env._(
                "The rest comes from another lot, %(lot)s: %(tag)s.",
                lot=lot_name,
                tag=rest.name,
            )
        )
        return rest.with_env(self.env)

    def _split_missing(self):
        """Let the tag be what came back, received; return a new one of what is
        missing, still expected."""
        rest = self._split_rest()
        self._message_log(
            body=self.env._(
                "%(quantity)s did not come back: %(tag)s.",
                quantity=f"{rest.quantity:g} {rest.uom_id.name}",
                tag=rest.name,
            )
        )
        return rest.with_env(self.env)

    def _prepare_rest_vals(self):
        """Return the values of the tag of what is missing."""
        return {
            "quantity": self.quantity - self.quantity_received,
            "claim_line_id": self.claim_line_id.id,
            "exchange_id": self.exchange_id.id,
        }
