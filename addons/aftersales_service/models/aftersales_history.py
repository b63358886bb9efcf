# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import math
from collections import Counter
from datetime import date, datetime, time

from odoo import api, fields, models
from odoo.tools import SQL

#: what files write where there is no value
MISSING_VALUES = {"", "NA", "N/A", "-"}


class AftersalesHistory(models.Model):
    """A past work order as another system's file wrote it.

    Imported with Odoo's own import (list view > Import records). Each line keeps
    the file's texts untouched and becomes a machine, a closed request and a done
    order; what could not be read is named in ``problem`` and never dropped.
    Lines are identified by their content and their occurrence in the file, so the
    same file can be imported again without duplicates.
    """

    _name = "aftersales.history"
    _description = "Imported Work Order"
    _order = "event_date desc, id desc"
    _rec_name = "short_text"
    _check_company_auto = True

    # === FIELDS ===#
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    # as written in the file
    raw_date = fields.Char(string="Date (as written)")
    raw_cost = fields.Char(string="Cost (as written)")
    raw_running_hours = fields.Char(string="Running Time (as written)")
    asset = fields.Char(help="Serial number or name of the machine.")
    short_text = fields.Char()
    work_type = fields.Char(help="Type of work, for example PM01.")
    major_system = fields.Char(index=True)
    part = fields.Char()
    action = fields.Char()
    variant = fields.Char()
    failure_mode = fields.Char()
    location = fields.Char(string="Position")
    functional_location = fields.Char()
    comments = fields.Char()
    suspension = fields.Char()
    rule = fields.Char(string="Classification Rule")
    # as understood
    event_date = fields.Date(string="Date", index=True, readonly=True)
    cost = fields.Monetary(readonly=True, aggregator="sum")
    running_hours = fields.Float(readonly=True, aggregator=None)
    is_warranty = fields.Boolean(string="Warranty Item", readonly=True)
    is_repeat = fields.Boolean(
        string="Repeat Repair",
        readonly=True,
        help="The same machine had an earlier order at the same functional location "
        "within the repeat-repair window.",
    )
    problem = fields.Char(
        readonly=True, help="What of this line of the file could not be read."
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Machine",
        index="btree_not_null",
        readonly=True,
        check_company=True,
    )
    request_id = fields.Many2one(
        "aftersales.request", index="btree_not_null", readonly=True, check_company=True
    )
    order_id = fields.Many2one(
        "aftersales.order", index="btree_not_null", readonly=True, check_company=True
    )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(
            [{**vals, **self._prepare_parsed_vals(vals)} for vals in vals_list]
        )
        lines._create_machines()
        lines._create_cases()
        return lines

    def write(self, vals):
        if self._get_raw_fields() & vals.keys():
            vals = {**vals, **self._prepare_parsed_vals({**self._read_raw(), **vals})}
        return super().write(vals)

    @api.model
    def load(self, fields, data):
        """Name each row by its content, so that a repeated import finds it."""
        fields, data = self._add_row_ids(fields, data)
        result = super().load(fields, data)
        if result.get("ids"):
            self.browse(result["ids"])._flag_repeat_repairs()
        return result

    # === BUSINESS METHODS ===#
    @api.model
    def _add_row_ids(self, field_names, rows):
        """Return ``(field names, rows)`` with an external identifier per row.

        The identifier is the hash of the row and of its occurrence among equal
        rows: two equal work orders of one file stay two."""
        if "id" in field_names or ".id" in field_names:
            return field_names, rows
        seen = Counter()
        identified = []
        for row in rows:
            content = "\x1f".join(str(cell) for cell in row)
            seen[content] += 1
            key = f"{self.env.company.id}\x1f{content}\x1f{seen[content]}"
            digest = hashlib.sha256(key.encode()).hexdigest()[:32]
            identified.append([*row, f"aftersales_history.row_{digest}"])
        return [*field_names, "id"], identified

    @api.model
    def _get_raw_fields(self):
        return {"raw_date", "raw_cost", "raw_running_hours", "asset", "comments"}

    def _read_raw(self):
        if len(self) != 1:
            return {}
        return {name: self[name] for name in self._get_raw_fields()}

    @api.model
    def _prepare_parsed_vals(self, vals):
        """Return what the texts of one line mean, and what could not be read."""
        problems = []
        event_date = self._parse_date(vals.get("raw_date"), problems)
        if self._is_missing(vals.get("asset")):
            problems.append(self.env._("the machine is missing"))
        return {
            "event_date": event_date,
            "cost": self._parse_number(
                vals.get("raw_cost"), self.env._("Cost"), problems
            ),
            "running_hours": self._parse_number(
                vals.get("raw_running_hours"), self.env._("Running time"), problems
            ),
            "is_warranty": "warranty" in (vals.get("comments") or "").lower(),
            "problem": "; ".join(problems) or False,
        }

    @api.model
    def _is_missing(self, text):
        return (text or "").strip() in MISSING_VALUES

    @api.model
    def _parse_date(self, text, problems):
        text = (text or "").strip()
        try:
            return date.fromisoformat(text)
        except ValueError:
            problems.append(self.env._("the date “%(text)s” is unreadable", text=text))
            return False

    @api.model
    def _parse_number(self, text, label, problems):
        if self._is_missing(text):
            return 0.0
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            problems.append(
                self.env._(
                    "%(field)s “%(text)s” is not a number", field=label, text=text
                )
            )
            return 0.0
        return number

    def _create_machines(self):
        """Link the lines to their machines, creating the missing machine files."""
        for company, lines in self.grouped("company_id").items():
            named = lines.filtered(lambda line: not self._is_missing(line.asset))
            names = list(dict.fromkeys(named.mapped("asset")))
            if not names:
                continue
            Lot = self.env["stock.lot"]
            lots = Lot.search(
                [
                    ("name", "in", names),
                    ("is_machine", "=", True),
                    ("company_id", "in", [company.id, False]),
                ]
            )
            known = set(lots.mapped("name"))
            lots |= Lot.create(
                [
                    self._prepare_machine_vals(company, name)
                    for name in names
                    if name not in known
                ]
            )
            lot_by_name = {lot.name: lot for lot in lots}
            for name, same in named.grouped("asset").items():
                same.lot_id = lot_by_name[name]

    @api.model
    def _prepare_machine_vals(self, company, name):
        product = company.aftersales_history_product_id or self.env.ref(
            "aftersales_service.product_imported_machine"
        )
        return {"name": name, "product_id": product.id, "company_id": company.id}

    def _create_cases(self):
        """Create the closed request and the done order of each readable line."""
        lines = self.filtered(
            lambda line: line.event_date and line.lot_id and not line.order_id
        )
        quiet = {
            "aftersales_history": True,
            "tracking_disable": True,
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
        }
        kind = self.env.ref("aftersales_service.kind_repair")
        requests = (
            self.env["aftersales.request"]
            .with_context(**quiet)
            .create([line._prepare_request_vals(kind) for line in lines])
        )
        orders = (
            self.env["aftersales.order"]
            .with_context(**quiet)
            .create(
                [
                    line._prepare_order_vals(request)
                    for line, request in zip(lines, requests, strict=True)
                ]
            )
        )
        for line, request, order in zip(lines, requests, orders, strict=True):
            line.request_id = request
            line.order_id = order

    def _get_event_datetime(self):
        # noon UTC is the same calendar day from UTC-12 to UTC+11
        return datetime.combine(self.event_date, time(12))

    def _prepare_request_vals(self, kind):
        self.ensure_one()
        return {
            "name": f"H{self.event_date:%y%m%d}-{self.id}",
            "state": "closed",
            "is_history": True,
            "channel": "internal",
            "kind_id": kind.id,
            "user_id": False,
            "company_id": self.company_id.id,
            "reported_at": self._get_event_datetime(),
            "lot_id": self.lot_id.id,
            "product_id": self.lot_id.product_id.id,
            "partner_id": self.lot_id.customer_id.id,
            "fault": self.short_text,
            "solution": self.action,
        }

    def _prepare_order_vals(self, request):
        self.ensure_one()
        at = self._get_event_datetime()
        return {
            "name": f"H{self.event_date:%y%m%d}-{self.id}/1",
            "state": "done",
            "is_history": True,
            "request_id": request.id,
            "company_id": self.company_id.id,
            "partner_id": request.partner_id.id,
            "lot_id": self.lot_id.id,
            "planned_start": at,
            "finished_at": at,
            "fault_found": self.short_text,
            "cause": self.failure_mode,
            "solution": self.action,
            "functional_location": self.functional_location,
            "machine_hours": self.running_hours,
            "history_cost": self.cost,
        }

    def _flag_repeat_repairs(self):
        """Flag the lines whose machine had an earlier order at the same functional
        location within the company's window (R-INT-10)."""
        self.flush_model()
        # set-based: each line is compared with its predecessor, whatever the number
        self.env.cr.execute(
            SQL(
                """
                UPDATE aftersales_history AS line
                   SET is_repeat = found.is_repeat
                  FROM (
                    SELECT history.id,
                           COALESCE(
                               history.event_date - LAG(history.event_date) OVER (
                                   PARTITION BY history.company_id, history.lot_id,
                                                history.functional_location
                                   ORDER BY history.event_date, history.id
                               ) <= company.aftersales_repeat_days,
                               FALSE
                           ) AS is_repeat
                      FROM aftersales_history AS history
                      JOIN res_company AS company ON company.id = history.company_id
                     WHERE history.company_id = ANY(%(companies)s)
                       AND history.lot_id = ANY(%(lots)s)
                       AND history.event_date IS NOT NULL
                  ) AS found
                 WHERE line.id = found.id
                   AND line.is_repeat IS DISTINCT FROM found.is_repeat
                """,
                companies=self.company_id.ids,
                lots=self.lot_id.ids,
            )
        )
        self.invalidate_model(["is_repeat"])

    # === ACTION METHODS ===#
    def action_open_request(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.request",
            "res_id": self.request_id.id,
            "view_mode": "form",
        }
