# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesPartReturn(models.Model):
    """The steps of an old part that are no transfer of their own (R-CLM-11)."""

    _inherit = "aftersales.part.return"

    # === ACTION METHODS ===#
    def action_receive(self):
        """Receive all that is still expected of ``self``; see ``_receive``."""
        self._receive()
        return True

    def action_open_receipt(self):
        """Open the receipt wizard on ``self``: part of it, serial numbers, scanner."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receive Old Parts"),
            "res_model": "aftersales.part.return.receive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_part_return_ids": self.ids},
        }

    def action_inspect(self):
        """Record quality's judgement (R-CLM-11).

        :raises UserError: not received, or judgement or disposition missing
        """
        self._check_role("aftersales_service.group_quality")
        for part in self:
            if part.state != "received":
                raise UserError(
                    self.env._(
                        "%(name)s has not been received completely, or is already "
                        "inspected.",
                        name=part.name,
                    )
                )
            if not part.inspection_result or not part.disposition:
                raise UserError(
                    self.env._(
                        "%(name)s: record the result of the inspection and what "
                        "happens with the part.",
                        name=part.name,
                    )
                )
            if part.disposition == "supplier" and not part.supplier_id:
                raise UserError(
                    self.env._(
                        "%(name)s goes back to the supplier: name him.", name=part.name
                    )
                )
        self._write_guarded(
            {
                "state": "inspected",
                "inspector_id": self.env.uid,
                "inspected_at": fields.Datetime.now(),
            }
        )
        self._after_inspection()
        return True

    def action_cancel(self):
        """Nothing comes back after all; only before a receipt. What is expected is
        owed, so giving it up is the manager's (R-CLM-11)."""
        self._check_role("aftersales_service.group_manager")
        for part in self:
            if part.state not in ("expected", "invalid") or part.quantity_received:
                raise UserError(
                    self.env._("%(name)s was received already.", name=part.name)
                )
            if part.charge_state == "charged":
                raise UserError(
                    self.env._("%(name)s was charged already.", name=part.name)
                )
        self._give_up_bill()
        self._write_guarded({"state": "cancelled", "charge_state": "none"})
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    # === BUSINESS METHODS ===#
    def _check_role(self, *groups):
        """Raise unless the user is in one of ``groups``: buttons are not enough."""
        if not self.env.su and not any(self.env.user.has_group(g) for g in groups):
            raise UserError(
                self.env._("Your role does not allow this step of the old part.")
            )

    def _after_inspection(self):
        """Hook: called in batch when quality has judged the parts."""
