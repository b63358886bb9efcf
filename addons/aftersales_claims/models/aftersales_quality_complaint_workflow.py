# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_quality_complaint import (
    ANALYSED_FIELDS,
    JUDGED_FIELDS,
    RECORDED_FIELDS,
)


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
    """

    _inherit = "aftersales.quality.complaint"

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
            if justified and not sheet.engineer_id:
                raise UserError(
                    self.env._(
                        "%(name)s: name the engineer who analyses the cause.",
                        name=sheet.name,
                    )
                )
            sheet._write_guarded(
                {
                    "state": "judged" if justified else "rejected",
                    "judged_by_id": self.env.uid,
                    "judged_at": fields.Datetime.now(),
                }
            )
            if justified:
                sheet.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=sheet.engineer_id.id,
                    date_deadline=sheet.due_date,
                    summary=self.env._("Analyse the cause and propose measures"),
                )
        self.filtered(lambda s: s.state == "judged")._link_recurrence()
        return True

    def action_analyse(self):
        """The engineer hands in cause and measures."""
        self._check_step("judged")
        for sheet in self:
            if self.env.user != sheet.engineer_id and not self.env.user.has_group(
                "aftersales_service.group_quality"
            ):
                raise UserError(
                    self.env._(
                        "Only %(engineer)s hands in the analysis of %(name)s.",
                        engineer=sheet.engineer_id.name,
                        name=sheet.name,
                    )
                )
            if not sheet.cause or not sheet.measures:
                raise UserError(
                    self.env._(
                        "%(name)s: cause and measures are needed.", name=sheet.name
                    )
                )
        self._write_guarded({"state": "analysed"})
        self.activity_unlink(["mail.mail_activity_data_todo"])
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
        return True

    def action_reply(self):
        """Service has answered the customer with the approved result, or with why
        his complaint is not justified."""
        rejected = self.filtered(lambda sheet: sheet.state == "rejected")
        (self - rejected)._check_step("approved")
        self._check_writers({"reply"})
        for sheet in self:
            if not sheet.reply:
                raise UserError(
                    self.env._("%(name)s: write the reply first.", name=sheet.name)
                )
        self._write_guarded({"replied_at": fields.Datetime.now()})
        (self - rejected)._write_guarded({"state": "replied"})
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
        capa = self.capa_ids[:1]
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
            if set(RECORDED_FIELDS) & set(names) and not sheet._is_recorder():
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

    def _is_due_planned(self):
        return self.state == "new"

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
        }

    def _link_recurrence(self):
        """Same product, same symptom: reopen the measure that did not hold."""
        for sheet in self:
            # sudo: the recurrence is found whoever may read the earlier sheet
            earlier = (
                self.env["aftersales.capa"]
                .sudo()
                ._find_earlier(sheet.product_id, sheet.symptom_id, sheet.company_id)
            )
            if earlier:
                earlier._recur(complaint=sheet)
