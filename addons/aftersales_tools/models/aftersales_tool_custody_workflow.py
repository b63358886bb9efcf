# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class AftersalesToolCustody(models.Model):
    """What a slip needs before it is done, and how it gets done."""

    _inherit = "aftersales.tool.custody"

    # === BUSINESS METHODS ===#
    def _check_state(self, allowed):
        for custody in self:
            if custody.state not in allowed:
                state = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(custody)s is in state “%(state)s”, which does not allow "
                        "this.",
                        custody=custody.name,
                        state=state[custody.state],
                    )
                )

    def _check_can_finish(self):
        """Raise unless the user may finish the slips of ``self``."""
        user = self.env.user
        if self.env.su or user.has_group("aftersales_service.group_storekeeper"):
            return
        own = user.employee_ids
        for custody in self:
            people = custody.employee_id | custody.to_employee_id
            if custody.kind != "handover" or not people & own:
                raise UserError(
                    self.env._(
                        "Only the storekeeper issues and takes back tools. You can "
                        "hand over tools you hold to a colleague."
                    )
                )

    def _check_signatures(self):
        for custody in self:
            if not custody.signature or (
                custody.kind == "handover" and not custody.to_signature
            ):
                raise UserError(
                    self.env._(
                        "%(custody)s is not signed. Issue and return need the "
                        "signature of the person, a hand-over those of both.",
                        custody=custody.name,
                    )
                )

    def _action_done(self):
        """Check, move and freeze; see ``action_done``. Works for many slips."""
        # A double click or a second window waits for nobody: whoever comes second
        # gets a clear message or is repeated by the server and finds it done.
        self.lock_for_update(allow_referencing=True)
        self._check_state({"draft", "approved"})
        self._check_signatures()
        lines = self.line_ids
        for custody in self:
            if not custody.line_ids:
                raise UserError(
                    self.env._("%(custody)s lists no tools.", custody=custody.name)
                )
        lines._check_lines()
        self._check_due()
        self._check_early()
        plan = lines._lock_and_plan()
        self._create_transfers(plan)
        now = fields.Datetime.now()
        self._write_guarded(
            {
                "state": "done",
                "date_done": now,
                "user_id": self.env.uid,
                "signed_at": now,
            }
        )
        lines._after_done()
        self._after_done()

    def _check_due(self):
        """Raise where tools are lent until a day that is over already (R-TOL-04)."""
        today = fields.Date.context_today(self)
        for custody in self:
            if custody.kind == "return" or not custody.date_due:
                continue
            if custody.date_due < today:
                raise UserError(
                    self.env._(
                        "%(custody)s: the tools would be due back on %(date)s, a day "
                        "that is over. Choose today or a later day.",
                        custody=custody.name,
                        date=format_date(self.env, custody.date_due),
                    )
                )

    def _check_early(self):
        early = self.filtered(lambda custody: custody.state != "approved").line_ids
        early = early._get_early_lines()
        if early:
            raise UserError(
                self.env._(
                    "Replaced before the end of its life, so a manager must approve "
                    "it first: %(products)s.",
                    products=", ".join(early.product_id.mapped("display_name")),
                )
            )

    def _after_done(self):
        """Hook: called in batch once the tools have moved and the slip is frozen."""
