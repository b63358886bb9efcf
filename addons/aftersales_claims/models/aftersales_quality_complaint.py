# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.aftersales_service.tools.guard import check_stays_on_file

#: what the customer said and who deals with it, recorded by service
RECORDED_FIELDS = (
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
)
#: what quality judges
JUDGED_FIELDS = ("judgement", "judgement_note")
#: what engineering analyses
ANALYSED_FIELDS = ("cause", "measures")


class AftersalesQualityComplaint(models.Model):
    """Complaint sheet 客诉处理单 (R-CLM-16)."""

    _name = "aftersales.quality.complaint"
    _description = "Complaint Sheet"
    _inherit = [
        "aftersales.attachment.mixin",
        "aftersales.due.mixin",
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
        "returned_at",
        "capa_ids",
        "due_set_by_id",
    )
    _editable_in = {
        ("new",): (*RECORDED_FIELDS, *JUDGED_FIELDS),
        ("new", "judged"): ("quantity_defective", "engineer_id"),
        ("new", "judged", "analysed", "approved", "replied"): (
            "supplier_id",
            "sample_state",
            "sample_note",
        ),
        ("judged",): ANALYSED_FIELDS,
        ("new", "judged", "analysed", "approved", "rejected"): ("reply",),
        ("new", "judged", "analysed", "approved"): ("due_date",),
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
    date = fields.Date(
        default=fields.Date.context_today, required=True, index=True, copy=False
    )
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
    symptom_id = fields.Many2one(
        "aftersales.capa.symptom", required=True, index=True, check_company=True
    )
    description = fields.Text(required=True, string="What the customer complains of")
    quantity = fields.Float(
        default=1.0, digits="Product Unit", string="Quantity Complained"
    )
    quantity_defective = fields.Float(digits="Product Unit", copy=False)
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
        copy=False,
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
        copy=False,
        tracking=True,
    )
    sample_note = fields.Char(copy=False, help="What it is and where it is kept.")
    photo_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_quality_complaint_photo_rel",
        "complaint_id",
        "attachment_id",
        string="Photos",
        copy=False,
    )
    # judgement, analysis, reply
    judgement = fields.Selection(
        [
            ("nonconforming", "Non-conforming"),
            ("conforming", "Conforming"),
            ("misuse", "Wrong use"),
        ],
        copy=False,
        tracking=True,
    )
    judgement_note = fields.Text(copy=False)
    judged_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    judged_at = fields.Datetime(readonly=True, copy=False)
    engineer_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        tracking=True,
        help="Analyses the cause and proposes the measures.",
    )
    cause = fields.Text(copy=False)
    measures = fields.Text(copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False)
    reply = fields.Text(string="Reply to the Customer", copy=False)
    replied_at = fields.Datetime(readonly=True, copy=False)
    returned_at = fields.Datetime(string="Sent Back On", readonly=True, copy=False)
    capa_ids = fields.Many2many(
        "aftersales.capa",
        "aftersales_capa_complaint_rel",
        "complaint_id",
        "capa_id",
        string="Measures Sheets",
        copy=False,
        check_company=True,
    )
    capa_count = fields.Integer(compute="_compute_capa_count")
    has_live_capa = fields.Boolean(
        string="Has a Measures Sheet",
        compute="_compute_has_live_capa",
        # whoever reads the sheet is told, also who reads no measures
        compute_sudo=True,
    )

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

    @api.depends("capa_ids.state")
    def _compute_has_live_capa(self):
        for sheet in self:
            sheet.has_live_capa = bool(sheet._get_live_capas())

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        given = {
            name.removeprefix("default_")
            for name, value in self.env.context.items()
            if name.startswith("default_") and value
        }
        for vals in vals_list:
            self._check_quality(given | {name for name, value in vals.items() if value})
        self.env["ir.sequence"]._name_by_company(
            "aftersales.quality.complaint", vals_list
        )
        return super().create(vals_list)

    def write(self, vals):
        self._check_settled(vals)
        self._check_writers(vals)
        before = {}
        if {"engineer_id", "due_date"} & vals.keys():
            before = {sheet: (sheet.engineer_id, sheet.due_date) for sheet in self}
        res = super().write(vals)
        for sheet, (engineer, date) in before.items():
            sheet._follow_due(date)
            if sheet.state == "judged" and sheet.engineer_id != engineer:
                sheet._check_engineer()
                sheet._drop_todos(engineer)
                sheet._ask_engineer()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_new(self):
        # what was judged once stays, also where it is to be judged again
        check_stays_on_file(self.filtered("returned_at"))
        check_stays_on_file(self, "new")
