# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.text import is_blank


class AftersalesCapa(models.Model):
    """The steps of a measures sheet (R-CLM-16).

    | Action    | Who                | From                | To                      |
    |-----------|--------------------|---------------------|-------------------------|
    | start     | leader, quality    | draft               | in progress             |
    | implement | leader, quality    | in progress         | effect to verify        |
    | resume    | leader, quality    | effect to verify    | in progress             |
    | verify    | quality            | effect to verify    | closed, or in progress  |
    | reopen    | quality            | closed              | in progress             |
    | cancel    | leader, quality    | all but closed      | cancelled               |
    """

    _inherit = "aftersales.capa"

    may_lead = fields.Boolean(string="Decides on It", compute="_compute_may_lead")

    # === COMPUTE METHODS ===#
    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_may_lead(self):
        for sheet in self:
            sheet.may_lead = sheet._is_led()

    # === ACTION METHODS ===#
    def action_start(self):
        """Start: the problem is contained and the team is at work."""
        self._check_step("draft")
        self._check_leader()
        for sheet in self:
            if is_blank(sheet.containment):
                raise UserError(
                    self.env._("%(name)s: contain the problem first.", name=sheet.name)
                )
        self._write_guarded({"state": "in_progress"})
        self.action_ids._give_todo()
        return True

    def action_implement(self):
        """All measures are carried out: the effect can be verified; what an earlier
        verification said is in the log."""
        self._check_step("in_progress")
        self._check_leader()
        for sheet in self:
            kinds = set(sheet.action_ids.mapped("kind"))
            if is_blank(sheet.cause) or not {"corrective", "preventive"} <= kinds:
                raise UserError(
                    self.env._(
                        "%(name)s needs a cause, a corrective and a preventive action.",
                        name=sheet.name,
                    )
                )
        self._check_carried_out()
        self._write_guarded(
            {
                "state": "implemented",
                "effect": False,
                "effect_note": False,
                "verified_by_id": False,
                "verified_on": False,
            }
        )
        return True

    def action_resume(self):
        """Take up the measures again before they are verified: one was forgotten."""
        self._check_step("implemented")
        self._check_leader()
        self._write_guarded({"state": "in_progress", "effect": False})
        return True

    def action_verify(self):
        """Quality verifies the effect by evidence; only then the sheet closes.

        :raises UserError: an open measure, effect, evidence or standard missing, or the
            evidence is older than the last time the measures did not hold
        """
        self._check_step("implemented", "aftersales_service.group_quality")
        self._check_carried_out()
        for sheet in self:
            if not sheet.effect or not sheet.effect_evidence_ids:
                raise UserError(
                    self.env._(
                        "%(name)s: record the effect and attach its evidence.",
                        name=sheet.name,
                    )
                )
            if not sheet._has_fresh_evidence():
                raise UserError(
                    self.env._(
                        "%(name)s: the measures did not hold, and the evidence is "
                        "older. Attach what shows the effect now.",
                        name=sheet.name,
                    )
                )
            if sheet.effect == "effective" and not (
                sheet.standard_ref
                or sheet.standard_attachment_ids
                or sheet.no_standard_reason
            ):
                raise UserError(
                    self.env._(
                        "%(name)s: an effective measure becomes a standard. Link the "
                        "standard or say why none is needed.",
                        name=sheet.name,
                    )
                )
        for sheet in self:
            if sheet.effect_note:
                sheet.message_post(body=sheet.effect_note)
            sheet._write_guarded(
                {
                    "verified_by_id": self.env.uid,
                    "verified_on": sheet.company_id._get_aftersales_today(),
                }
            )
        effective = self.filtered(lambda sheet: sheet.effect == "effective")
        effective._write_guarded({"state": "closed"})
        effective._drop_todos()
        (self - effective)._go_back_to_work()
        return True

    def action_reopen(self):
        """Take closed sheets up again; the quality department only."""
        self._check_step("closed", "aftersales_service.group_quality")
        self._reopen()
        return True

    def action_cancel(self):
        """Cancel the sheets; a closed one is reopened first. Whoever answers for one
        measure of a sheet does not give up all of it.

        :raises UserError: neither the leader nor quality, or the sheet is closed
        """
        self._check_leader()
        for sheet in self:
            if sheet.state == "closed":
                raise UserError(self.env._("%(name)s is closed.", name=sheet.name))
        self._write_guarded({"state": "cancelled"})
        self._drop_todos()
        return True

    # === BUSINESS METHODS ===#
    def _is_led(self):
        """Return whether the user decides on the sheet: its leader, or quality."""
        self.ensure_one()
        return (
            self.env.su
            or self.user_id == self.env.user
            or self.env.user.has_group("aftersales_service.group_quality")
        )

    def _check_leader(self):
        """:raises AccessError: the user neither leads one of the sheets nor is of the
        quality department"""
        held = self.filtered(lambda sheet: not sheet._is_led())
        if held:
            raise AccessError(
                self.env._(
                    "%(names)s: this is decided by its leader or by quality.",
                    names=", ".join(held.mapped("name")),
                )
            )

    def _check_carried_out(self):
        """:raises UserError: a measure of one of the sheets is not done"""
        for sheet in self:
            waiting = sheet.action_ids.filtered(lambda action: not action.done_on)
            if waiting:
                raise UserError(
                    self.env._(
                        "%(name)s: not carried out yet: %(actions)s",
                        name=sheet.name,
                        actions=", ".join(waiting.mapped("name")),
                    )
                )

    def _has_fresh_evidence(self):
        """Return whether a file shows the effect since the measures did not hold."""
        self.ensure_one()
        evidence = self.effect_evidence_ids - self.earlier_evidence_ids
        return any(
            not self.back_at or file.create_date >= self.back_at for file in evidence
        )

    def _go_back_to_work(self):
        """The measures did not hold: what proved their effect stays on file, but
        proves nothing any more."""
        # the time files created from now on are stamped with
        now = self.env.cr.now().replace(microsecond=0)
        for sheet in self:
            # sudo: all its files, whoever may read them
            evidence = sheet.sudo().effect_evidence_ids
            sheet._write_guarded(
                {
                    "state": "in_progress",
                    "back_at": now,
                    "earlier_evidence_ids": [
                        Command.link(file.id) for file in evidence
                    ],
                    "effect_evidence_ids": [Command.clear()],
                }
            )
            sheet._tell_leader()

    def _drop_todos(self):
        """Nobody has anything to do on the sheets any more: neither the owners of
        measures, nor the leader, nor who was asked for another date."""
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _tell_leader(self):
        """The leader has the sheet among his to-dos again."""
        self.ensure_one()
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self._get_leader().id,
            summary=self.env._("Reopened: the measure did not hold"),
        )
        today = self.company_id._get_aftersales_today()
        if self.due_date < today:
            # one to-do is enough to say so
            self._write_guarded({"reminded_on": today})

    def _reopen(self):
        self._go_back_to_work()
        self._write_guarded(
            {"effect": False, "verified_by_id": False, "verified_on": False}
        )

    def _are_files_held(self):
        """What is to prove the effect is taken away by the leader or quality only."""
        return self.state == "implemented" and not self._is_led()

    def _is_due_planned(self):
        return self.state == "draft"
