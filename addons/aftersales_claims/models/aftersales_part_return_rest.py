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
    def _split_missing(self):
        """Let the tag be what came back, received; return a new one of what is
        missing, still expected."""
        self.ensure_one()
        received = self.quantity_received
        # sudo: the split is the system's, as the lapse is
        rest = self.sudo().copy(self._prepare_rest_vals())
        self._write_guarded({"quantity": received, "state": "received"})
        self.activity_unlink(["mail.mail_activity_data_todo"])
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
