# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class AftersalesOrder(models.Model):
    """Help on the way: a manager's override, a second technician, related records."""

    _inherit = "aftersales.order"

    def action_dispatch_anyway(self):
        """Open the dialog that asks the manager for his reason."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dispatch in Spite of the Conflict"),
            "res_model": "aftersales.order.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_order_ids": self.ids,
                "default_operation": "override",
            },
        }

    def _action_override(self, reason):
        """Dispatch in spite of conflicts, for the manager's ``reason``."""
        if not self.env.user.has_group("aftersales_service.group_manager"):
            raise AccessError(
                self.env._(
                    "Only the service manager dispatches in spite of a conflict."
                )
            )
        for order in self:
            order.message_post(
                body=self.env._(
                    "Dispatched in spite of:\n%(conflicts)s\nReason: %(reason)s",
                    conflicts=order.conflict_text or "-",
                    reason=reason,
                )
            )
        self.write({"override_reason": reason})
        return self.action_dispatch()

    def action_view_request(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.request",
            "res_id": self.request_id.id,
            "view_mode": "form",
        }

    def action_view_follow_ons(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Follow-on Orders"),
            "res_model": "aftersales.order",
            "view_mode": "list,form",
            "domain": [("origin_order_id", "in", self.ids)],
        }

    def preview_report(self):
        """Open the page the customer sees and signs."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "target": "self",
            "url": self.get_portal_url(),
        }

    def action_suggest_technicians(self):
        """Show who is free, qualified and near (R-DSP-01)."""
        self.ensure_one()
        return (
            self.env["aftersales.technician.suggestion"]
            .create({"order_id": self.id})
            ._get_dialog()
        )

    def action_add_technician(self):
        """Open the dialog that adds a second technician (R-DSP-08)."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add a Technician"),
            "res_model": "aftersales.order.reason",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_order_ids": self.ids,
                "default_operation": "technician",
            },
        }

    def action_ask_support(self, reason=None):
        """The technician can't fix it alone and says so (R-DSP-08): the owner of the
        request gets an activity.

        :param reason: text; asked for in a dialog when missing
        """
        if not (reason or "").strip():
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Ask for Support"),
                "res_model": "aftersales.order.reason",
                "view_mode": "form",
                "target": "new",
                "context": {
                    "default_order_ids": self.ids,
                    "default_operation": "support",
                },
            }
        self._ensure_own()
        for order in self:
            order._log_step(
                self.env._("Asks for support: %(reason)s", reason=reason.strip()),
                notify_dispatcher=True,
            )
            # sudo: the owner of the request, whom a technician may not read
            owner = order.sudo().request_id.user_id
            if owner:
                order.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Second technician or technical department"),
                    note=reason.strip(),
                    user_id=owner.id,
                )
        return True

    def _add_technician(self, employee, reason):
        """Add ``employee`` to the same order and tell everybody why (R-DSP-08).

        :raise UserError: when he is elsewhere or away at that time
        """
        self._ensure_dispatcher()
        for order in self:
            if employee in order.technician_ids:
                continue
            blockers = order._get_dispatch_blockers(employee)
            if blockers and not order.override_reason:
                raise UserError("\n".join(blockers))
            order.write({"technician_ids": [fields.Command.link(employee.id)]})
            order._log_step(
                self.env._(
                    "%(employee)s joins: %(reason)s",
                    employee=employee.name,
                    reason=reason,
                )
            )
            if order.state != "draft":
                order._notify_technicians()
