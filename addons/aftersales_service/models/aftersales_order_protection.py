# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.guard import check_computed

#: what only dispatchers plan; a technician can't move his own appointment
PLANNING_FIELDS = {
    "request_id",
    "kind",
    "company_id",
    "department_id",
    "partner_id",
    "site_id",
    "lot_id",
    "technician_id",
    "technician_ids",
    "planned_start",
    "planned_end",
    "travel_hours",
    "required_grade",
    "required_skill_ids",
    "override_reason",
    "station_id",
}
#: written by the actions alone
ACTION_FIELDS = {
    "state",
    "dispatched_at",
    "accepted_at",
    "departed_at",
    "arrived_at",
    "work_started_at",
    "finished_at",
    "reported_at",
    "report_key",
    "phone_keys",
    "report_mail_state",
    "signed_on",
    "consent_on",
    "accepted_on",
    "sale_order_id",
    "origin_order_id",
    "dealer_told_at",
    "is_history",
    "departed_latitude",
    "departed_longitude",
    "arrived_latitude",
    "arrived_longitude",
    "finished_latitude",
    "finished_longitude",
}
#: what the work is charged by; the technician's until he reports
CHARGE_FIELDS = {"charged_hours", "charged_distance"}


class AftersalesOrder(models.Model):
    """Who may write what on an order, and when; what fits together (R-DSP-01, -09)."""

    _inherit = "aftersales.order"

    # === CONSTRAINT METHODS ===#
    @api.constrains("planned_start", "planned_end")
    def _check_planned_end(self):
        for order in self:
            if order.planned_end and not order.planned_start:
                raise ValidationError(
                    self.env._(
                        "Service order %(order)s has an end but no appointment.",
                        order=order.name,
                    )
                )

    @api.constrains("request_id", "lot_id", "partner_id")
    def _check_machine_owner(self):
        """A machine sold on to someone else isn't served on the old owner's order."""
        for order in self:
            owner = order.lot_id.customer_id.commercial_partner_id
            if (
                order.state == "draft"
                and owner
                and order.partner_id
                and owner != order.partner_id.commercial_partner_id
                and owner.dealer_id != order.partner_id.commercial_partner_id
                and not owner.is_dealer
            ):
                raise ValidationError(
                    self.env._(
                        "Machine %(machine)s belongs to %(owner)s, not to "
                        "%(customer)s. Correct the machine file or the customer.",
                        machine=order.lot_id.name,
                        owner=owner.name,
                        customer=order.partner_id.name,
                    )
                )

    # === CRUD METHODS ===#
    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        for order in self:
            if order.state not in ("draft", "cancelled"):
                raise UserError(
                    self.env._(
                        "Service order %(order)s is in use; cancel it instead.",
                        order=order.name,
                    )
                )
            if order.picking_ids:
                raise UserError(
                    self.env._(
                        "Parts were moved for service order %(order)s; it stays "
                        "on file.",
                        order=order.name,
                    )
                )

    # === BUSINESS METHODS ===#
    def _check_create_fields(self, vals_list):
        """Orders start as "to schedule"; a manager may bring in past ones (import).

        :raise AccessError: otherwise
        """
        for vals in vals_list:
            check_computed(self.browse(), vals)
        if self.env.su or self.env.user.has_group("aftersales_service.group_manager"):
            return
        for vals in vals_list:
            self._check_override(vals)
            given = {fname for fname in ACTION_FIELDS & vals.keys() if vals[fname]}
            if given - {"state"} or vals.get("state", "draft") != "draft":
                raise AccessError(
                    self.env._("States and time stamps are set by the buttons alone.")
                )

    def _check_protected_fields(self, vals):
        """Planning is the dispatcher's; states and stamps are the actions'; a report
        handed in stays as it was signed.

        :raise AccessError, UserError: otherwise (R-DSP-01, R-DSP-09)
        """
        if self.env.su:
            return
        check_computed(self, vals, written=True)
        if ACTION_FIELDS & vals.keys():
            raise AccessError(
                self.env._("States and time stamps are set by the buttons alone.")
            )
        self._check_override(vals)
        if PLANNING_FIELDS & vals.keys() and not self._is_dispatcher():
            raise AccessError(
                self.env._("Only the dispatcher changes the planning of an order.")
            )
        locked = self._get_report_fields()
        if not self._is_dispatcher():
            locked |= CHARGE_FIELDS
        if locked & vals.keys():
            self._check_report_open()

    def _check_report_open(self):
        """:raise UserError: the report is handed in: what it says stays, on the order
        and on the lines that belong to it (R-DSP-09)"""
        if self.env.su:
            return
        if any(order.state in ("reported", "done") for order in self):
            raise UserError(
                self.env._(
                    "The report was handed in and signed; a manager has to "
                    "reopen it before anything in it changes."
                )
            )

    def _check_override(self, vals):
        """:raise AccessError: a conflict is passed over by others than the service
        manager (R-DSP-01)"""
        if vals.get("override_reason") and not self.env.user.has_group(
            "aftersales_service.group_manager"
        ):
            raise AccessError(
                self.env._(
                    "Only the service manager dispatches in spite of a conflict."
                )
            )

    def _is_dispatcher(self):
        return self.env.su or self.env.user.has_group(
            "aftersales_service.group_dispatcher"
        )
