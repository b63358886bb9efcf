# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.text import is_blank
from .aftersales_quality_complaint import (
    ANALYSED_FIELDS,
    JUDGED_FIELDS,
    RECORDED_FIELDS,
)

REMINDER = "mail.mail_activity_data_todo"
#: what a sheet is again when it goes a step back
STEPS_BACK = {
    "judged": {"state": "new", "judged_by_id": False, "judged_at": False},
    "rejected": {
        "state": "new",
        "judged_by_id": False,
        "judged_at": False,
        "replied_at": False,
    },
    "analysed": {"state": "judged"},
    "approved": {"state": "analysed", "approved_by_id": False, "approved_at": False},
}


class AftersalesQualityComplaint(models.Model):
    """The steps of a complaint sheet (R-CLM-16).

    | Action  | Who                    | From     | To                          |
    |---------|------------------------|----------|-----------------------------|
    | judge   | quality                | new      | judged, or rejected         |
    | analyse | the engineer           | judged   | analysed                    |
    | approve | quality vice president | analysed | approved                    |
    | reply   | service                | approved | replied                     |
    | reply   | service                | rejected | rejected, with the answer   |
    | close   | quality                | replied  | closed, measures verified   |
    | return  | quality                | judged, rejected, analysed | a step back |
    | return  | quality vice president | approved | analysed                    |
    """

    _inherit = "aftersales.quality.complaint"

    may_analyse = fields.Boolean(
        string="Analyses It", compute="_compute_may_take_steps"
    )
    may_reply = fields.Boolean(
        string="Answers the Customer", compute="_compute_may_take_steps"
    )

    # === COMPUTE METHODS ===#
    @api.depends("engineer_id", "user_id")
    @api.depends_context("uid")
    def _compute_may_take_steps(self):
        for sheet in self:
            sheet.may_analyse = sheet._is_analyst()
            sheet.may_reply = sheet._is_recorder()

    # === ACTION METHODS ===#
    def action_judge(self):
        """Record quality's judgement; a justified complaint goes to engineering.

        :raises UserError: neither photo nor sample, or no judgement, or no engineer
        """
        self._check_step("new", "aftersales_service.group_quality")
        for sheet in self:
            if not sheet.photo_ids and sheet.sample_state != "received":
                raise UserError(
                    self.env._(
                        "%(name)s: attach photos or receive a sample before judging.",
                        name=sheet.name,
                    )
                )
            if not sheet.judgement:
                raise UserError(
                    self.env._("%(name)s: record the judgement.", name=sheet.name)
                )
            justified = sheet.judgement == "nonconforming"
            if justified:
                sheet._check_engineer()
            sheet._write_guarded(
                {
                    "state": "judged" if justified else "rejected",
                    "judged_by_id": self.env.uid,
                    "judged_at": fields.Datetime.now(),
                }
            )
            if justified:
                sheet._ask_engineer()
            else:
                sheet._ask_answer()
        self.filtered(lambda s: s.state == "judged")._link_recurrence()
        return True

    def action_analyse(self):
        """The engineer hands in cause and measures."""
        self._check_step("judged")
        for sheet in self:
            if not sheet._is_analyst():
                raise UserError(
                    self.env._(
                        "Only %(engineer)s hands in the analysis of %(name)s.",
                        engineer=sheet.engineer_id.name,
                        name=sheet.name,
                    )
                )
            if is_blank(sheet.cause) or is_blank(sheet.measures):
                raise UserError(
                    self.env._(
                        "%(name)s: cause and measures are needed.", name=sheet.name
                    )
                )
        self._write_guarded({"state": "analysed"})
        for sheet in self:
            sheet._drop_todos(sheet.engineer_id)
        return True

    def action_approve(self):
        """The quality vice president approves the final handling."""
        self._check_step("analysed", "aftersales_service.group_quality_vp")
        self._write_guarded(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_at": fields.Datetime.now(),
            }
        )
        for sheet in self:
            sheet._ask_answer()
        return True

    def action_return(self, comment=None):
        """Take the sheets a step back, with the reason in the log: the analysis is not
        good enough, or the judgement was wrong.

        :raises UserError: no reason, or there is no way back: the customer was told
            the result, and the measures are being verified
        """
        self._check_step(tuple(STEPS_BACK), "aftersales_service.group_quality")
        if is_blank(comment):
            raise UserError(self.env._("Say why the sheet goes back."))
        for sheet in self:
            if sheet.state == "approved":
                sheet._check_step("approved", "aftersales_service.group_quality_vp")
            if sheet.replied_at:
                sheet.message_post(
                    body=self.env._(
                        "The customer had been answered: %(reply)s", reply=sheet.reply
                    )
                )
            sheet.message_post(
                body=self.env._("Returned: %(comment)s", comment=comment)
            )
            sheet._drop_todos(sheet.engineer_id | sheet._get_answerer())
            sheet._write_guarded(
                {**STEPS_BACK[sheet.state], "returned_at": fields.Datetime.now()}
            )
            if sheet.state == "judged":
                sheet._ask_engineer()
        return True

    def action_reply(self):
        """Service has answered the customer with the approved result, or with why
        his complaint is not justified."""
        rejected = self.filtered(lambda sheet: sheet.state == "rejected")
        (self - rejected)._check_step("approved")
        self._check_writers({"reply"})
        for sheet in self:
            if is_blank(sheet.reply):
                raise UserError(
                    self.env._("%(name)s: write the reply first.", name=sheet.name)
                )
        self._write_guarded({"replied_at": fields.Datetime.now()})
        (self - rejected)._write_guarded({"state": "replied"})
        self.activity_unlink([REMINDER])
        return True

    def action_close(self):
        """Close: the effect of every measure is verified (R-CLM-16)."""
        self._check_step("replied", "aftersales_service.group_quality")
        for sheet in self:
            waiting = sheet.capa_ids.filtered(
                lambda capa: capa.state not in ("closed", "cancelled")
            )
            if waiting:
                raise UserError(
                    self.env._(
                        "%(name)s: the measures %(capas)s are not verified yet.",
                        name=sheet.name,
                        capas=", ".join(waiting.mapped("name")),
                    )
                )
        self._write_guarded({"state": "closed"})
        return True

    def action_create_capa(self):
        """Open the measures sheet of this complaint; create it if there is none."""
        self.ensure_one()
        # a double click makes one sheet
        self.lock_for_update()
        if self.state == "closed" and not self.capa_ids:
            raise UserError(self.env._("%(name)s is closed.", name=self.name))
        if self.state in ("new", "rejected"):
            raise UserError(
                self.env._(
                    "%(name)s is not judged non-conforming: no measures follow.",
                    name=self.name,
                )
            )
        capa = self._get_live_capas()[:1]
        if not capa:
            capa = self.env["aftersales.capa"].create(self._prepare_capa_vals())
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.capa",
            "res_id": capa.id,
            "view_mode": "form",
        }

    def action_view_capas(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_claims.aftersales_capa_action"
            ),
            "domain": [("complaint_ids", "in", self.ids)],
            "context": {},
        }

    # === BUSINESS METHODS ===#
    def _check_quality(self, names):
        """:raises AccessError: somebody else fills in the judgement"""
        if (
            set(JUDGED_FIELDS) & set(names)
            and not self.env.su
            and not self.env.user.has_group("aftersales_service.group_quality")
        ):
            raise AccessError(self.env._("Quality judges whether the goods conform."))

    def _check_writers(self, names):
        """Service records and answers, quality judges, the engineer analyses.

        :raises AccessError: one of the fields ``names`` is somebody else's to fill in
        """
        self._check_quality(names)
        answered = self.filtered("replied_at")
        if "reply" in names and answered and not self.env.su:
            raise UserError(
                self.env._(
                    "%(names)s: the customer was answered; the answer stays as it is.",
                    names=", ".join(answered.mapped("name")),
                )
            )
        user = self.env.user
        if self.env.su or user.has_group("aftersales_service.group_quality"):
            return
        for sheet in self:
            if {*RECORDED_FIELDS, "engineer_id"} & set(
                names
            ) and not sheet._is_recorder():
                raise AccessError(
                    self.env._(
                        "%(name)s: what the customer said is recorded by service.",
                        name=sheet.name,
                    )
                )
            if set(ANALYSED_FIELDS) & set(names) and sheet.engineer_id != user:
                raise AccessError(
                    self.env._(
                        "%(name)s: cause and measures are the engineer's to find.",
                        name=sheet.name,
                    )
                )
            if "reply" in names and not sheet._is_recorder():
                raise AccessError(
                    self.env._(
                        "%(name)s: service answers the customer, or who recorded the "
                        "complaint.",
                        name=sheet.name,
                    )
                )

    def _check_engineer(self):
        """:raises UserError: nobody is there to analyse the cause"""
        if not self.engineer_id.active:
            raise UserError(
                self.env._(
                    "%(name)s: name the engineer who analyses the cause.",
                    name=self.name,
                )
            )

    def _ask_engineer(self):
        self.ensure_one()
        self.activity_schedule(
            REMINDER,
            user_id=self.engineer_id.id,
            date_deadline=self.due_date,
            summary=self.env._("Analyse the cause and propose measures"),
        )

    def _ask_answer(self):
        """Whoever recorded the complaint has the answer among his to-dos."""
        self.ensure_one()
        user = self._get_answerer()
        if user:
            self.activity_schedule(
                REMINDER,
                user_id=user.id,
                date_deadline=self.due_date,
                summary=self.env._("Answer the customer"),
            )

    def _get_answerer(self):
        self.ensure_one()
        return self.user_id.filtered(
            "active"
        ) or self.company_id._get_aftersales_stand_in("group_hotline", "group_quality")

    def _follow_due(self, before):
        """The to-dos given for the date ``before`` are for the date it is now."""
        # sudo: they are the engineer's and the clerk's
        todos = self.sudo().activity_ids.filtered(
            lambda todo: todo.automated and todo.date_deadline == before
        )
        if todos and self.due_date != before:
            todos.date_deadline = self.due_date

    def _drop_todos(self, users):
        for user in users:
            self.activity_unlink([REMINDER], user_id=user.id)

    def _get_live_capas(self):
        return self.capa_ids.filtered(lambda capa: capa.state != "cancelled")

    def _is_open(self):
        """Return whether the customer or the measures still wait."""
        self.ensure_one()
        return self.state != "closed" and (
            self.state != "rejected" or not self.replied_at
        )

    def _is_due_planned(self):
        return self.state == "new"

    def _is_analyst(self):
        """Return whether the user hands in the analysis: the engineer, or quality."""
        self.ensure_one()
        user = self.env.user
        return self.engineer_id == user or user.has_group(
            "aftersales_service.group_quality"
        )

    def _is_recorder(self):
        """Return whether the user speaks with the customer: service, quality, or who
        recorded the complaint."""
        self.ensure_one()
        user = self.env.user
        return (
            self.env.su
            or self.user_id == user
            or user.has_group("aftersales_service.group_hotline")
            or user.has_group("aftersales_service.group_quality")
        )

    def _are_files_held(self):
        return self.state != "new" or not self._is_recorder()

    def _prepare_capa_vals(self):
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "symptom_id": self.symptom_id.id,
            "supplier_id": self.supplier_id.id,
            "problem": self.description,
            "cause": self.cause,
            "complaint_ids": [Command.link(self.id)],
            "action_ids": self._prepare_measures(),
        }

    def _prepare_measures(self):
        """Return the commands of the measures the engineer proposed, one a line, so
        that nobody types them again: his, until the leader plans otherwise."""
        # sudo: whose file it is, also for users who read no employees
        owner = self.engineer_id.sudo().employee_ids.filtered(
            lambda employee: employee.company_id == self.company_id
        )[:1]
        due = self.env["aftersales.capa"].default_get(["due_date"])["due_date"]
        return [
            Command.create(
                {"name": line.strip(), "employee_id": owner.id, "due_date": due}
            )
            for line in (self.measures or "").splitlines()
            if owner and line.strip()
        ]

    def _link_recurrence(self):
        """Same product, same symptom: reopen the measure that did not hold."""
        for sheet in self:
            # sudo: the recurrence is found whoever may read the earlier sheet
            earlier = (
                self.env["aftersales.capa"]
                .sudo()
                ._find_earlier(sheet.product_id, sheet.symptom_id, sheet.company_id)
            )
            # the sheet the measures were made for, or that is judged once more
            if earlier and sheet not in earlier.complaint_ids:
                earlier._recur(complaint=sheet)
