# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.guard import check_stays_on_file
from odoo.addons.aftersales_service.tools.kanban import order_states
from odoo.addons.aftersales_service.tools.language import in_company_language


class AftersalesCapa(models.Model):
    """Corrective and preventive action sheet 纠正预防措施单, in 8D order (R-CLM-16).

    draft -> in_progress -> implemented -> closed; not effective or recurring goes
    back to in_progress; cancelled from any open state.
    """

    _name = "aftersales.capa"
    _description = "Corrective and Preventive Action"
    _inherit = [
        "aftersales.attachment.mixin",
        "aftersales.state.mixin",
        # the team is put together by people who read no personnel files
        "hr.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _attachment_fields = ("effect_evidence_ids", "standard_attachment_ids")
    _guarded_fields = (
        "state",
        "verified_by_id",
        "verified_on",
        "recurrence_of_id",
        "recurrence_count",
    )
    _editable_in = {
        ("draft", "in_progress"): ("product_id", "symptom_id"),
        ("implemented",): ("effect", "effect_note"),
        ("draft", "in_progress", "implemented"): (
            "problem",
            "containment",
            "cause",
            "escape_cause",
            "effect_evidence_ids",
        ),
    }

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
        index="trigram",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("in_progress", "In Progress"),
            ("implemented", "Effect To Verify"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=order_states,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(default=fields.Date.context_today, required=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Leader",
        default=lambda self: self.env.user,
        index=True,
        required=True,
        tracking=True,
    )
    team_ids = fields.Many2many("hr.employee", check_company=True)
    department_id = fields.Many2one(
        "hr.department",
        string="Responsible Department",
        check_company=True,
        index="btree_not_null",
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    symptom_id = fields.Many2one(
        "aftersales.capa.symptom", required=True, index=True, tracking=True
    )
    supplier_id = fields.Many2one(
        "res.partner", check_company=True, index="btree_not_null"
    )
    complaint_ids = fields.Many2many(
        "aftersales.quality.complaint",
        "aftersales_capa_complaint_rel",
        "capa_id",
        "complaint_id",
        string="Complaint Sheets",
        check_company=True,
    )
    batch_alert_id = fields.Many2one(
        "aftersales.batch.alert", index="btree_not_null", check_company=True
    )
    due_date = fields.Date(
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(days=30),
    )
    problem = fields.Text(required=True, string="D2 Problem")
    containment = fields.Text(
        string="D3 Containment", help="What keeps the damage from spreading at once."
    )
    cause = fields.Text(string="D4 Root Cause")
    escape_cause = fields.Text(string="D4 Why It Was Not Found")
    action_ids = fields.One2many("aftersales.capa.action", "capa_id", copy=True)
    # D6 verification
    effect = fields.Selection(
        [("effective", "Effective"), ("not_effective", "Not Effective")],
        copy=False,
        tracking=True,
    )
    effect_note = fields.Text(copy=False)
    effect_evidence_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_capa_evidence_rel",
        "capa_id",
        "attachment_id",
        string="Evidence of the Effect",
        copy=False,
    )
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_on = fields.Date(readonly=True, copy=False, tracking=True)
    # D7 the standard that follows
    standard_ref = fields.Char(
        string="D7 Standard",
        copy=False,
        help="Number of the working standard that now holds the measure, or a link "
        "to it.",
    )
    standard_attachment_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_capa_standard_rel",
        "capa_id",
        "attachment_id",
        string="Standard Document",
        copy=False,
    )
    no_standard_reason = fields.Char(
        copy=False, help="Why an effective measure needs no standard."
    )
    # recurrence
    recurrence_of_id = fields.Many2one(
        "aftersales.capa",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    recurrence_ids = fields.One2many(
        "aftersales.capa", "recurrence_of_id", string="Recurrences"
    )
    recurrence_count = fields.Integer(readonly=True, copy=False, tracking=True)

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company("aftersales.capa", vals_list)
        sheets = super().create(vals_list)
        for sheet in sheets:
            # sudo: recurrence is found whoever may read the earlier sheet
            earlier = sheet.sudo()._find_earlier(
                sheet.product_id, sheet.symptom_id, sheet.company_id, exclude=sheet
            )
            if earlier:
                earlier._recur(capa=sheet)
        return sheets

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        check_stays_on_file(self, "draft")

    # === ACTION METHODS ===#
    def action_start(self):
        """Start: the problem is contained and the team is at work."""
        self._check_step("draft")
        for sheet in self:
            if not sheet.containment:
                raise UserError(
                    self.env._("%(name)s: contain the problem first.", name=sheet.name)
                )
        self._write_guarded({"state": "in_progress"})
        return True

    def action_implement(self):
        """All measures are carried out: the effect can be verified."""
        self._check_step("in_progress")
        for sheet in self:
            kinds = set(sheet.action_ids.mapped("kind"))
            if not sheet.cause or not {"corrective", "preventive"} <= kinds:
                raise UserError(
                    self.env._(
                        "%(name)s needs a cause, a corrective and a preventive action.",
                        name=sheet.name,
                    )
                )
            waiting = sheet.action_ids.filtered(lambda action: not action.done_on)
            if waiting:
                raise UserError(
                    self.env._(
                        "%(name)s: not carried out yet: %(actions)s",
                        name=sheet.name,
                        actions=", ".join(waiting.mapped("name")),
                    )
                )
        self._write_guarded({"state": "implemented"})
        return True

    def action_verify(self):
        """Quality verifies the effect by evidence; only then the sheet closes.

        :raises UserError: effect, evidence or standard missing
        """
        self._check_step("implemented", "aftersales_service.group_quality")
        for sheet in self:
            if not sheet.effect or not sheet.effect_evidence_ids:
                raise UserError(
                    self.env._(
                        "%(name)s: record the effect and attach its evidence.",
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
        for effect, sheets in self.grouped("effect").items():
            sheets._write_guarded(
                {
                    "state": "closed" if effect == "effective" else "in_progress",
                    "verified_by_id": self.env.uid,
                    "verified_on": fields.Date.context_today(self),
                }
            )
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
        quality = self.env.user.has_group("aftersales_service.group_quality")
        for sheet in self:
            if not (self.env.su or quality or sheet.user_id == self.env.user):
                raise UserError(
                    self.env._(
                        "%(name)s is cancelled by its leader or by quality.",
                        name=sheet.name,
                    )
                )
            if sheet.state == "closed":
                raise UserError(self.env._("%(name)s is closed.", name=sheet.name))
        self._write_guarded({"state": "cancelled"})
        return True

    # === BUSINESS METHODS ===#
    def _check_step(self, state, *groups):
        """Raise unless all are in ``state`` and the user has one of ``groups``."""
        if groups and not any(self.env.user.has_group(group) for group in groups):
            raise UserError(
                self.env._("Your role does not allow this step of the measures sheet.")
            )
        labels = dict(self._fields["state"]._description_selection(self.env))
        for sheet in self:
            if sheet.state != state:
                raise UserError(
                    self.env._(
                        "%(name)s is %(state)s: this step is not possible now.",
                        name=sheet.name,
                        state=labels[sheet.state],
                    )
                )

    @api.model
    def _find_earlier(self, product, symptom, company, exclude=None):
        """Return the latest sheet of the same product and symptom whose measure
        should still hold: open, or closed inside the recurrence window."""
        since = fields.Date.today() - relativedelta(
            days=company.aftersales_recurrence_days
        )
        return self.search(
            [
                ("company_id", "=", company.id),
                ("product_id", "=", product.id),
                ("symptom_id", "=", symptom.id),
                ("id", "not in", exclude.ids if exclude else []),
                "|",
                ("state", "in", ("draft", "in_progress", "implemented")),
                "&",
                ("state", "=", "closed"),
                ("verified_on", ">=", since),
            ],
            order="date desc, id desc",
            limit=1,
        )

    def _recur(self, complaint=None, capa=None):
        """The same symptom came back: link it and reopen a closed measure."""
        self.ensure_one()
        vals = {"recurrence_count": self.recurrence_count + 1}
        if complaint:
            vals["complaint_ids"] = [Command.link(complaint.id)]
        if capa:
            # sudo: the link is the system's, not the user's
            capa.sudo().recurrence_of_id = self
        self._write_guarded(vals)
        source = complaint or capa
        self.message_post(
            body=self.env._("The symptom came back: %(number)s.", number=source.name)
        )
        if self.state == "closed":
            self._reopen()

    def _reopen(self):
        self._write_guarded(
            {"state": "in_progress", "effect": False, "verified_on": False}
        )
        for sheet in self:
            sheet.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=sheet.user_id.id,
                summary=self.env._("Reopened: the measure did not hold"),
            )

    # === CRON ===#
    @api.model
    @in_company_language
    def _cron_remind(self):
        """Remind the owners of overdue actions, once for each action."""
        today = fields.Date.today()
        actions = self.env["aftersales.capa.action"].search(
            [
                ("done_on", "=", False),
                ("reminded_on", "=", False),
                ("due_date", "<", today),
                ("capa_id.state", "in", ("draft", "in_progress")),
            ]
        )
        for action in actions:
            action.capa_id.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=(action.employee_id.user_id or action.capa_id.user_id).id,
                summary=self.env._("Overdue: %(action)s", action=action.name),
            )
        actions.reminded_on = today
