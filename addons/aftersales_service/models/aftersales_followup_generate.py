# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.language import in_company_language


class AftersalesFollowup(models.Model):
    """The calls that become due by the rules (R-FUP-01 to R-FUP-03)."""

    _inherit = "aftersales.followup"

    @api.model
    def _generate(self, trigger, sources):
        """Create the due calls of a trigger in batch; each source once a rule.

        :param trigger: order, guidance or service_end
        :param sources: aftersales.order or aftersales.request
        :return: the follow-ups created
        """
        Rule = self.env["aftersales.followup.rule"]
        # sudo: calls become due by whoever's action ends the work
        sources = sources.sudo().filtered("partner_id")
        field = "order_id" if sources._name == "aftersales.order" else "request_id"
        rules = Rule._get_rules(trigger, sources.company_id)
        domain = (
            Domain(field, "in", sources.ids)
            & Domain("trigger", "=", trigger)
            & Domain("previous_id", "=", False)
        )
        if field == "request_id":
            # each guidance is asked about; of an order also what was called off counts
            domain &= Domain("state", "=", "due")
        # sudo: see above
        existing = self.sudo().search_fetch(domain, ["rule_id", field])
        known = {(followup.rule_id, followup[field]) for followup in existing}
        todo = []
        for source in sources:
            for rule in rules[source.company_id]:
                kind = source.kind if field == "order_id" else False
                if (rule, source) not in known and rule.order_kind in (False, kind):
                    todo.append((rule, source))
        starts = [
            (rule, source.company_id, self._get_cause_date(source))
            for rule, source in todo
        ]
        due = Rule._get_due_dates(starts)
        # sudo: see above
        return self.sudo().create(
            [
                self._prepare_followup_vals(trigger, rule, source, start[2], due_at)
                for (rule, source), start, due_at in zip(todo, starts, due, strict=True)
            ]
        )

    @api.model
    def _get_cause_date(self, source):
        if source._name == "aftersales.order":
            return source.finished_at or fields.Datetime.now()
        return source.guided_at or fields.Datetime.now()

    @api.model
    def _prepare_followup_vals(self, trigger, rule, source, cause_at, due_at):
        """Return the values of one follow-up; extended by addons."""
        is_order = source._name == "aftersales.order"
        request = source.request_id if is_order else source
        return {
            "rule_id": rule.id,
            "trigger": trigger,
            "channel": rule.channel,
            "blocks_close": rule.blocks_close,
            "company_id": source.company_id.id,
            "department_id": (request.department_id or source.department_id).id,
            "request_id": request.id,
            "order_id": source.id if is_order else False,
            "partner_id": source.partner_id.id,
            "lot_id": source.lot_id.id,
            "contact_name": request.contact_name or source.partner_id.name,
            "phone": request.phone or source.partner_id.phone,
            "user_id": request.user_id.id,
            "cause_at": cause_at,
            "due_at": due_at,
        }

    @api.model
    @in_company_language
    def _cron_key_customers(self):
        """Plan the scheduled contacts with key customers and regions (R-FUP-03).

        One call ahead per customer: due one interval after the last contact of this
        kind, or after the customer became one.
        """
        Rule = self.env["aftersales.followup.rule"]
        partners = self.env["res.partner"].search(
            (Domain("is_key_customer", "=", True) & Domain("followup_interval", ">", 0))
            | (
                Domain("aftersales_region_id.followup_interval", ">", 0)
                & Domain("machine_ids", "!=", False)
            )
        )
        companies = self.env["res.company"].search([])
        last = defaultdict(dict)
        for partner, company, state, due_at in self._read_group(
            [("trigger", "=", "key_customer"), ("partner_id", "in", partners.ids)],
            ["partner_id", "company_id", "state"],
            ["due_at:max"],
        ):
            last[partner, company][state] = due_at
        rules = Rule._get_rules("key_customer", companies)
        now = fields.Datetime.now()
        vals_list = []
        for partner in partners:
            for company in partner.company_id or companies[:1]:
                contacts = last[partner, company]
                rule = rules[company][:1]
                if "due" in contacts or not rule:
                    continue
                since = contacts.get("done") or partner.create_date
                interval = partner.is_key_customer and partner.followup_interval
                interval = interval or partner.aftersales_region_id.followup_interval
                due_at = since + relativedelta(months=interval)
                vals_list.append(
                    {
                        "rule_id": rule.id,
                        "trigger": "key_customer",
                        "channel": rule.channel,
                        "company_id": company.id,
                        "department_id": company.aftersales_department_id.id,
                        "partner_id": partner.id,
                        "phone": partner.phone,
                        "contact_name": partner.name,
                        "user_id": partner.user_id.id,
                        "cause_at": since,
                        "due_at": max(due_at, now),
                    }
                )
        return self.create(vals_list)
