# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .aftersales_request import OPEN_STATES, TRANSITION

#: kinds a repeat repair is looked for
REPEAT_KINDS = ("repair", "complaint", "exchange")


class AftersalesRequest(models.Model):
    """Intake (R-INT-01, 02, 05, 10): what the serial number fills in."""

    _inherit = "aftersales.request"

    intake_warning = fields.Text(compute="_compute_intake_warning")
    is_foreign_machine = fields.Boolean(compute="_compute_intake_warning")
    duplicate_ids = fields.Many2many(
        "aftersales.request",
        compute="_compute_intake_warning",
        string="Open Requests of the Machine",
    )

    # === COMPUTE METHODS ===#
    @api.depends("lot_id")
    def _compute_partner_id(self):
        for request in self:
            owner = request.lot_id.customer_id
            before = request._origin.lot_id.customer_id
            if owner and request.partner_id in (before, self.env["res.partner"]):
                request.partner_id = owner
            else:
                request.partner_id = request.partner_id

    @api.depends("partner_id")
    def _compute_contact_id(self):
        for request in self:
            customer = request.partner_id
            if request.contact_id.commercial_partner_id == (
                customer.commercial_partner_id
            ):
                request.contact_id = request.contact_id
                continue
            contacts = customer.child_ids.filtered(
                lambda partner: partner.type == "contact" and not partner.is_company
            )
            request.contact_id = contacts[:1] or (
                customer if customer and not customer.is_company else False
            )

    @api.depends("contact_id")
    def _compute_contact_name(self):
        for request in self:
            request.contact_name = request.contact_id.name or request.contact_name

    @api.depends("contact_id", "partner_id")
    def _compute_phone(self):
        for request in self:
            request.phone = (
                request.contact_id.phone or request.partner_id.phone or request.phone
            )

    @api.depends("contact_id", "partner_id")
    def _compute_email_from(self):
        for request in self:
            request.email_from = (
                request.contact_id.email
                or request.partner_id.email
                or request.email_from
            )

    @api.depends("lot_id", "partner_id")
    def _compute_site_id(self):
        for request in self:
            request.site_id = (
                request.lot_id.site_id or request.site_id or request.partner_id
            )

    @api.depends("site_id", "partner_id")
    def _compute_distance(self):
        for request in self:
            request.distance = (
                request.site_id.service_distance or request.partner_id.service_distance
            )

    @api.depends("site_id", "partner_id")
    def _compute_region_id(self):
        for request in self:
            request.region_id = (
                request.site_id.aftersales_region_id
                or request.partner_id.aftersales_region_id
            )

    @api.depends("lot_id")
    def _compute_product_id(self):
        for request in self:
            request.product_id = request.lot_id.product_id or request.product_id

    @api.depends("lot_id")
    def _compute_machine_data(self):
        for request in self:
            lot = request.lot_id
            request.contract_ref = lot.contract_ref or request.contract_ref
            request.delivery_date = lot.delivery_date or request.delivery_date
            request.acceptance_date = lot.acceptance_date or request.acceptance_date

    @api.depends("kind_id", "level")
    def _compute_needs_visit(self):
        for request in self:
            code = request.kind_id.code
            request.needs_visit = code in ("commissioning", "training", "visit") or (
                code == "repair" and request.level in ("2", "3", "4")
            )

    @api.depends("lot_id", "partner_id", "channel")
    def _compute_proposed_category(self):
        proposals = self._get_proposed_service_categories()
        for request in self:
            request.proposed_category = proposals.get(request, False)

    @api.depends("proposed_category")
    def _compute_service_category(self):
        for request in self:
            if request.category_reason or (
                request.service_category and not request.proposed_category
            ):
                request.service_category = request.service_category
            else:
                request.service_category = request.proposed_category

    @api.depends("repeat_of_id")
    def _compute_is_repeat(self):
        for request in self:
            request.is_repeat = bool(request.repeat_of_id)

    @api.depends("lot_id", "kind_id", "component_class_id")
    def _compute_repeat_of_id(self):
        """Link the latest earlier request for the same machine and fault.

        The same fault: another component of the machine, when both are known, is
        none. One query for the batch (R-INT-10)."""
        relevant = self.filtered(
            lambda request: (
                request.lot_id
                and request.kind_id.code in REPEAT_KINDS
                and not request.is_history
            )
        )
        earlier = defaultdict(list)
        if relevant:
            days = max(
                company.aftersales_repeat_days for company in relevant.company_id
            )
            first = min(request.reported_at for request in relevant)
            # sudo: the earlier request may belong to another department
            found = self.sudo().search(
                [
                    ("lot_id", "in", relevant.lot_id.ids),
                    ("kind_code", "in", REPEAT_KINDS),
                    ("state", "!=", "cancelled"),
                    ("reported_at", ">=", first - timedelta(days=days)),
                ],
                order="reported_at desc, id desc",
            )
            for other in found:
                earlier[other.lot_id.id].append(other)
        for request in self:
            request.repeat_of_id = (
                request._find_repeated(earlier[request.lot_id.id])
                if request in relevant
                else request.repeat_of_id
            )

    def _find_repeated(self, earlier):
        """Return the newest of ``earlier`` this request repeats, as its user."""
        self.ensure_one()
        window = timedelta(days=self.company_id.aftersales_repeat_days)
        for other in earlier:
            if not self.reported_at - window <= other.reported_at <= self.reported_at:
                continue
            if self._origin and other.id >= self._origin.id:
                continue
            components = (other.component_class_id, self.component_class_id)
            if all(components) and components[0].id != components[1].id:
                continue
            return self.browse(other.id)
        return self.browse()

    @api.depends(
        "serial_number", "lot_id", "partner_id", "kind_id", "distance", "state"
    )
    def _compute_intake_warning(self):
        """What the hotline must see before saving; read by the form only."""
        # sudo: an open request of another department is shown by its number
        others = self.sudo().search(
            [("lot_id", "in", self.lot_id.ids), ("state", "in", OPEN_STATES)]
        )
        for request in self:
            same = others.filtered(
                lambda other, request=request: (
                    other.lot_id.id == request.lot_id.id
                    and other.id != request._origin.id
                )
            )
            request.duplicate_ids = self.browse(same.ids)
            owner = request.lot_id.customer_id.commercial_partner_id
            customer = request.partner_id.commercial_partner_id
            request.is_foreign_machine = bool(owner and customer and owner != customer)
            texts = []
            if request.state in OPEN_STATES:
                texts = request._get_intake_warnings()
            request.intake_warning = "\n".join(texts) or False

    def _get_intake_warnings(self):
        """Return the warnings of the intake banner, in the user's words."""
        self.ensure_one()
        texts = []
        lot, customer = self.lot_id, self.partner_id
        if self.serial_number and not lot:
            texts.append(
                self.env._(
                    "Serial number %(serial)s is not known, or of several machines: "
                    "choose the machine, or go on without.",
                    serial=self.serial_number,
                )
            )
        if self.is_foreign_machine:
            texts.append(
                self.env._(
                    "Machine %(serial)s belongs to %(owner)s, not to %(customer)s.",
                    serial=lot.name,
                    owner=lot.customer_id.display_name,
                    customer=customer.display_name,
                )
            )
        if customer and not customer.active:
            texts.append(
                self.env._("%(name)s is archived.", name=customer.display_name)
            )
        if self.duplicate_ids:
            texts.append(
                self.env._(
                    "Open already for this machine: %(requests)s.",
                    requests=", ".join(self.duplicate_ids.sudo().mapped("name")),
                )
            )
        if self.needs_visit and customer and not self.distance:
            texts.append(
                self.env._(
                    "The distance of the site is not known: no limit by distance "
                    "applies."
                )
            )
        return texts

    # === ONCHANGE METHODS ===#
    @api.onchange("serial_number")
    def _onchange_serial_number(self):
        if self.serial_number and self.serial_number != self.lot_id.name:
            company = self.company_id or self.env.company
            self.lot_id = self._find_lots([self.serial_number], company).get(
                (company.id, _key(self.serial_number)), False
            )

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        if self.lot_id and self.lot_id.name != self.serial_number:
            self.serial_number = self.lot_id.name

    # === CONSTRAINT METHODS ===#
    @api.constrains("service_category", "category_reason")
    def _check_category_reason(self):
        if self.env.su:
            return
        for request in self:
            if (
                request.proposed_category
                and request.service_category != request.proposed_category
                and not request.category_reason
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s: the service category differs from the proposed "
                        "one; give the reason.",
                        name=request.name,
                    )
                )

    @api.constrains("lot_id", "product_id")
    def _check_lot_product(self):
        for request in self:
            product = request.lot_id.product_id
            if product and request.product_id and request.product_id != product:
                raise ValidationError(
                    self.env._(
                        "Machine %(serial)s is a %(product)s, not a %(other)s.",
                        serial=request.lot_id.name,
                        product=product.display_name,
                        other=request.product_id.display_name,
                    )
                )

    def _check_category_change(self, vals):
        """A category once set changes only together with a reason (R-INT-05)."""
        category = vals.get("service_category")
        if not category or vals.get("category_reason"):
            return
        if self.env.context.get("aftersales_transition") is TRANSITION:
            return
        for request in self:
            if request.service_category and request.service_category != category:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the service category changes only with a reason.",
                        name=request.name,
                    )
                )

    # === BUSINESS METHODS ===#
    @api.model
    def _find_lots(self, serials, company=None):
        """Return {(company id, key of the serial): stock.lot} for the serials known
        exactly once in the company; one query.

        :param serials: serial numbers as typed or found in a text
        """
        serials = {serial.strip() for serial in serials if serial and serial.strip()}
        if not serials:
            return {}
        spellings = serials | {serial.upper() for serial in serials}
        spellings |= {serial.lower() for serial in serials}
        companies = company or self.env.companies
        # sudo: the hotline need not be a stock user to recognise a machine
        lots = (
            self.env["stock.lot"]
            .sudo()
            .search(
                [
                    ("name", "in", sorted(spellings)),
                    ("company_id", "in", [*companies.ids, False]),
                ]
            )
        )
        found = {}
        for lot in lots:
            for owner in lot.company_id or companies:
                key = (owner.id, _key(lot.name))
                found[key] = (
                    False if key in found else self.env[lot._name].browse(lot.id)
                )
        return {key: lot for key, lot in found.items() if lot}

    @api.model
    def _fill_lot_from_serial(self, vals_list):
        """Set ``lot_id`` where a known serial number was given, and the reverse.

        A ``lot_id`` given as empty stays empty: the serial is kept as told."""
        todo = [
            vals
            for vals in vals_list
            if vals.get("serial_number") and "lot_id" not in vals
        ]
        found = self._find_lots(vals["serial_number"] for vals in todo) if todo else {}
        for vals in todo:
            company_id = vals.get("company_id") or self.env.company.id
            lot = found.get((company_id, _key(vals["serial_number"])))
            if lot:
                vals["lot_id"] = lot.id
        named = [
            vals
            for vals in vals_list
            if vals.get("lot_id") and not vals.get("serial_number")
        ]
        # sudo: see _find_lots
        lots = self.env["stock.lot"].sudo().browse(vals["lot_id"] for vals in named)
        for vals, lot in zip(named, lots, strict=True):
            vals["serial_number"] = lot.name

    def action_take_machine_customer(self):
        """Take the customer of the machine instead of the one entered."""
        for request in self.filtered("lot_id.customer_id"):
            request.partner_id = request.lot_id.customer_id
        return True

    def action_view_duplicates(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open Requests of the Machine"),
            "res_model": "aftersales.request",
            "view_mode": "list,form",
            "domain": [("id", "in", self.duplicate_ids.ids)],
        }


def _key(serial):
    """Return how serial numbers are compared: case and spaces don't matter."""
    return "".join(serial.split()).upper()
