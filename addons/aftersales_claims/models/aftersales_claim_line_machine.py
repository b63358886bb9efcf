# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date


class AftersalesClaimLine(models.Model):
    """A part is claimed of the machine it belongs to (R-CLM-01)."""

    _inherit = "aftersales.claim.line"

    part_reason = fields.Char(
        string="Why This Part",
        copy=False,
        help="Why a part is claimed that is not known of this machine, e.g. a newer "
        "version or a conversion. Written by the service manager.",
    )

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("part_reason") for vals in vals_list):
            self._check_may_excuse()
        lines = super().create(vals_list)
        lines._check_amended_parts()
        return lines

    def write(self, vals):
        if "part_reason" in vals:
            self._check_may_excuse()
        res = super().write(vals)
        if {"product_id", "old_lot_name"} & set(vals):
            self._check_amended_parts()
        return res

    def _check_may_excuse(self):
        if not self.env.su and not self.env.user.has_group(
            "aftersales_service.group_manager"
        ):
            raise AccessError(
                self.env._(
                    "The service manager says why a part is claimed that is not known "
                    "of the machine."
                )
            )

    def _check_amended_parts(self):
        """Nobody submits again what the manager amends on an approved claim; it may be
        with its approvers once more by now.

        :raises UserError: a part is not of its machine, or out of warranty
        """
        self.claim_id.filtered(
            lambda claim: claim.state in ("to_approve", "approved")
        )._check_parts()

    # === BUSINESS METHODS ===#
    def _get_part_obstacles(self):
        """Return why parts of ``self`` are not those of their machines, in the user's
        words. Parts fitted by a service order are; so are those somebody gave the
        reason for, and all parts of a machine whose parts nobody has listed.

        :return: list of str
        """
        # sudo: machine files and parts lists are not every applicant's to read
        lines = self.sudo().filtered(
            lambda line: (
                line.claim_id.lot_id and not line.order_part_id and not line.part_reason
            )
        )
        if not lines:
            return []
        elsewhere = lines._get_other_machines()
        known = lines.claim_id.lot_id._get_known_parts()
        texts = []
        for line in lines:
            parts = known[line.claim_id.lot_id]
            if line in elsewhere:
                texts.append(line._prepare_elsewhere_text(elsewhere[line]))
            elif parts and line.product_id not in parts:
                texts.append(line._prepare_foreign_text())
        return texts

    def _get_other_machines(self):
        """Return the lines whose old serial number sat in another machine when the
        part failed, by the machines' component histories.

        :return: {aftersales.claim.line: stock.lot}
        """
        serials = {
            line: serial
            for line in self
            if (serial := (line.old_lot_name or "").strip())
        }
        if not serials:
            return {}
        names = list({*serials.values(), *map(str.upper, serials.values())})
        components = self.env["aftersales.machine.component"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("company_id", "in", self.company_id.ids),
                "|",
                ("serial", "in", names),
                ("old_serial", "in", names),
            ]
        )
        elsewhere = {}
        for line, serial in serials.items():
            machines = components.filtered(
                lambda item, line=line, serial=serial: (
                    item.product_id == line.product_id
                    and item._was_fitted(serial, line.claim_id.failure_date)
                )
            ).lot_id
            if machines and line.claim_id.lot_id not in machines:
                elsewhere[line] = machines[0]
        return elsewhere

    def _prepare_elsewhere_text(self, machine):
        self.ensure_one()
        values = {
            "part": self.product_id.display_name,
            "serial": self.old_lot_name,
            "date": format_date(self.env, self.claim_id.failure_date),
            "machine": self.claim_id.lot_id.name,
        }
        if self.env.user.share:
            # a station does not learn which machine of which customer it was
            return self.env._(
                "%(part)s with serial number %(serial)s was not in machine "
                "%(machine)s on %(date)s: correct the serial number or the machine.",
                **values,
            )
        return self.env._(
            "%(part)s with serial number %(serial)s was in machine %(other)s on "
            "%(date)s, not in %(machine)s: correct the serial number or the machine.",
            **values,
            other=machine.name,
        )

    def _prepare_foreign_text(self):
        self.ensure_one()
        values = {
            "part": self.product_id.display_name,
            "machine": self.claim_id.lot_id.name,
            "model": self.claim_id.lot_id.product_id.display_name,
        }
        if self.env.user.share:
            return self.env._(
                "%(part)s is no part of machine %(machine)s by the parts list of "
                "%(model)s: correct the part or the machine, or ask our service to "
                "enter the claim.",
                **values,
            )
        return self.env._(
            "%(part)s is no part of machine %(machine)s by the parts list of "
            "%(model)s: correct the part or the machine. The service manager can let "
            "it pass by saying why (“Why This Part”).",
            **values,
        )
