# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.language import in_company_language


class AftersalesRequest(models.Model):
    """What warranty, contract and sale promised to the customer's case."""

    _inherit = "aftersales.request"

    # === FIELDS ===#
    warranty_state = fields.Selection(
        related="lot_id.warranty_state", string="Warranty"
    )
    warranty_end = fields.Date(related="lot_id.warranty_end")
    warranty_answer = fields.Html(compute="_compute_warranty_answer")
    contract_id = fields.Many2one(
        "aftersales.contract",
        string="Service Contract",
        compute="_compute_contract_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        check_company=True,
    )
    # installation
    installation_lot_id = fields.Many2one(
        "stock.lot",
        string="Delivered Machine",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Set when the delivery of the machine created this request.",
    )
    installation_picking_id = fields.Many2one(
        "stock.picking", string="Delivery", readonly=True, copy=False
    )
    installation_date = fields.Date(
        string="Planned Installation", index="btree_not_null", tracking=True
    )
    sales_promise = fields.Text(
        string="Promised by Sales",
        help="Site, contact, model, numbers, ship date and agreements of the sale.",
    )
    sale_order_id = fields.Many2one(
        "sale.order", string="Sale", copy=False, check_company=True
    )
    # consumers
    is_consumer_case = fields.Boolean(
        help="An appliance of a consumer, who proves the purchase with a receipt."
    )
    purchase_receipt_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_request_purchase_receipt_rel",
        "request_id",
        "attachment_id",
        copy=False,
    )
    purchase_receipt_date = fields.Date(string="Purchased on", copy=False)
    repair_promise_date = fields.Date(
        string="Repaired or Exchanged by",
        compute="_compute_repair_promise_date",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
    )
    is_exchange_due = fields.Boolean(
        readonly=True,
        copy=False,
        index=True,
        help="The promised repair did not come in time: the consumer is to get an "
        "exchange.",
    )
    # periodic visits
    visit_contract_id = fields.Many2one(
        "aftersales.contract", copy=False, readonly=True, index="btree_not_null"
    )
    visit_key = fields.Char(
        copy=False,
        readonly=True,
        help="Names the scheduled visit this request stands for.",
    )

    _visit_key_uniq = models.UniqueIndex(
        "(visit_key) WHERE visit_key IS NOT NULL",
        "This scheduled visit has its request already.",
    )
    _installation_uniq = models.UniqueIndex(
        "(installation_lot_id, partner_id) WHERE installation_lot_id IS NOT NULL",
        "The delivery of this machine has its installation request already.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("lot_id", "partner_id")
    def _compute_contract_id(self):
        # sudo: hotline sees that a contract exists, not what it costs
        contracts = (
            self.env["aftersales.contract"]
            .sudo()
            ._get_contracts([(request.partner_id, request.lot_id) for request in self])
        )
        for request in self:
            request.contract_id = contracts.get((request.partner_id, request.lot_id))

    def _get_proposed_service_categories(self):
        """Return ``{request: category or False}``: D for internal work, C in
        warranty, B under a service contract, A otherwise, nothing where nothing is
        known (R-INT-05). A constant number of queries, whatever ``self``."""
        # sudo: the answer concerns the machine and customer named in the request
        answers = self.lot_id.sudo()._get_warranty_entitlement()
        contracts = (
            self.env["aftersales.contract"]
            .sudo()
            ._get_contracts([(request.partner_id, request.lot_id) for request in self])
        )
        proposals = {}
        for request in self:
            answer = answers.get(request.lot_id.id)
            if request.visit_contract_id:
                category = "b"
            elif request.channel == "internal":
                category = "d"
            elif answer and answer["state"] == "in":
                category = "c"
            elif contracts.get((request.partner_id, request.lot_id)):
                category = "b"
            elif answer and answer["state"] in ("out", "void"):
                category = "a"
            else:
                category = False
            proposals[request] = category
        return proposals

    @api.depends("lot_id", "lot_id.warranty_end", "lot_id.warranty_state")
    @api.depends_context("lang")
    def _compute_warranty_answer(self):
        for request in self:
            request.warranty_answer = request.lot_id.warranty_terms

    @api.depends("is_consumer_case", "reported_at", "company_id")
    def _compute_repair_promise_date(self):
        """R-WAR-04: repaired in so many days, or exchanged."""
        for request in self:
            if not (request.is_consumer_case and request.reported_at):
                request.repair_promise_date = False
                continue
            day = fields.Datetime.context_timestamp(self, request.reported_at).date()
            request.repair_promise_date = fields.Date.add(
                day, days=request.company_id.aftersales_consumer_promise_days
            )

    # === CONSTRAINT METHODS ===#
    @api.constrains(
        "is_consumer_case",
        "service_category",
        "purchase_receipt_ids",
        "purchase_receipt_date",
        "state",
    )
    def _check_purchase_receipt(self):
        """A consumer gets free service only on a receipt (R-WAR-04)."""
        today = fields.Date.context_today(self)
        for request in self:
            if request.purchase_receipt_date and request.purchase_receipt_date > today:
                raise ValidationError(
                    self.env._("The purchase cannot lie in the future.")
                )
            if (
                request.is_consumer_case
                and request.service_category == "c"
                and request.state in ("in_progress", "solved", "closed")
                and not (request.purchase_receipt_ids and request.purchase_receipt_date)
            ):
                raise ValidationError(
                    self.env._(
                        "%(request)s: free service to a consumer needs the purchase "
                        "receipt and its date.",
                        request=request.name,
                    )
                )

    # === CRON ===#
    @api.model
    @in_company_language
    def _cron_check_consumer_promises(self):
        """Mark the consumer cases whose promised repair did not come: the exchange
        is due, and the owner gets it as an activity, once (R-WAR-04)."""
        today = fields.Date.context_today(self)
        late = self.search(
            Domain("is_consumer_case", "=", True)
            & Domain("is_exchange_due", "=", False)
            & Domain("repair_promise_date", "<", today)
            & Domain("state", "not in", ("solved", "closed", "cancelled"))
        ).try_lock_for_update()
        late.is_exchange_due = True
        for request in late:
            request.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Exchange for the consumer is due"),
                note=self.env._(
                    "The repair was promised until %(date)s.",
                    date=format_date(self.env, request.repair_promise_date),
                ),
                user_id=request.user_id.id or self.env.uid,
            )
