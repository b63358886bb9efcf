# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.aftersales_service.tools.language import in_company_language

from .aftersales_request_batch import BATCH_KINDS
from .stock_lot_batch import normalize_batch


class AftersalesBatchAlert(models.Model):
    """Which requests and machines a batch problem is made of (R-INT-11)."""

    _inherit = "aftersales.batch.alert"

    # === BUSINESS METHODS ===#
    @api.model
    def _raise_for(self, requests=None):
        """Raise the alerts due for the batches of ``requests``; for all by default.

        Constant number of queries per company and for each new alert, once per batch,
        however its number is written (R-INT-11).

        :return: the new aftersales.batch.alert records
        """
        new_alerts = self.browse()
        companies = (
            requests.company_id
            if requests is not None
            else self.env["res.company"].search([])
        )
        for company in companies:
            by_batch = self._get_requests_by_batch(company, requests)
            if not by_batch:
                continue
            alerts = {
                (alert.product_id, normalize_batch(alert.production_batch)): alert
                for alert in self.search(
                    [
                        ("company_id", "=", company.id),
                        ("product_id", "in", [product.id for product, _b in by_batch]),
                    ]
                )
            }
            # one machine that fails again and again is a repeat repair (R-INT-10)
            due = [
                key
                for key, found in by_batch.items()
                if key not in alerts
                and len(found.lot_id) >= company.aftersales_batch_count
            ]
            for key in due:
                alert = self._raise_once(company, *key)
                if alert:
                    by_batch[key].batch_alert_id = alert
                    new_alerts |= alert
            for key, alert in alerts.items():
                if key in by_batch:
                    alert._join(by_batch[key])
        # who goes to look on site sees at once how far it reaches
        new_alerts._create_lines()
        new_alerts._notify_raised()
        return new_alerts

    @api.model
    def _raise_once(self, company, product, batch):
        """Raise the alert of a batch. If somebody else raises it at this moment, which
        this transaction cannot see, the requests are kept and join his right after it.

        :return: the new aftersales.batch.alert, or nothing
        """
        vals = {
            "company_id": company.id,
            "product_id": product.id,
            "production_batch": batch,
            "user_id": company._get_aftersales_batch_user().id,
        }
        try:
            with self.env.cr.savepoint():
                return self.create([vals])
        except UniqueViolation as error:
            if error.diag.table_name != self._table:
                raise
        cron = self.env.ref("aftersales_claims.cron_batch_alert", False)
        if cron:
            # sudo: whoever takes a call need not know of scheduled actions
            cron.sudo()._trigger()
        return self.browse()

    @api.model
    def _get_requests_by_batch(self, company, requests=None):
        """Return the requests that count for the alerts of ``company``, on the batches
        of ``requests`` if given.

        :return: {(product.product, batch as compared): aftersales.request}
        """
        Request = self.env["aftersales.request"]
        domain = Request._get_batch_domain(company)
        if requests is not None:
            own = requests.filtered(lambda request: request.company_id == company)
            lots = own.lot_id.filtered("batch_key")
            domain &= Domain("lot_id.product_id", "in", lots.product_id.ids) & Domain(
                "lot_id.batch_key", "in", lots.mapped("batch_key")
            )
        ids = defaultdict(list)
        for lot, found in Request._read_group(domain, ["lot_id"], ["id:recordset"]):
            ids[lot.product_id, lot.batch_key] += found.ids
        return {key: Request.browse(found) for key, found in ids.items()}

    def _join(self, requests):
        """Requests of the batch join their alert; enough of them raise it anew."""
        self.ensure_one()
        if self._needs_raising(requests):
            self._raise_again()
        joining = requests.filtered(lambda request: not request.batch_alert_id)
        joining.batch_alert_id = self
        if joining and self.is_below:
            self._write_guarded({"is_below": self._has_too_few()})

    def _concerns(self, request):
        """Return whether ``request`` tells of a fault of this batch."""
        self.ensure_one()
        lot = request.lot_id
        return (
            request.company_id == self.company_id
            and request.state != "cancelled"
            and request.kind_code in BATCH_KINDS
            and lot.product_id == self.product_id
            and lot.batch_key == normalize_batch(self.production_batch)
        )

    def _has_too_few(self):
        self.ensure_one()
        return len(self.request_ids.lot_id) < self.company_id.aftersales_batch_count

    def _tell_left(self, requests):
        """``requests`` have left the alert: its figures follow; if the rest would not
        raise it, whoever is responsible is told and decides."""
        self.ensure_one()
        self.message_post(
            body=self.env._(
                "%(requests)s left the alert: the serial number, its batch or the kind "
                "was corrected, or the request was cancelled or deleted. Machines that "
                "are left: %(count)s.",
                requests=", ".join(requests.mapped("name")),
                count=len(self.request_ids.lot_id),
            )
        )
        was_below = self.is_below
        self._write_guarded({"is_below": self._has_too_few()})
        if self.is_below and not was_below and self.state in ("raised", "confirmed"):
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=self._get_responsible().id,
                summary=self.env._(
                    "Too few machines are left of batch %(batch)s: look again whether "
                    "it is a batch problem",
                    batch=self.production_batch,
                ),
            )

    def _create_lines(self):
        """List every machine of the batch, at customers and in stock, once."""
        for alert in self:
            # sudo: quality need not read stock to learn what lies in it
            lots = (
                self.env["stock.lot"]
                .sudo()
                .search(
                    [
                        ("product_id", "=", alert.product_id.id),
                        ("batch_key", "=", normalize_batch(alert.production_batch)),
                        ("company_id", "in", (False, alert.company_id.id)),
                        ("id", "not in", alert.line_ids.lot_id.ids),
                    ]
                )
            )
            in_stock, elsewhere = alert._find_stock(lots)
            vals_list = []
            for lot in lots - elsewhere:
                location, quantity = in_stock.get(lot, (False, 1.0))
                vals_list.append(
                    {
                        "alert_id": alert.id,
                        "lot_id": lot.id,
                        "partner_id": False if location else lot.customer_id.id,
                        "location_id": location and location.id,
                        "quantity": quantity,
                    }
                )
            # sudo: what is concerned follows from the batch, nobody adds to it
            self.env["aftersales.batch.alert.line"].sudo().create(vals_list)

    def _find_stock(self, lots):
        """Return where ``lots`` lie in the stock of the company, and those that are
        not to be taken back: another company's, or where they are taken to already.

        :return: {stock.lot: (a stock.location, quantity in all)}, stock.lot records
        """
        self.ensure_one()
        own, elsewhere = {}, lots.browse()
        taken_to = self.company_id._get_aftersales_taken_back_locations()
        # sudo: quality need not read stock to learn what lies in it
        for lot, location, quantity in (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "in", lots.ids),
                    ("location_id.usage", "=", "internal"),
                    ("quantity", ">", 0),
                ],
                ["lot_id", "location_id"],
                ["quantity:sum"],
            )
        ):
            if location in taken_to or location.company_id != self.company_id:
                elsewhere |= lot
            else:
                first, before = own.get(lot, (location, 0))
                own[lot] = (first, before + quantity)
        return own, elsewhere.filtered(
            # a customer may have other pieces of a lot
            lambda lot: (
                lot not in own
                and (lot.product_id.tracking == "serial" or not lot.customer_id)
            )
        )

    def _get_responsible(self):
        """Return who looks on site: who is named, while he is there."""
        self.ensure_one()
        return (
            self.user_id.filtered("active")
            or self.company_id._get_aftersales_batch_user()
            or self.env.user
        )

    def _hand_over_todos(self, before):
        """What was to be done by ``before`` is done by who is responsible now."""
        self.ensure_one()
        if before and before != self.user_id:
            # sudo: they are somebody else's
            todos = self.sudo().activity_ids.filtered(
                lambda todo: todo.automated and todo.user_id == before
            )
            todos.user_id = self._get_responsible()

    def _notify_raised(self):
        for alert in self:
            alert.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=alert._get_responsible().id,
                date_deadline=alert.company_id._get_aftersales_date(alert.deadline),
                summary=self.env._(
                    "Recognise the batch problem on site: %(batch)s",
                    batch=alert.production_batch,
                ),
            )

    def _tell_late(self):
        """The time for recognising is over: whoever is responsible is written to. His
        to-do is there since the alert was raised, or comes back."""
        for alert in self:
            alert.message_post(
                body=self.env._(
                    "Batch %(batch)s was to be recognised on site until %(date)s.",
                    batch=alert.production_batch,
                    date=format_date(
                        self.env, alert.company_id._get_aftersales_date(alert.deadline)
                    ),
                ),
                partner_ids=alert._get_responsible().partner_id.ids,
            )
        self.filtered(lambda alert: not alert.activity_ids)._notify_raised()

    # === CRON ===#
    @api.model
    @in_company_language
    def _cron_detect(self):
        """Raise what intake did not see; tell those responsible for late ones."""
        self._raise_for()
        late = self.search([("is_late", "=", True), ("warned", "=", False)])
        late._tell_late()
        late._write_guarded({"warned": True})
