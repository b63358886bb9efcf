# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class MailThread(models.AbstractModel):
    """Automatic replies that come in by e-mail are told apart (R-INT-12)."""

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """What follows from a customer's message follows from no automatic reply."""
        if self._is_automatic_reply(message):
            self = self.with_context(aftersales_automatic_reply=True)
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _is_automatic_reply(self, message):
        """Whether nobody wrote ``message`` (email.message) himself: RFC 3834, and the
        headers of older programs."""
        submitted = (message.get("Auto-Submitted") or "no").strip().lower()
        precedence = (message.get("Precedence") or "").strip().lower()
        return (
            not submitted.startswith("no")
            or precedence == "auto_reply"
            or any(message.get(header) for header in ("X-Autoreply", "X-Autorespond"))
        )
