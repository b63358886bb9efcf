# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from ..tools.guard import check_computed
from ..tools.language import in_company_language

#: what follows from policy, dates and readings
WARRANTY_FIGURES = (
    "warranty_start",
    "warranty_end",
    "warranty_state",
    "warranty_suspended_days",
)
#: written by the dialog that voids a warranty
VOID_FIELDS = {
    "warranty_void",
    "warranty_void_date",
    "warranty_void_cause",
    "warranty_void_reason",
    "warranty_void_attachment_ids",
}


class StockLot(models.Model):
    """Warranty of the machine: which policy, until when, in or out, and why."""

    _inherit = "stock.lot"

    # === FIELDS ===#
    warranty_policy_id = fields.Many2one(
        "aftersales.warranty.policy",
        compute="_compute_warranty_policy_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        check_company=True,
    )
    warranty_start = fields.Date(
        compute="_compute_warranty_end", store=True, index="btree_not_null"
    )
    warranty_end = fields.Date(
        string="Warranty Until",
        compute="_compute_warranty_end",
        store=True,
        index="btree_not_null",
        help="Last day of the machine's own term: the first of its ends.",
    )
    warranty_state = fields.Selection(
        [
            ("in", "In warranty"),
            ("out", "Out of warranty"),
            ("void", "Void"),
            ("unknown", "Unknown"),
        ],
        compute="_compute_warranty_state",
        store=True,
        index=True,
        help="As of today; brought up to date every night.",
    )
    warranty_suspended_days = fields.Integer(
        string="Days in Repair",
        compute="_compute_warranty_suspended_days",
        store=True,
        help="Days in the workshop, added to the terms if the policy says so.",
    )
    warranty_void = fields.Boolean(tracking=True, copy=False)
    warranty_void_date = fields.Date(string="Void from", copy=False)
    warranty_void_cause = fields.Selection(
        [
            ("use", "Wrong use"),
            ("maintenance", "Missing maintenance"),
            ("change", "Unauthorised change"),
            ("other", "Other"),
        ],
        tracking=True,
        copy=False,
    )
    warranty_void_reason = fields.Text(tracking=True, copy=False)
    warranty_void_attachment_ids = fields.Many2many(
        "ir.attachment",
        "stock_lot_warranty_void_attachment_rel",
        "lot_id",
        "attachment_id",
        string="Evidence",
        copy=False,
    )
    warranty_terms = fields.Html(compute="_compute_warranty_terms")

    # === COMPUTE METHODS ===#
    @api.depends("product_id", "company_id", "delivery_date", "is_machine")
    def _compute_warranty_policy_id(self):
        """The product's policy, else, for machines, the company's; of a chain of
        policies the one in force at delivery. A policy chosen by hand stays."""
        for lot in self:
            policy = lot.product_id.warranty_policy_id
            if not policy and lot.product_id.is_machine:
                company = lot.company_id or self.env.company
                policy = company.aftersales_warranty_policy_id
            present = lot.warranty_policy_id
            if present and present not in policy._get_chain():
                continue
            lot.warranty_policy_id = policy._get_for_date(
                lot.delivery_date or lot._get_warranty_today()
            )

    @api.depends(
        "is_machine",
        "warranty_policy_id",
        "warranty_policy_id.suspend_in_repair",
        "warranty_policy_id.line_ids.component_class_id",
        "warranty_policy_id.line_ids.is_excluded",
        "warranty_policy_id.line_ids.months_acceptance",
        "warranty_policy_id.line_ids.months_delivery",
        "warranty_policy_id.line_ids.months_invoice",
        "warranty_policy_id.line_ids.months_production",
        "warranty_policy_id.line_ids.hours_limit",
        "warranty_suspended_days",
        "acceptance_date",
        "delivery_date",
        "invoice_date",
        "production_date",
        "reading_ids.hours",
        "reading_ids.date",
    )
    def _compute_warranty_end(self):
        for lot in self:
            start = end = False
            for line in lot.warranty_policy_id.line_ids:
                ends = line._get_ends(lot)
                if not ends:
                    continue
                whole = not line.component_class_id
                if whole or not end or ends[0][0] > end:
                    end = ends[0][0]
                    start = line._get_start(lot)
                if whole:
                    break
            lot.warranty_start = start
            lot.warranty_end = end

    @api.depends("warranty_end", "warranty_void", "warranty_void_date")
    def _compute_warranty_state(self):
        for lot in self:
            lot.warranty_state = lot._get_warranty_state(lot._get_warranty_today())

    @api.depends_context("lang")
    @api.depends("warranty_end", "warranty_state", "component_ids.warranty_end")
    def _compute_warranty_terms(self):
        answers = self._get_warranty_entitlement()
        for lot in self:
            log = answers[lot.id]["log"] if lot.id in answers else []
            lot.warranty_terms = Markup("<br/>").join(log)

    def _compute_warranty_suspended_days(self):
        """Hook: the workshop register adds the days in repair."""
        self.warranty_suspended_days = 0

    # === CONSTRAINT METHODS ===#
    @api.constrains(
        "warranty_void",
        "warranty_void_cause",
        "warranty_void_reason",
        "warranty_void_attachment_ids",
    )
    def _check_warranty_void(self):
        """A voided warranty names its reason and shows its evidence (R-WAR-02)."""
        for lot in self.filtered("warranty_void"):
            if not (lot.warranty_void_cause and lot.warranty_void_reason):
                raise ValidationError(
                    self.env._(
                        "%(machine)s: say why the warranty is void.", machine=lot.name
                    )
                )
            if not lot.warranty_void_attachment_ids:
                raise ValidationError(
                    self.env._(
                        "%(machine)s: attach the evidence that voids the warranty.",
                        machine=lot.name,
                    )
                )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_warranty_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_warranty_fields(vals)
        return super().write(vals)

    def _check_warranty_fields(self, vals):
        """The warranty follows from policy and dates, and is voided by its dialog
        (R-WAR-01, R-WAR-02).

        :raise AccessError: for what is written past them
        """
        if self.env.su:
            return
        check_computed(self, [name for name in WARRANTY_FIGURES if name in vals])
        if (
            VOID_FIELDS & vals.keys()
            and (self or any(vals.get(name) for name in VOID_FIELDS))
            and not self.env.user.has_group("aftersales_service.group_manager")
        ):
            raise AccessError(
                self.env._(
                    "A warranty is voided by its dialog, with the evidence, and "
                    "reinstated by the service manager."
                )
            )

    # === ACTION METHODS ===#
    def action_void_warranty(self):
        """Open the wizard that asks for the reason and the evidence (R-WAR-02)."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Void the Warranty"),
            "res_model": "aftersales.warranty.void",
            "view_mode": "form",
            "target": "new",
            "context": {"default_lot_ids": self.ids},
        }

    def action_reinstate_warranty(self):
        """Take the voiding back; reason and evidence stay on file.

        :raise AccessError: for anybody but the service manager
        """
        self.check_access("write")
        self.filtered("warranty_void").write({"warranty_void": False})
        return True

    # === BUSINESS METHODS ===#
    def _get_warranty_today(self):
        return (self.company_id or self.env.company)._get_aftersales_today()

    def _get_warranty_state(self, date):
        """Return the state of the machine's own term on ``date``."""
        self.ensure_one()
        if self.warranty_void and (
            not self.warranty_void_date or self.warranty_void_date <= date
        ):
            return "void"
        if not self.warranty_end:
            return "unknown"
        return "in" if date <= self.warranty_end else "out"

    # === CRON ===#
    @api.model
    @in_company_language
    def _cron_update_warranty_state(self):
        """Bring the states of all machines to today in one statement. Running it
        twice, or on two servers at once, changes nothing more."""
        self.flush_model()
        for company in self.env["res.company"].search([]):
            # SQL: one set-based statement, since nothing but the date has changed
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE stock_lot AS lot
                       SET warranty_state = today.state
                      FROM (SELECT id,
                                   CASE WHEN warranty_void
                                         AND COALESCE(warranty_void_date, %(today)s)
                                             <= %(today)s THEN 'void'
                                        WHEN warranty_end IS NULL THEN 'unknown'
                                        WHEN warranty_end >= %(today)s THEN 'in'
                                        ELSE 'out' END AS state
                              FROM stock_lot
                             WHERE company_id = %(company)s) AS today
                     WHERE lot.id = today.id
                       AND lot.warranty_state IS DISTINCT FROM today.state
                    """,
                    today=company._get_aftersales_today(),
                    company=company.id,
                )
            )
        self.invalidate_model(["warranty_state"])
