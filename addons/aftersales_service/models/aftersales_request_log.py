# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesRequest(models.Model):
    """What is kept beside the request: hand-overs, guidance, calls, corrections."""

    _inherit = "aftersales.request"

    def _log_handover(self, owners):
        """Log each change of owner, with the reason of the context.

        :param owners: {request: res.users who owned it before}
        """
        # sudo: the log is written by the system only
        self.env["aftersales.request.handover"].sudo().create(
            [
                {
                    "request_id": request.id,
                    "from_user_id": owners[request].id,
                    "to_user_id": request.user_id.id,
                    "reason": self.env.context.get("aftersales_handover_reason"),
                    "handed_by_id": self.env.user.id,
                }
                for request in self
                if owners[request] != request.user_id
            ]
        )

    def _after_guidance(self):
        """Hook: guidance was recorded for a batch of requests (follow-up)."""

    def action_guide(self):
        """Record phone guidance in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Phone Guidance"),
            "res_model": "aftersales.request.guidance",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def action_correct_customer(self):
        """Correct the customer's data in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct Customer Data"),
            "res_model": "aftersales.request.correction",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def action_call(self):
        """Record a call in a dialog."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Call to the Customer"),
            "res_model": "aftersales.call",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def _apply_calls(self):
        """Report the customer unreachable after so many calls in vain (R-SLA-07)."""
        for request in self:
            unreachable = (
                request._count_unanswered_calls()
                >= request.company_id.aftersales_call_attempts
            )
            if unreachable and not request.is_unreachable:
                request._report_unreachable()
            if request.is_unreachable != unreachable:
                request._stamp(is_unreachable=unreachable)

    def _report_unreachable(self):
        """Tell the dispatcher, the owner of the request, that nobody answers."""
        self.ensure_one()
        text = self.env._(
            "Customer unreachable: %(count)s calls in vain, the last by %(user)s.",
            count=self.company_id.aftersales_call_attempts,
            user=self.env.user.name,
        )
        self._message_log(body=text)
        user = self.user_id or self._get_manager_users()[:1]
        if user:
            # sudo: a technician reports to somebody else's list
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo", summary=text, user_id=user.id
            )

    def action_view_orders(self):
        """Open the service orders of the request."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_order_action"
        )
        action["domain"] = [("request_id", "=", self.id)]
        action["context"] = {
            # the order takes the rest from the request itself
            "default_request_id": self.id,
            "default_company_id": self.company_id.id,
        }
        return action

    def action_view_machine(self):
        """Open the machine file."""
        self.ensure_one()
        return self.lot_id._get_machine_action()
