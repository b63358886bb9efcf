# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import binascii
import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

#: largest photo taken over from a phone, in bytes
PHOTO_LIMIT = 10 * 1024 * 1024
#: how many calls of the phone an order remembers
KEYS_KEPT = 100
#: texts and choices the phone keeps and sends
PHONE_FIELDS = (
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
    "satisfaction",
    "satisfaction_note",
    "signed_by",
    "customer_signature",
    "technician_signature",
    "acceptance_result",
    "acceptance_note",
    "training_content",
    "training_result",
)
SIGNATURES = ("customer_signature", "technician_signature")


class AftersalesOrder(models.Model):
    """What the technician's phone reads and sends. Every call may be repeated after a
    lost connection and changes nothing twice. All of it under his own rights."""

    _inherit = "aftersales.order"

    phone_keys = fields.Text(
        readonly=True,
        copy=False,
        help="Calls of the phone that were carried out; the same one again does "
        "nothing.",
    )

    @api.model
    @api.readonly
    def get_my_day(self):
        """Return the technician's open orders and what he handed in today."""
        employees = self.env.user.employee_ids
        yesterday = fields.Datetime.now() - timedelta(hours=18)
        orders = self.search(
            [
                ("technician_ids", "in", employees.ids),
                "|",
                ("state", "in", ("dispatched", "accepted", "travelling", "on_site")),
                "&",
                ("state", "=", "reported"),
                ("reported_at", ">", yesterday),
            ],
            order="planned_start, id",
            limit=60,
        )
        return [order._get_phone_card() for order in orders]

    def _get_phone_card(self):
        self.ensure_one()
        site = self.site_id or self.partner_id
        contact = self.contact_id or self.partner_id
        request = self.request_id
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "state_label": self._get_state_label(),
            "kind": self.kind,
            "customer": self.partner_id.name or "",
            "address": site._get_address_line(),
            "contact": contact.name or "",
            "phone": contact.phone or self.partner_id.phone or "",
            "machine": self.lot_id.product_id.name or "",
            "serial": self.lot_id.name or "",
            "planned_start": fields.Datetime.to_string(self.planned_start) or False,
            "departure": fields.Datetime.to_string(self.departure_planned) or False,
            "late": self.is_late,
            "priority": self.priority or "0",
            "fault": request.fault or "",
        }

    def get_phone_data(self):
        """Return everything the phone shows of one order."""
        self.ensure_one()
        self.check_access("read")
        data = self._get_phone_card()
        data.update(
            work_to_do=self.work_to_do or "",
            chargeable=self.request_id.service_category == "a",
            work_started=bool(self.work_started_at),
            values={
                fname: bool(self[fname]) if fname in SIGNATURES else self[fname]
                for fname in PHONE_FIELDS
            },
            checks=[
                {
                    "id": check.id,
                    "stage": check.stage,
                    "name": check.name,
                    "required": check.required,
                    "done": check.done,
                    "note": check.note or "",
                    "expected": check.quantity_expected,
                    "found": check.quantity_found,
                    "damaged": check.is_damaged,
                }
                for check in self.check_ids
            ],
            parts=[
                {
                    "id": part.id,
                    "name": part.product_id.display_name,
                    "tracking": part.tracking,
                    "source": part.source,
                    "needed": part.quantity,
                    "issued": part.quantity_issued,
                    "used": part.quantity_used,
                    "lot": part.lot_id.name or "",
                    "old_lot": part.old_lot_name or "",
                }
                for part in self.part_ids
            ],
            attendees=[
                {"id": line.id, "name": line.name, "signed": bool(line.signature)}
                for line in self.attendee_ids
            ],
            photos=[{"id": photo.id, "name": photo.name} for photo in self.photo_ids],
            parts_state=self.parts_state,
            missing=(self.missing_text or "").split("\n") if self.missing_text else [],
            selections={
                fname: self._fields[fname]._description_selection(self.env)
                for fname in (
                    "outcome",
                    "test_result",
                    "satisfaction",
                    "acceptance_result",
                )
            },
        )
        return data

    def phone_save(self, values):
        """Write what was typed; fields other than the report's are ignored.

        :return: the data of ``get_phone_data``
        """
        self.ensure_one()
        self._ensure_own()
        if self.state not in ("reported", "done"):
            self.write(
                {
                    fname: values[fname] or False
                    for fname in PHONE_FIELDS
                    if fname in values
                }
            )
        return self.get_phone_data()

    def phone_step(self, step, latitude=None, longitude=None, at=None):
        """Take one of the big steps; done already means nothing happens.

        :param step: accept, depart, arrive, start or parts
        """
        self.ensure_one()
        at = self._get_phone_time(at)
        position = {"latitude": latitude, "longitude": longitude}
        if step == "accept":
            self.action_accept()
        elif step == "depart":
            self.action_depart(**position, at=at)
        elif step == "arrive":
            self.action_arrive(**position, at=at)
        elif step == "start":
            self.action_start_work(at=at)
        elif step == "parts":
            self.action_request_parts()
        else:
            raise UserError(self.env._("Unknown step."))
        return self.get_phone_data()

    def _get_phone_time(self, at):
        """Return when the button was tapped: never in the future, whatever the clock
        of the phone says, nor before the last step or half a day ago."""
        self.ensure_one()
        now = fields.Datetime.now()
        if not at:
            return now
        last = max(
            filter(
                None,
                (
                    self.dispatched_at,
                    self.accepted_at,
                    self.departed_at,
                    self.arrived_at,
                    now - timedelta(hours=12),
                ),
            )
        )
        return max(min(fields.Datetime.to_datetime(at), now), last)

    def phone_check(self, check_id, values):
        """Tick a check, note a shortage or damage."""
        self.ensure_one()
        check = self.check_ids.filtered(lambda line: line.id == check_id)
        vals = {}
        if "done" in values:
            vals["done"] = bool(values["done"])
            if vals["done"] and not check.quantity_found and "found" not in values:
                vals["quantity_found"] = check.quantity_expected
        if "found" in values:
            vals["quantity_found"] = self._to_quantity(values["found"])
        if "damaged" in values:
            vals["is_damaged"] = bool(values["damaged"])
        if "note" in values:
            vals["note"] = values["note"]
        check.write(vals)
        return self.get_phone_data()

    def phone_part(self, part_id, values):
        """Say how much of a part was used, and the serial numbers.

        :raise UserError: for a serial number the product doesn't have
        """
        self.ensure_one()
        part = self.part_ids.filtered(lambda line: line.id == part_id)
        vals = {}
        if "used" in values:
            vals["quantity_used"] = self._to_quantity(values["used"])
        if "old_lot" in values:
            vals["old_lot_name"] = values["old_lot"]
        if "lot" in values:
            vals["lot_id"] = part._find_lot(values["lot"]).id
        part.write(vals)
        return self.get_phone_data()

    def _is_repeated(self, key):
        """Return whether the call ``key`` of the phone was carried out before, and
        remember it. Of two calls at the same time the database refuses one, as both
        write the order; it is then tried again and found here."""
        self.ensure_one()
        keys = (self.phone_keys or "").split()
        if key in keys:
            return True
        self._set_values(phone_keys=" ".join([*keys, key][-KEYS_KEPT:]))
        return False

    def phone_scan(self, code, key=None):
        """Take a scanned or typed code for a part fitted: a serial number or product
        held by the technician. Scanning the same serial number again does nothing.

        :param key: made by the phone for this scan; the same scan sent again after
            a lost connection counts once
        :raise UserError: when the technician holds no such part
        """
        self.ensure_one()
        self._ensure_own()
        code = (code or "").strip()
        if key and self._is_repeated(str(key)):
            return self.get_phone_data()
        part = self.part_ids.filtered(
            lambda line: (
                line.lot_id.name == code
                or code in (line.product_id.barcode, line.product_id.default_code)
            )
        )[:1]
        if part:
            if part.tracking != "serial":
                part.quantity_used += 1
            elif not part.quantity_used:
                part.quantity_used = 1
            return self.get_phone_data()
        quant = self._find_own_quant(code)
        if not quant:
            raise UserError(
                self.env._("You hold no part with the code %(code)s.", code=code)
            )
        same = self.part_ids.filtered(
            lambda line: line.product_id == quant.product_id and not line.quantity_used
        )[:1]
        if same:
            same.write({"quantity_used": 1, "lot_id": quant.lot_id.id})
        else:
            self.env["aftersales.order.part"].create(
                {
                    "order_id": self.id,
                    "product_id": quant.product_id.id,
                    "lot_id": quant.lot_id.id,
                    "source": "own",
                    "quantity": 0,
                    "quantity_used": 1,
                }
            )
        return self.get_phone_data()

    def phone_photo(self, name, data):
        """Add a photo; the same picture sent again is kept once.

        :param data: base64 of the picture
        :raise UserError: no picture, or larger than 10 MB
        """
        self.ensure_one()
        self._ensure_own()
        try:
            raw = base64.b64decode(data or "", validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The photo can't be read.")) from error
        if not guess_mimetype(raw).startswith("image/") or b"<svg" in raw[:500]:
            raise UserError(self.env._("%(name)s is no picture.", name=name))
        if len(raw) > PHOTO_LIMIT:
            raise UserError(
                self.env._(
                    "%(name)s is larger than 10 MB; take a smaller photo.", name=name
                )
            )
        Attachment = self.env["ir.attachment"]
        checksum = Attachment._compute_checksum(raw)
        self._is_repeated(f"photo-{checksum}")
        if checksum not in self.photo_ids.mapped("checksum"):
            photo = Attachment.create(
                {
                    "name": name or self.env._("Photo"),
                    "raw": raw,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
            self.photo_ids = [fields.Command.link(photo.id)]
        return self.get_phone_data()

    def phone_attendee(self, name, signature):
        """Add a line to the attendance sheet; the same name again only signs it."""
        self.ensure_one()
        line = self.attendee_ids.filtered(lambda attendee: attendee.name == name)[:1]
        if line:
            line.signature = signature
        else:
            self.attendee_ids = [
                fields.Command.create({"name": name, "signature": signature})
            ]
        return self.get_phone_data()

    def phone_submit(self, key, values, latitude=None, longitude=None):
        """Save and hand in the report; with the same key again, nothing changes.

        :param key: made by the phone when the report was begun
        :raise UserError: with the list of what is missing
        """
        self.ensure_one()
        if self.state not in ("reported", "done"):
            self.phone_save(values)
            self.action_submit_report(
                client_key=key, latitude=latitude, longitude=longitude
            )
        return self.get_phone_data()

    def _to_quantity(self, value):
        try:
            quantity = float(value or 0)
        except (TypeError, ValueError):
            quantity = math.nan
        # "nan" and "inf" are floats too
        if not math.isfinite(quantity):
            raise UserError(self.env._("%(value)s is no quantity.", value=value))
        return quantity

    def _find_own_quant(self, code):
        """Return the stock.quant of ``code`` at the technician's own location."""
        # sudo: his own stock, which a technician without stock rights may not read
        location = self.env.user.employee_id.sudo().aftersales_location_id
        if not location or not code:
            return self.env["stock.quant"]
        return (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("location_id", "child_of", location.id),
                    ("quantity", ">", 0),
                    "|",
                    "|",
                    ("lot_id.name", "=", code),
                    ("product_id.barcode", "=", code),
                    ("product_id.default_code", "=", code),
                ],
                limit=1,
            )
        )
