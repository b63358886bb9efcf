# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import binascii
import io

from PIL import Image, UnidentifiedImageError

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: outcomes that leave work for a follow-on order
UNFINISHED = ("partial", "not_fixed", "absent")


def check_signature_image(env, value):
    """:raise ValidationError: unless ``value`` (base64, may be empty) is a picture"""
    if not value:
        return
    try:
        Image.open(io.BytesIO(base64.b64decode(value, validate=False))).verify()
    except (
        UnidentifiedImageError,
        binascii.Error,
        ValueError,
        OSError,
        SyntaxError,
    ) as error:
        raise ValidationError(env._("The signature is not an image.")) from error


class AftersalesOrder(models.Model):
    """The service report 维修服务回执单 and the acceptance (R-DSP-06 to R-DSP-14)."""

    _inherit = "aftersales.order"

    # === FIELDS ===#
    outcome = fields.Selection(
        [
            ("fixed", "Finished"),
            ("partial", "Partly finished"),
            ("not_fixed", "Not fixed"),
            ("absent", "Customer absent"),
        ],
        copy=False,
        tracking=True,
    )
    fault_found = fields.Text(copy=False)
    cause = fields.Text(copy=False)
    solution = fields.Text(copy=False)
    other_findings = fields.Text(
        string="Other Faults Found",
        copy=False,
        help="Faults not reported, seen on the inspection of the whole machine.",
    )
    test_result = fields.Selection(
        [
            ("ok", "Runs well"),
            ("limited", "Runs with limits"),
            ("failed", "Does not run"),
            ("none", "No test run possible"),
        ],
        copy=False,
    )
    test_note = fields.Text(string="Test Run", copy=False)
    unfinished_work = fields.Text(
        copy=False, help="Goes to the follow-on order as its work to do."
    )
    photo_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_order_photo_rel",
        string="Photos",
        copy=False,
        bypass_search_access=True,
    )
    travel_duration = fields.Float(
        string="Travel Time",
        compute="_compute_durations",
        store=True,
        help="From departure to arrival, in hours; with a log, its sum.",
    )
    waiting_duration = fields.Float(
        string="Waiting Time",
        compute="_compute_durations",
        store=True,
        help="From arrival to the start of work, in hours; with a log, its sum.",
    )
    work_duration = fields.Float(
        string="Work Time",
        compute="_compute_durations",
        store=True,
        help="From the start of work to the finish, in hours; with a log, its sum.",
    )
    price_list_shown = fields.Boolean(copy=False)
    customer_consent = fields.Boolean(
        copy=False,
        help="Out of warranty the customer agrees to pay before work starts.",
    )
    consent_name = fields.Char(string="Consent Given by", copy=False)
    consent_on = fields.Datetime(readonly=True, copy=False)
    customer_signature = fields.Binary(attachment=True, copy=False)
    signed_by = fields.Char(copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)
    technician_signature = fields.Binary(attachment=True, copy=False)
    satisfaction = fields.Selection(
        [
            ("5", "Very satisfied"),
            ("4", "Satisfied"),
            ("3", "Neutral"),
            ("2", "Dissatisfied"),
            ("1", "Very dissatisfied"),
        ],
        copy=False,
        tracking=True,
    )
    satisfaction_note = fields.Text(string="Customer's Remarks", copy=False)
    acceptance_result = fields.Selection(
        [
            ("accepted", "Accepted"),
            ("reservation", "Accepted with reservations"),
            ("rejected", "Refused by Customer"),
        ],
        copy=False,
        tracking=True,
    )
    acceptance_note = fields.Text(string="Reservations", copy=False)
    accepted_on = fields.Date(string="Acceptance Date", readonly=True, copy=False)
    training_plan = fields.Text()
    training_content = fields.Text(copy=False)
    training_result = fields.Text(copy=False)
    project_summary = fields.Html(
        copy=False, help="At the end of a long job (R-DSP-14)."
    )
    report_key = fields.Char(
        readonly=True, copy=False, help="Key of the submission, made on the phone."
    )
    report_mail_state = fields.Selection(
        [
            ("to_send", "To send"),
            ("sent", "Sent"),
            ("no_address", "No address"),
        ],
        string="Report by E-mail",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    settlement_due = fields.Date(
        compute="_compute_settlement_due",
        store=True,
        index="btree_not_null",
        help="Report, requisition and receipts are handed in within the month.",
    )
    missing_text = fields.Text(
        string="Missing for the Report", compute="_compute_missing_text"
    )

    _report_key_unique = models.UniqueIndex(
        "(report_key) WHERE report_key IS NOT NULL",
        "This report was already submitted.",
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "departed_at",
        "arrived_at",
        "work_started_at",
        "finished_at",
        "log_ids.work_hours",
        "log_ids.waiting_hours",
        "log_ids.travel_hours",
    )
    def _compute_durations(self):
        """Travel, waiting and work apart, never counted twice."""

        def hours(start, end):
            if not start or not end:
                return 0.0
            return max((end - start).total_seconds() / 3600, 0.0)

        for order in self:
            logs = order.log_ids
            start = order.work_started_at or order.arrived_at
            order.travel_duration = sum(logs.mapped("travel_hours")) or hours(
                order.departed_at, order.arrived_at
            )
            order.waiting_duration = sum(logs.mapped("waiting_hours")) or hours(
                order.arrived_at, order.work_started_at
            )
            order.work_duration = sum(logs.mapped("work_hours")) or hours(
                start, order.finished_at
            )

    @api.depends("finished_at", "company_id")
    def _compute_settlement_due(self):
        """The month is that of the place of work: the evening of the last day in UTC
        is the first of the next month in China."""
        for order in self:
            order.settlement_due = order.finished_at and fields.Date.end_of(
                order.company_id._get_aftersales_date(order.finished_at), "month"
            )

    @api.depends(lambda self: sorted(self._get_report_fields()) + ["check_ids.done"])
    def _compute_missing_text(self):
        for order in self:
            order.missing_text = (
                "\n".join(order._get_report_blockers())
                if order.state == "on_site"
                else False
            )

    # === CONSTRAINT METHODS ===#
    @api.constrains("customer_signature", "technician_signature")
    def _check_signatures(self):
        for order in self:
            for fname in ("customer_signature", "technician_signature"):
                check_signature_image(order.env, order[fname])
            if order.customer_signature and order.state not in (
                "on_site",
                "reported",
                "done",
            ):
                raise ValidationError(
                    self.env._(
                        "%(order)s: the customer signs a report, once the "
                        "technician is on site.",
                        order=order.name,
                    )
                )

    # === CRUD METHODS ===#
    @api.model
    def _get_report_fields(self):
        """Return the fields that are closed once the report is handed in."""
        return {
            "outcome",
            "fault_found",
            "cause",
            "solution",
            "other_findings",
            "test_result",
            "test_note",
            "unfinished_work",
            "price_list_shown",
            "customer_consent",
            "consent_name",
            "customer_signature",
            "signed_by",
            "technician_signature",
            "satisfaction",
            "satisfaction_note",
            "acceptance_result",
            "acceptance_note",
            "training_content",
            "training_result",
        }

    def write(self, vals):
        res = super().write(vals)
        now = fields.Datetime.now()
        if vals.get("customer_consent"):
            self.filtered(lambda o: not o.consent_on)._set_values(consent_on=now)
        if "customer_signature" in vals:
            signed = self.filtered("customer_signature")
            signed._set_values(signed_on=now)
            (self - signed)._set_values(signed_on=False)
        return res

    # === BUSINESS METHODS ===#
    def _get_consent_blockers(self):
        """Return texts: out of warranty, what comes before work starts (R-DSP-07)."""
        self.ensure_one()
        if self.request_id.service_category != "a":
            return []
        missing = []
        if not self.price_list_shown:
            missing.append(self.env._("The price list wasn't shown to the customer."))
        if not self.customer_consent:
            missing.append(self.env._("The customer's consent to pay is missing."))
        return missing

    def _get_report_blockers(self):
        """Return texts: what the report lacks (R-DSP-09). Extensible."""
        self.ensure_one()
        if not self.outcome:
            return [self.env._("Outcome")]
        if self.outcome == "absent":
            return (
                []
                if self.unfinished_work
                else [self.env._("What is to be done next time")]
            )
        missing = []
        if self.kind in ("repair", "remote"):
            for fname in ("fault_found", "cause", "solution", "test_result"):
                if not self[fname]:
                    missing.append(self._fields[fname]._description_string(self.env))
        elif not self.solution:
            missing.append(self.env._("Work done (solution)"))
        if self.outcome in UNFINISHED and not self.unfinished_work:
            missing.append(self.env._("Unfinished work"))
        missing += self._get_acceptance_blockers()
        missing += [
            self.env._("Check: %s", check.name)
            for check in self._get_open_checks(*self._get_site_stages())
        ]
        missing += self._get_part_report_blockers()
        if self.kind != "remote":
            missing += self._get_consent_blockers()
            if not self.customer_signature:
                missing.append(self.env._("Customer's signature"))
            if not self.signed_by:
                missing.append(self.env._("Name of who signed"))
            if not self.satisfaction:
                missing.append(self.env._("Satisfaction"))
        return missing

    def _get_acceptance_blockers(self):
        self.ensure_one()
        missing = []
        if self.kind == "commissioning" and self.outcome == "fixed":
            if not self.acceptance_result:
                missing.append(self.env._("Acceptance result"))
            if self.acceptance_result == "reservation" and not self.acceptance_note:
                missing.append(self.env._("Reservations"))
            if not self.technician_signature:
                missing.append(self.env._("Technician's signature"))
        if self.kind == "training" and self.outcome == "fixed":
            if not self.training_content:
                missing.append(self.env._("Training content"))
            if not self.attendee_ids:
                missing.append(self.env._("Attendance sheet"))
        return missing

    def _get_part_report_blockers(self):
        self.ensure_one()
        missing = []
        for part in self.part_ids:
            name = part.product_id.display_name
            if part.quantity_used and part.tracking == "serial":
                if not part.lot_id:
                    missing.append(self.env._("New serial number of %s", name))
            if (
                part.source == "warehouse"
                and part.product_id.uom_id.compare(
                    part.quantity_used, part.quantity_issued - part.quantity_returned
                )
                > 0
            ):
                missing.append(
                    self.env._(
                        "%(part)s: %(used)s used, only %(issued)s issued",
                        part=name,
                        used=f"{part.quantity_used:g}",
                        issued=f"{part.quantity_issued - part.quantity_returned:g}",
                    )
                )
        return missing

    def _has_to_be_signed(self):
        """Whether the report lacks nothing but the customer's name and signature."""
        self.ensure_one()
        if self.state != "on_site" or self.customer_signature or not self.outcome:
            return False
        by_customer = {
            self.env._("Customer's signature"),
            self.env._("Name of who signed"),
            self.env._("Satisfaction"),
        }
        return not set(self._get_report_blockers()) - by_customer
