# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.aftersales_service.tools.guard import check_stays_on_file
from odoo.addons.aftersales_service.tools.kanban import order_states

#: what the leader decides, and quality; the team works on the rest
LED_FIELDS = {
    "company_id",
    "date",
    "user_id",
    "team_ids",
    "department_id",
    "product_id",
    "symptom_id",
    "supplier_id",
    "complaint_ids",
    "batch_alert_id",
    "effect",
    "effect_note",
    "standard_ref",
    "standard_attachment_ids",
    "no_standard_reason",
}


class AftersalesCapa(models.Model):
    """Corrective and preventive action sheet 纠正预防措施单, in 8D order (R-CLM-16).

    draft -> in_progress -> implemented -> closed; not effective or recurring goes
    back to in_progress; cancelled from any open state.
    """

    _name = "aftersales.capa"
    _description = "Corrective and Preventive Action"
    _inherit = [
        "aftersales.attachment.mixin",
        "aftersales.due.mixin",
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
        "back_at",
        "earlier_evidence_ids",
        "recurrence_of_id",
        "recurrence_count",
        "reminded_on",
        "due_set_by_id",
    )
    _editable_in = {
        ("draft",): ("company_id",),
        ("draft", "in_progress"): (
            "product_id",
            "symptom_id",
            "problem",
            "containment",
            "cause",
            "escape_cause",
        ),
        ("implemented",): ("effect", "effect_note"),
        ("draft", "in_progress", "implemented"): (
            "date",
            "due_date",
            "user_id",
            "team_ids",
            "department_id",
            "supplier_id",
            "complaint_ids",
            "batch_alert_id",
            "effect_evidence_ids",
            "standard_ref",
            "standard_attachment_ids",
            "no_standard_reason",
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
    date = fields.Date(
        default=fields.Date.context_today, required=True, index=True, copy=False
    )
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
        "aftersales.capa.symptom",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
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
        copy=False,
        check_company=True,
    )
    batch_alert_id = fields.Many2one(
        "aftersales.batch.alert",
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    due_date = fields.Date(
        required=True,
        index=True,
        copy=False,
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
    earlier_evidence_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_capa_earlier_evidence_rel",
        "capa_id",
        "attachment_id",
        readonly=True,
        copy=False,
        help="What an earlier verification rested on: it proves nothing any more.",
    )
    back_at = fields.Datetime(
        string="Back At Work Since",
        readonly=True,
        copy=False,
        help="When the measures turned out not to hold: evidence has to be newer.",
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

    def write(self, vals):
        self._check_settled(vals)
        if LED_FIELDS & vals.keys():
            self._check_leader()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        check_stays_on_file(self, "draft")
