# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.guard import check_stays_on_file


class AftersalesAuditFinding(models.Model):
    """What an audit found, and the measure against it."""

    _name = "aftersales.audit.finding"
    _inherit = "aftersales.state.mixin"
    _description = "Audit Finding"
    _order = "audit_id, severity desc, id"
    #: what the auditor verified stays as he saw it
    _editable_in = {
        ("open", "done"): (
            "audit_id",
            "name",
            "severity",
            "measure",
            "user_id",
            "date_due",
            "evidence",
        )
    }

    audit_id = fields.Many2one(
        "aftersales.audit", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(string="Finding", required=True)
    severity = fields.Selection(
        [("0", "Note"), ("1", "Minor"), ("2", "Major")], default="1", required=True
    )
    measure = fields.Text()
    user_id = fields.Many2one("res.users", string="Responsible")
    date_due = fields.Date(string="Due")
    evidence = fields.Text(string="Proof of Effect")
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("verified", "Verified")],
        default="open",
        required=True,
        index=True,
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        check_stays_on_file(self, "open")
        check_stays_on_file(self.audit_id, "planned", "done")

    def action_verify(self):
        """The auditor saw that the measure works.

        :raise UserError: without measure or proof, or the audit is closed
        :raise AccessError: the user's own measure
        """
        if any(f.audit_id.state in ("closed", "cancelled") for f in self):
            raise UserError(self.env._("This step does not fit the audit's state."))
        if not self.env.su and self.env.user in self.user_id:
            raise AccessError(self.env._("Nobody verifies his own measure."))
        if any(not (f.measure and f.evidence) for f in self):
            raise UserError(
                self.env._("A finding is verified with its measure and the proof.")
            )
        self._write_guarded({"state": "verified"})
        return True
