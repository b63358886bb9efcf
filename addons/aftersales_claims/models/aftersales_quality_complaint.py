# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.guard import check_stays_on_file


class AftersalesQualityComplaint(models.Model):
    """Complaint sheet 客诉处理单 (R-CLM-16).

    | Action  | Who                    | From     | To                          |
    |---------|------------------------|----------|-----------------------------|
    | judge   | quality                | new      | judged, or rejected         |
    | analyse | the engineer           | judged   | analysed                    |
    | approve | quality vice president | analysed | approved                    |
    | reply   | service                | approved | replied                     |
    | close   | quality                | replied  | closed, measures verified   |
    """

    _name = "aftersales.quality.complaint"
    _description = "Complaint Sheet"
    _inherit = [
        "aftersales.attachment.mixin",
        "aftersales.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _attachment_fields = ("photo_ids",)
    _guarded_fields = (
        "state",
        "judged_by_id",
        "judged_at",
        "approved_by_id",
        "approved_at",
        "replied_at",
    )
    _editable_in = {
        ("new",): (
            "company_id",
            "request_id",
            "partner_id",
            "product_id",
            "lot_id",
            "symptom_id",
            "date",
            "customer_demand",
            "quantity",
            "user_id",
            "description",
            "judgement",
            "judgement_note",
            "engineer_id",
        ),
        ("new", "judged"): ("quantity_defective",),
        ("judged",): (
            "cause",
            "measures",
        ),
        ("new", "judged", "analysed", "approved"): ("reply",),
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
            ("new", "New"),
            ("judged", "Judged"),
            ("analysed", "Analysed"),
            ("approved", "Approved"),
            ("replied", "Replied"),
            ("closed", "Closed"),
            ("rejected", "Not Justified"),
        ],
        default="new",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date = fields.Date(default=fields.Date.context_today, required=True, index=True)
    user_id = fields.Many2one(
        "res.users", string="Recorded By", default=lambda self: self.env.user
    )
    request_id = fields.Many2one(
        "aftersales.request",
        string="Service Request",
        index="btree_not_null",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index=True,
        check_company=True,
        compute="_compute_from_request",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
    )
    product_id = fields.Many2one(
        "product.product",
        index=True,
        check_company=True,
        compute="_compute_from_request",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        index="btree_not_null",
        check_company=True,
        compute="_compute_from_request",
        store=True,
        readonly=False,
        precompute=True,
    )
    production_batch = fields.Char(related="lot_id.production_batch", store=True)
    supplier_id = fields.Many2one("res.partner", check_company=True)
    symptom_id = fields.Many2one("aftersales.capa.symptom", required=True, index=True)
    description = fields.Text(required=True, string="What the customer complains of")
    quantity = fields.Float(
        default=1.0, digits="Product Unit", string="Quantity Complained"
    )
    quantity_defective = fields.Float(digits="Product Unit")
    customer_demand = fields.Selection(
        [
            ("replace", "Missing or replacement goods"),
            ("return", "Return"),
            ("exchange", "Exchange"),
            ("repair", "Repair"),
            ("deduct", "Deduction"),
            ("explain", "Explanation"),
        ],
        default="repair",
        required=True,
    )
    due_date = fields.Date(
        string="Answer Before",
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(days=7),
    )
    # sample and photos
    sample_state = fields.Selection(
        [
            ("none", "No sample possible"),
            ("expected", "Sample expected"),
            ("received", "Sample received"),
        ],
        default="expected",
        required=True,
        tracking=True,
    )
    sample_note = fields.Char(help="What it is and where it is kept.")
    photo_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_quality_complaint_photo_rel",
        "complaint_id",
        "attachment_id",
        string="Photos",
    )
    # judgement, analysis, reply
    judgement = fields.Selection(
        [
            ("nonconforming", "Non-conforming"),
            ("conforming", "Conforming"),
            ("misuse", "Wrong use"),
        ],
        tracking=True,
    )
    judgement_note = fields.Text()
    judged_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    judged_at = fields.Datetime(readonly=True, copy=False)
    engineer_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        tracking=True,
        help="Analyses the cause and proposes the measures.",
    )
    cause = fields.Text()
    measures = fields.Text()
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)
    reply = fields.Text(string="Reply to the Customer")
    replied_at = fields.Datetime(readonly=True, copy=False)
    capa_ids = fields.Many2many(
        "aftersales.capa",
        "aftersales_capa_complaint_rel",
        "complaint_id",
        "capa_id",
        string="Measures Sheets",
        check_company=True,
    )
    capa_count = fields.Integer(compute="_compute_capa_count")

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0 AND quantity_defective >= 0 "
        "AND quantity_defective <= quantity)",
        "The quantity must be positive and not less than the defective quantity.",
    )
    _due_after = models.Constraint(
        "CHECK (due_date IS NULL OR due_date >= date)",
        "A complaint is not due before it was made.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("request_id")
    def _compute_from_request(self):
        """What the request knows already is not typed again."""
        for sheet in self:
            request = sheet.request_id
            sheet.partner_id = sheet.partner_id or request.partner_id
            sheet.lot_id = sheet.lot_id or request.lot_id
            sheet.product_id = (
                sheet.product_id or request.product_id or sheet.lot_id.product_id
            )

    @api.depends("capa_ids")
    def _compute_capa_count(self):
        for sheet in self:
            sheet.capa_count = len(sheet.capa_ids)

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        self.env["ir.sequence"]._name_by_company(
            "aftersales.quality.complaint", vals_list
        )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_new(self):
        check_stays_on_file(self, "new")

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
        """Service has answered the customer with the approved result."""
        self._check_step("approved")
        for sheet in self:
            if not sheet.reply:
                raise UserError(
                    self.env._("%(name)s: write the reply first.", name=sheet.name)
                )
        self._write_guarded({"state": "replied", "replied_at": fields.Datetime.now()})
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
        """Open the measures sheet of this complaint, creating or reopening it."""
        self.ensure_one()
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
    def _check_step(self, state, *groups):
        """Raise unless all are in ``state`` and the user has one of ``groups``."""
        if groups and not any(self.env.user.has_group(group) for group in groups):
            raise UserError(
                self.env._("Your role does not allow this step of the complaint sheet.")
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

    def _prepare_capa_vals(self):
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "symptom_id": self.symptom_id.id,
            "supplier_id": self.supplier_id.id,
            "problem": self.description,
            "cause": self.cause,
            "complaint_ids": [(4, self.id)],
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
