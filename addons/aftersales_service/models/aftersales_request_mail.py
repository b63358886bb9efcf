# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import api, fields, models
from odoo.tools import email_normalize, html2plaintext
from odoo.tools.mail import email_split_tuples

from .aftersales_request import OPEN_STATES

#: what a serial number may look like inside a running (Chinese) text
SERIAL_PATTERN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_./#×+-]{1,40}[A-Za-z0-9])")
#: tokens looked at in one e-mail, so that a huge one costs no more
MAX_TOKENS = 500


class AftersalesRequest(models.Model):
    """E-mail intake and the customer's and our messages (R-INT-01, 12, 13)."""

    _inherit = "aftersales.request"

    # === MAIL GATEWAY ===#
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Create a request from an e-mail; never refused for what is missing.

        Customer by sender address, machine by a known serial number in subject or
        body, owner by the settings of the company."""
        values = dict(custom_values or {})
        company = (
            self.env["res.company"].browse(values.get("company_id")) or self.env.company
        )
        gateway = self.with_company(company).with_context(mail_create_nolog=True)
        subject = msg_dict.get("subject") or ""
        body = html2plaintext(msg_dict.get("body") or "").strip()
        # sudo: the gateway looks at the customers and machines of the company
        partner = self.sudo()._find_sender(msg_dict, company)
        lot = self._find_lot_in_text(f"{subject}\n{body}", partner, company)
        name, email = (email_split_tuples(msg_dict.get("email_from")) or [("", "")])[0]
        customer = partner.commercial_partner_id or lot.customer_id
        defaults = {
            "channel": "email",
            "company_id": company.id,
            "department_id": company.aftersales_department_id.id,
            "user_id": company._get_aftersales_first_owner().id,
            "title": subject,
            "fault": body or subject,
            "partner_id": customer.id,
            "contact_name": partner.name or name or email,
            "lot_id": lot.id,
        }
        if partner and partner != customer:
            defaults["contact_id"] = partner.id
        values = {**defaults, **values}
        request = super(AftersalesRequest, gateway).message_new(
            msg_dict, {**values, "name": gateway._next_number()}
        )
        if not partner:
            # the customer comes from the serial number in the text, his address
            # doesn't: whoever wrote gets the answer
            request.write(
                {"contact_id": False, "email_from": msg_dict.get("email_from")}
            )
        return request

    @api.model
    def _next_number(self):
        vals = {}
        self._fill_numbers([vals])
        return vals["name"]

    def _find_sender(self, msg_dict, company):
        """Return the partner with the sender's address, of this company first."""
        partner = self.env["res.partner"].browse(msg_dict.get("author_id"))
        email = email_normalize(msg_dict.get("email_from"))
        if not partner and email:
            partner = self.env["res.partner"].search(
                [
                    ("email_normalized", "=", email),
                    ("company_id", "in", [company.id, False]),
                ],
                order="company_id, parent_id, id",
                limit=1,
            )
        if partner.company_id and partner.company_id != company:
            return self.env["res.partner"]
        return partner

    def _find_lot_in_text(self, text, partner, company):
        """Return the machine whose serial number stands in ``text``; one query.

        Of several, the sender's own; of several of those, or of others', none."""
        tokens = list(dict.fromkeys(SERIAL_PATTERN.findall(text)))[:MAX_TOKENS]
        found = self._find_lots(tokens, company)
        # sudo: see message_new
        lots = self.env["stock.lot"].sudo().union(*found.values())
        own = lots.filtered(
            lambda lot: (
                lot.customer_id.commercial_partner_id == partner.commercial_partner_id
            )
        )
        for candidates in (own if partner else own.browse(), lots):
            if len(candidates) == 1:
                return self.env["stock.lot"].browse(candidates.id)
        return self.env["stock.lot"]

    # === MESSAGES ===#
    def _message_post_after_hook(self, message, msg_vals):
        res = super()._message_post_after_hook(message, msg_vals)
        if message.message_type not in ("email", "comment"):
            return res
        if message.subtype_id.internal or message.is_internal:
            return res
        author = message.author_id
        if author.user_ids and not author.partner_share:
            # our answer to the customer stops the answer clock
            if message.message_type == "comment":
                self.filtered(
                    lambda request: request.state in OPEN_STATES and request.partner_id
                )._mark_answered()
        elif message.message_type == "email" or author:
            # an absence note comes in and is kept; nobody asks for more
            if not self.env.context.get("aftersales_automatic_reply"):
                self._after_customer_message(message)
        return res

    def _notify_thread_with_out_of_office_get_additional_users(self, *args, **kwargs):
        # sudo: the customer who writes doesn't read who owns the request
        requests = super(AftersalesRequest, self.sudo())
        return requests._notify_thread_with_out_of_office_get_additional_users(
            *args, **kwargs
        )

    def _after_customer_message(self, message):
        """The customer wrote: go on where the request waited, reopen a solved one.

        A closed or cancelled one stays so; its owner is told, nothing is lost."""
        # sudo: the customer writes, the request changes
        for request in self.sudo():
            if request.state == "waiting":
                request.action_resume()
            elif request.state == "solved":
                request._reopen(self.env._("The customer wrote again."))
            elif request.state in ("closed", "cancelled"):
                user = request.user_id or request._get_manager_users()[:1]
                if user:
                    request.activity_schedule(
                        "mail.mail_activity_data_todo",
                        summary=self.env._("The customer wrote on a finished request"),
                        user_id=user.id,
                    )

    # === MANAGEMENT ===#
    def _get_manager_users(self):
        """Return the users who must know at once: the manager of the department
        and the company's direction."""
        self.ensure_one()
        # sudo: groups and employees are read for the notification only
        request = self.sudo()
        users = request.department_id.manager_id.user_id
        for xmlid in ("group_sales_vp", "group_general_manager"):
            group = self.env.ref(f"aftersales_service.{xmlid}").sudo()
            users |= group.all_user_ids
        return users.filtered(
            lambda user: (
                user.active
                and not user.share
                and request.company_id in user.company_ids
            )
        )

    def _notify_public_attention(self):
        """Tell management at once of cases with public attention (R-INT-13)."""
        for request in self:
            users = request._get_manager_users()
            # sudo: the hotline notifies people whose contacts it may not read
            request.sudo().message_notify(
                partner_ids=users.partner_id.ids,
                subject=self.env._("Public attention: %(name)s", name=request.name),
                body=self.env._(
                    "%(name)s, %(customer)s, has public attention: %(fault)s",
                    name=request.name,
                    customer=request.partner_id.display_name or "-",
                    fault=request.title or request.fault or "-",
                ),
            )
            for user in users:
                request.sudo().with_context(  # sudo: as above
                    mail_activity_quick_update=True
                ).activity_schedule(
                    "mail.mail_activity_data_warning",
                    date_deadline=fields.Date.context_today(request),
                    summary=self.env._("Public attention"),
                    user_id=user.id,
                )
