# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from .aftersales_claim_approval import EMERGENCY_KINDS


class AftersalesClaimLine(models.Model):
    """A part is claimed of the machine it belongs to (R-CLM-01)."""

    _inherit = "aftersales.claim.line"

    part_note = fields.Char(
        string="Applicant's Reason",
        copy=False,
        help="Why you claim a part that is not on the parts list of this machine, e.g. "
        "the newer version of which part. The service manager decides.",
    )
    part_reason = fields.Char(
        string="Why This Part",
        copy=False,
        help="Why a part is claimed that is not known of this machine, e.g. a newer "
        "version or a conversion. Written by the service manager.",
    )

    # === CONSTRAINT METHODS ===#
    @api.constrains("claim_id", "order_part_id")
    def _check_fitted_here(self):
        """A part fitted by a service order is claimed with that order, else of the
        machine it was fitted on."""
        for line in self:
            order = line.order_part_id.order_id
            claim = line.claim_id
            if order and (
                claim.order_id != order
                if claim.order_id
                else claim.lot_id != order.lot_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(part)s was not fitted on this machine by %(order)s.",
                        part=line.product_id.display_name,
                        order=order.name,
                    )
                )

    # === ACTION METHODS ===#
    def action_pass_part(self):
        """The service manager lets the parts of ``self`` pass for the reasons their
        applicants gave.

        :raises UserError: no reason was given
        """
        for line in self:
            if not (line.part_note or "").strip():
                raise UserError(
                    self.env._(
                        "The applicant gave no reason for %(part)s: write one.",
                        part=line.product_id.display_name,
                    )
                )
            line.part_reason = line.part_note
        return True

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
    def _get_part_obstacles(self, submitting=False):
        """Return why parts of ``self`` are not those of their machines, in the user's
        words. Parts fitted by a service order are; so are those the service manager
        gave the reason for, and all parts of a machine whose parts nobody has listed.

        :param submitting: the service manager verifies them afterwards, so a part
            with its applicant's reason may go in
        :return: list of str
        """
        # sudo: machine files and parts lists are not every applicant's to read
        lines = self.sudo().filtered(
            lambda line: (
                line.claim_id.lot_id
                and line.decision != "rejected"
                and not line.order_part_id
                and not line.part_reason
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
            elif (
                parts
                and line.product_id not in parts
                and not (submitting and line._is_asked_for())
            ):
                texts.append(line._prepare_foreign_text())
        return texts

    def _is_asked_for(self):
        """Whether the applicant gave a reason that the service manager will judge;
        an emergency goes straight to its approver."""
        self.ensure_one()
        return (
            bool((self.part_note or "").strip())
            and self.claim_id.kind not in EMERGENCY_KINDS
        )

    def _get_other_machines(self):
        """Return the lines whose old serial number sat in another machine when the
        part failed, by the machines' component histories.

        :return: {aftersales.claim.line: stock.lot}
        """
        # the history of a machine may have several in one text as well
        serials = {
            line: dict.fromkeys((line.old_lot_name.strip(), *line._get_old_serials()))
            for line in self
            if (line.old_lot_name or "").strip()
        }
        if not serials:
            return {}
        typed = set().union(*serials.values())
        names = [*typed, *map(str.upper, typed)]
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
        for line, own in serials.items():
            for name in own:
                machines = components.filtered(
                    lambda item, line=line, name=name: (
                        item.product_id == line.product_id
                        and item._was_fitted(name, line.claim_id.failure_date)
                    )
                ).lot_id
                if machines and line.claim_id.lot_id not in machines:
                    elsewhere[line] = machines[0]
                    break
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
                "%(model)s: correct the part or the machine. If it replaces another "
                "part, say so under “Why This Part”; our service decides.",
                **values,
            )
        if (self.part_note or "").strip():
            return self.env._(
                "%(part)s is no part of machine %(machine)s by the parts list of "
                "%(model)s. The applicant says: %(note)s. The service manager lets it "
                "pass (“Let Pass”), corrects the part or returns the claim.",
                **values,
                note=self.part_note.strip(),
            )
        return self.env._(
            "%(part)s is no part of machine %(machine)s by the parts list of "
            "%(model)s: correct the part or the machine, or say why it is this part "
            "(“Applicant's Reason”). The service manager lets it pass (“Why This "
            "Part”).",
            **values,
        )
