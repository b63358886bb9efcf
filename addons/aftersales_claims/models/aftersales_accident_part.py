# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError, UserError


class AftersalesAccidentPart(models.AbstractModel):
    """Committee, losses and shares: fixed once they are before the confirmers."""

    _name = "aftersales.accident.part"
    _description = "Part of an Accident under Investigation"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_investigated()
        parts.accident_id._check_committee()
        return parts

    def write(self, vals):
        self._check_investigated()
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
        hands, nor afterwards (R-PEN-02)."""
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
        self._check_investigator()

    def _check_investigator(self):
        """Who confirms an accident, or carries out what follows, does not write what
        he confirms (R-PEN-02).

        :raises AccessError: neither quality vice president nor committee, nor whoever
            reported it or manages the department
        """
        user = self.env.user
        if user.has_group("aftersales_service.group_quality_vp") or user.has_group(
            "aftersales_service.group_manager"
        ):
            return
        # sudo: who sits in the committee, whoever asks
        for accident in self.accident_id.sudo():
            if user not in accident.reported_by_id | accident.member_ids.user_id:
                raise AccessError(
                    self.env._(
                        "%(accident)s: its committee and the quality vice president "
                        "enter committee, losses and shares.",
                        accident=accident.name,
                    )
                )
