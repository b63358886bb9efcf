# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError


class AftersalesSettlement(models.Model):
    """The station does not agree with its settlement and says why (R-DSP-16)."""

    _inherit = "aftersales.settlement"

    objection = fields.Text(
        string="Station's Objection",
        readonly=True,
        copy=False,
        help="Why the station does not agree; kept when the settlement is corrected.",
    )
    objected_at = fields.Datetime(string="Objected On", readonly=True, copy=False)

    def action_dispute(self, objection=None):
        """The station does not agree; whoever is responsible is told.

        :param objection: its reason, as typed
        :raises UserError: no reason, or nothing waits for the station's answer
        """
        objection = (objection or "").strip()
        if not objection:
            raise UserError(self.env._("Say what is wrong with the settlement."))
        self._check_state("sent")
        self._write_guarded(
            {
                "state": "disputed",
                "objection": objection,
                "objected_at": fields.Datetime.now(),
            }
        )
        for settlement in self:
            settlement._notify_objection()
        return True

    def _notify_objection(self):
        self.ensure_one()
        self.message_post(
            body=self.env._("Not agreed: %(reason)s", reason=self.objection),
            author_id=self.env.user.partner_id.id,
        )
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=(self.user_id or self.create_uid).id,
            summary=self.env._("The station disputes its settlement"),
            note=self.objection,
        )
