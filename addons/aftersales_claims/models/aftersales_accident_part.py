# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import UserError


class AftersalesAccidentPart(models.AbstractModel):
    """Committee, losses and shares: fixed once they are before the confirmers."""

    _name = "aftersales.accident.part"
    _description = "Part of an Accident under Investigation"

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["accident_id"]).get("accident_id")
        ids = {vals.get("accident_id", default) for vals in vals_list}
        accidents = self.env["aftersales.accident"].browse(sorted(filter(None, ids)))
        # before: who takes a seat in the committee has none yet
        accidents._check_may_investigate()
        parts = super().create(vals_list)
        parts._check_investigated()
        parts.accident_id._check_committee()
        return parts

    def write(self, vals):
        self._check_investigated()
        if accident_id := vals.get("accident_id"):
            # before, as above
            self.env["aftersales.accident"].browse(accident_id)._check_may_investigate()
        res = super().write(vals)
        if "accident_id" in vals:
            self._check_investigated()
        self.accident_id._check_committee()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_investigated()

    def _check_investigated(self):
        """What chairman and general manager confirm does not change under their
        hands, nor afterwards, and is not written by them (R-PEN-02)."""
        if self.env.su:
            return
        fixed = self.accident_id.filtered(
            lambda accident: accident.state not in ("draft", "investigating")
        )
        if fixed:
            raise UserError(
                self.env._(
                    "%(accidents)s is before those who confirm it: committee, losses "
                    "and shares do not change any more.",
                    accidents=", ".join(fixed.mapped("name")),
                )
            )
        self.accident_id._check_may_investigate()
