# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from math import ceil

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..tools.serials import split_serials


class AftersalesClaimLine(models.Model):
    _inherit = "aftersales.claim.line"

    part_return_ids = fields.One2many(
        "aftersales.part.return", "claim_line_id", string="Old Parts"
    )
    is_invalid = fields.Boolean(
        string="Invalid",
        readonly=True,
        copy=False,
        help="The old part was not returned in time (R-CLM-11).",
    )
    lapse = fields.Json(
        string="Decision before the Lapse",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="What was decided on the line before its old part was not returned, and "
        "the reason written then: a part accepted late brings it back.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # sudo: whoever claims need not write old parts
        self.env["aftersales.part.return"].sudo().search(
            [("order_part_id", "in", lines.order_part_id.ids)]
        )._link_claim_lines()
        return lines

    def _expect_old_parts(self):
        """Ask no more for old parts beyond the quantity approved; return the values of
        the tags of those nobody is asked for yet.

        :return: list of dict
        """
        self.ensure_one()
        tags = self.part_return_ids.filtered(lambda part: part.state != "cancelled")
        if self.order_part_id:
            expects_all = tags or not self.approved_quantity
            return [] if expects_all else self._prepare_part_return_vals_list()
        uom = self.product_id.uom_id
        missing = self.approved_quantity - sum(tags.mapped("quantity"))
        if uom.compare(missing, 0) > 0:
            return self._prepare_part_return_vals_list(uom.round(missing))
        tags._expect_less(-missing)
        return []

    def _prepare_part_return_vals_list(self, quantity=None):
        """Return the values of the tags of old parts: one for each piece that has a
        serial number.

        :param quantity: how many come back, all that are approved by default
        """
        self.ensure_one()
        if self.order_part_id:
            vals_list = self.order_part_id._prepare_part_return_vals_list()
            return [{**vals, "claim_line_id": self.id} for vals in vals_list]
        claim = self.claim_id
        company = self.company_id
        if quantity is None:
            quantity = self.approved_quantity
        vals = {
            "claim_line_id": self.id,
            "order_id": claim.order_id.id,
            "request_id": claim.request_id.id,
            "machine_id": claim.lot_id.id,
            "company_id": company.id,
            "product_id": self.product_id.id,
            "supplier_id": self.supplier_id.id,
            "quantity": quantity,
            "old_lot_name": self.old_lot_name,
            "due_date": company._get_aftersales_today()
            + relativedelta(days=company.aftersales_old_part_days),
            **(
                claim.order_id._prepare_part_return_holder_vals()
                if claim.order_id
                else self._prepare_holder_vals()
            ),
        }
        if self.product_id.tracking != "serial":
            return [vals]
        # a piece is a piece, also where only half of one was claimed
        names = split_serials(self.old_lot_name, ceil(round(quantity, 6)))
        tags = self.part_return_ids.filtered(lambda part: part.state != "cancelled")
        asked = set(tags.mapped("old_lot_name"))
        return [
            {**vals, "quantity": 1.0, "old_lot_name": name not in asked and name}
            for name in names
        ]

    def _prepare_holder_vals(self):
        """Return who has the old part of a claim without a visit: the station that
        entered it, else the customer."""
        claim = self.claim_id
        station = claim.station_id or (
            claim.partner_id.is_service_station and claim.partner_id
        )
        if station:
            return {"holder_kind": "station", "holder_partner_id": station.id}
        return {"holder_kind": "customer", "holder_partner_id": claim.partner_id.id}

    def _reject_lapsed(self, reason):
        """Reject the lines of old parts that did not come back, until one is accepted
        late (R-CLM-11)."""
        for line in self:
            vals = {
                "lapse": {
                    "decision": line.decision,
                    "approved_quantity": line.approved_quantity,
                    "reason": line.reason,
                    "lapse_reason": reason,
                }
            }
            # what somebody has refused keeps his reason
            if line.decision != "rejected":
                vals.update(decision="rejected", reason=reason)
            line.write(vals)

    def _restore_lapsed(self):
        """The old part was accepted late: the line is as it was before; what somebody
        has decided since stays."""
        for line in self.filtered(lambda line: line.decision == "rejected"):
            before = line.lapse or {}
            # lapsed before this was kept, it is open again as it was then
            if line.is_invalid and line.reason == before.get(
                "lapse_reason", line.reason
            ):
                vals = {"decision": "pending", "reason": False}
                if line.state == "to_approve" and before.get("decision") == "reduced":
                    vals = {
                        name: before[name]
                        for name in ("decision", "approved_quantity", "reason")
                    }
                line.write(vals)
        self.lapse = False
