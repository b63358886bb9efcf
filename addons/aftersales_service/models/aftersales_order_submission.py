# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.jobs import trigger_job
from ..tools.language import in_company_language
from .aftersales_order_report import UNFINISHED


class AftersalesOrder(models.Model):
    """Handing in the report, and everything that follows from it (R-DSP-09)."""

    _inherit = "aftersales.order"

    # === ACTION METHODS ===#
    def action_submit_report(self, client_key=None, latitude=None, longitude=None):
        """Hand in the report (R-DSP-09): parts are booked out, the request's clock
        stops, the customer gets his copy, unfinished work its follow-on order.

        Submitting again, by double click or after a lost connection, does nothing.

        :param client_key: key made by the phone for this submission
        :raise UserError: with the list of what is missing
        """
        remote = self.filtered(lambda o: o.kind == "remote" and o.state == "accepted")
        remote.action_arrive()
        orders = self._to_move(("on_site",), "reported")
        if not orders:
            return True
        orders._ensure_own()
        for order in orders:
            missing = order._get_report_blockers()
            if missing:
                raise UserError(
                    self.env._(
                        "The report of %(order)s is incomplete:\n%(missing)s",
                        order=order.name,
                        missing="\n".join(f"- {text}" for text in missing),
                    )
                )
        now = fields.Datetime.now()
        if client_key and len(orders) == 1:
            orders._set_values(report_key=client_key)
        for order in orders:
            order._set_values(
                finished_at=order.finished_at or now,
                work_started_at=order.work_started_at
                or (order.outcome != "absent" and order.arrived_at),
                **self._prepare_position("finished", latitude, longitude),
            )
        orders._fit_parts()
        orders._set_state("reported", reported_at=now, report_mail_state="to_send")
        orders._accept_machines()
        orders._register_fitted_parts()
        orders.action_return_parts()
        orders._create_follow_on()
        orders._report_shortages()
        orders._log_step(self.env._("Report handed in."))
        fixed = orders.filtered(lambda order: order.outcome == "fixed")
        for order in fixed:
            order.request_id._sla_reach("resolve", at=order.finished_at)
        orders._after_report()
        orders.request_id._apply_order_states()
        # sends the copies: no PDF is rendered on the phone
        trigger_job(self.env, "aftersales_service.cron_send_reports")
        return True

    def action_reopen_report(self):
        """A manager takes a report back to be corrected; signature and key are void.

        Parts booked out stay so and aren't booked twice.
        """
        if not self.env.user.has_group("aftersales_service.group_manager"):
            raise AccessError(self.env._("The service manager reopens reports."))
        orders = self.filtered(lambda order: order.state == "reported")
        orders._set_state(
            "on_site",
            reported_at=False,
            finished_at=False,
            report_key=False,
            report_mail_state=False,
            customer_signature=False,
            signed_by=False,
        )
        orders._log_step(self.env._("Report reopened; the signature is void."))
        orders.request_id._apply_order_states()
        return True

    # === BUSINESS METHODS ===#
    def _accept_machines(self):
        """An accepted commissioning starts the warranty (R-DSP-12)."""
        for order in self:
            if order.kind != "commissioning" or order.acceptance_result not in (
                "accepted",
                "reservation",
            ):
                continue
            accepted_on = fields.Date.context_today(order, order.finished_at)
            order._set_values(accepted_on=accepted_on)
            # sudo: the machine file is no technician's to edit; the signed
            # acceptance is what sets its date
            lot = order.sudo().lot_id
            if lot and not lot.acceptance_date:
                lot.acceptance_date = accepted_on

    def _create_follow_on(self):
        """Put unfinished work back "to schedule" as a linked order, once."""
        vals_list = [
            order._prepare_follow_on_vals()
            for order in self
            if order.outcome in UNFINISHED and not order.sudo().follow_on_ids
        ]
        # sudo: technicians don't create orders; this one only repeats their own
        follow_ons = self.sudo().create(vals_list)
        for follow_on in follow_ons:
            follow_on.origin_order_id.message_post(
                body=self.env._(
                    "Unfinished work goes to %(name)s.", name=follow_on.name
                )
            )
        return follow_ons

    def _prepare_follow_on_vals(self):
        self.ensure_one()
        return {
            "origin_order_id": self.id,
            "request_id": self.request_id.id,
            "kind": self.kind,
            "company_id": self.company_id.id,
            "department_id": self.department_id.id,
            "partner_id": self.partner_id.id,
            "site_id": self.site_id.id,
            "contact_id": self.contact_id.id,
            "lot_id": self.lot_id.id,
            "work_to_do": self.unfinished_work,
            "required_grade": self.required_grade,
            "required_skill_ids": [
                fields.Command.set(self.sudo().required_skill_ids.ids)
            ],
        }

    def _report_shortages(self):
        """Shortages and damage at arrival reach whoever owns the request (R-DSP-12)."""
        for order in self:
            short = order.check_ids.filtered("is_short")
            if short:
                order._log_step(
                    self.env._(
                        "Shortage or damage:\n%(lines)s",
                        lines="\n".join(
                            f"- {check.name}: {check.quantity_found:g}/"
                            f"{check.quantity_expected:g} {check.note or ''}"
                            for check in short
                        ),
                    ),
                    notify_dispatcher=True,
                )

    @api.model
    @in_company_language
    def _cron_send_reports(self, limit=50):
        """Send the customers their copies of the reports handed in (R-DSP-09)."""
        domain = [("report_mail_state", "=", "to_send")]
        template = self.env.ref("aftersales_service.mail_template_service_report")
        for order in self.search(domain, limit=limit).try_lock_for_update():
            partner = order._get_report_recipient()
            if partner:
                template.send_mail(order.id)
                order._set_values(report_mail_state="sent")
            else:
                order._set_values(report_mail_state="no_address")
            remaining = self.search_count(domain)
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    def _get_report_recipient(self):
        """Return the res.partner the report is sent to: contact before customer."""
        self.ensure_one()
        for partner in (self.contact_id, self.request_id.contact_id, self.partner_id):
            if partner.email:
                return partner
        return self.env["res.partner"]

    def _after_report(self):
        """Hook, in batch: the reports were handed in."""
