# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.aftersales_service.tools.language import in_company_language


class AftersalesPartReturn(models.Model):
    """The supplier's five days to collect his parts (R-CLM-12)."""

    _inherit = "aftersales.part.return"

    def _after_inspection(self):
        """What quality judges after the statement was sent is the supplier's to
        collect as well: he is told, and his days begin."""
        res = super()._after_inspection()
        # sudo: who inspects need not have rights on statements
        lines = (
            self.env["aftersales.recovery.line"]
            .sudo()
            .search(
                [
                    ("part_return_ids", "in", self.ids),
                    ("state", "not in", ("dropped", "cancelled")),
                    ("recovery_id.state", "in", ("sent", "answered", "credited")),
                ]
            )
        )
        told = defaultdict(self.browse)
        for part in self:
            if line := part._get_fee_line(lines):
                told[line.recovery_id] |= part
        for statement, own in told.items():
            if parts := own._notify_supplier():
                statement.message_post(
                    body=self.env._(
                        "Please collect before %(date)s: %(parts)s.",
                        date=format_date(
                            self.env, max(parts.mapped("collect_deadline"))
                        ),
                        parts=", ".join(
                            f"{part.product_id.display_name} ({part.name})"
                            for part in parts
                        ),
                    ),
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
        return res

    def _notify_supplier(self):
        """Start the clock of the parts that go back to their supplier, on the day of
        the company: he has his days whole, wherever the clerk sits.

        :return: the parts whose clock starts now
        """
        waiting = self.filtered(
            lambda p: (
                p.disposition == "supplier"
                and p.state == "inspected"
                and not p.collect_deadline
            )
        )
        for part in waiting:
            today = part.company_id._get_aftersales_today()
            part._write_guarded(
                {
                    "collect_notified_on": today,
                    "collect_deadline": today
                    + relativedelta(days=part.company_id.aftersales_collect_days),
                }
            )
        return waiting

    def action_collected(self):
        """The supplier collects: dispatched to him by transfer."""
        for part in self:
            if part.disposition != "supplier":
                raise UserError(
                    self.env._("%(name)s does not go to a supplier.", name=part.name)
                )
        self.action_dispose()
        return True

    def _dispose_at_supplier_cost(self):
        """Scrap what was not collected; the fee goes on his statement line."""
        self.lock_for_update()
        self._scrap()
        self._write_guarded({"state": "done", "disposed_at_supplier_cost": True})
        self._charge_disposal_fees()
        for part in self:
            part.message_post(
                body=self.env._(
                    "Not collected before %(date)s: disposed of at the supplier's "
                    "cost.",
                    date=format_date(self.env, part.collect_deadline),
                )
            )

    def _charge_disposal_fees(self):
        """Put what the setting says on the line of whoever left each part."""
        # sudo: the cron charges, whoever it runs as
        lines = (
            self.env["aftersales.recovery.line"]
            .sudo()
            .search(
                [
                    ("part_return_ids", "in", self.ids),
                    ("state", "!=", "dropped"),
                    ("share_id.liability_id.state", "=", "posted"),
                    ("share_id.state", "!=", "reversed"),
                ]
            )
        )
        left = defaultdict(self.browse)
        for part in self:
            if line := part._get_fee_line(lines):
                left[line] |= part
        for line, parts in left.items():
            line._charge_disposal_fee(
                line.company_id.aftersales_disposal_fee * len(parts)
            )

    def _get_fee_line(self, lines):
        """Return the one of ``lines`` that bears the disposal fee of the part: of the
        supplier who should have collected it, on a live statement, or on a cancelled
        one, from which the next takes it over."""
        self.ensure_one()
        supplier = self.supplier_id.commercial_partner_id
        return lines.filtered(lambda line: self in line.part_return_ids).sorted(
            lambda line: (
                line.partner_id.commercial_partner_id != supplier,
                line.state == "cancelled",
                -line.id,
            )
        )[:1]

    @api.model
    @in_company_language
    def _cron_collect(self, limit=200):
        """Dispose of what suppliers left past their days."""
        for company in self.env["res.company"].search([]):
            parts = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "inspected"),
                    ("disposition", "=", "supplier"),
                    ("collect_deadline", "<", company._get_aftersales_today()),
                ],
                limit=limit,
            )
            if parts:
                parts._dispose_at_supplier_cost()
            self.env["ir.cron"]._commit_progress(len(parts))
