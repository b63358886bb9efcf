# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.language import in_company_language


class AftersalesRequest(models.Model):
    """Preventive and key-customer visits out of their schedules (R-FUP-03)."""

    _inherit = "aftersales.request"

    @api.model
    @in_company_language
    def _cron_create_visits(self):
        """Create the requests of the visits that come due, each once; in steps by
        company, so that what one company lacks holds up no other.

        Contracts visit each of their machines, key customers are visited at their
        own interval. Whoever holds the row of a schedule handles it; a second cron
        at the same time skips it, and the unique ``visit_key`` stands behind both.
        """
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([])
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            self.with_company(company)._create_due_visits(company)
            cron._commit_progress(1)

    @api.model
    def _create_due_visits(self, company):
        """Create the requests of one company's due visits.

        :return: the requests created
        """
        limit = fields.Date.add(
            company._get_aftersales_today(), days=company.aftersales_visit_lead_days
        )
        vals_list = self._prepare_contract_visits(company, limit)
        vals_list += self._prepare_partner_visits(company, limit)
        keys = [vals["visit_key"] for vals in vals_list]
        known = set(self.search([("visit_key", "in", keys)]).mapped("visit_key"))
        return self.create(
            [vals for vals in vals_list if vals["visit_key"] not in known]
        )

    @api.model
    def _prepare_contract_visits(self, company, limit):
        contracts = self.env["aftersales.contract"].search(
            Domain("company_id", "=", company.id)
            & Domain("visit_interval", ">", 0)
            & Domain("next_visit_date", "<=", limit)
            & Domain("date_end", ">=", company._get_aftersales_today())
        )
        # seen ahead, a visit may lie beyond the end of the contract
        contracts = contracts.filtered(lambda c: c.next_visit_date <= c.date_end)
        contracts = contracts.try_lock_for_update()
        all_machines = self.env["stock.lot"].search(
            Domain("is_machine", "=", True)
            & Domain("customer_id", "in", contracts.partner_id.ids)
            & Domain("company_id", "in", [company.id, False])
        )
        by_customer = all_machines.grouped("customer_id")
        vals_list = []
        for contract in contracts:
            due = contract.next_visit_date
            machines = contract.lot_ids or by_customer.get(
                contract.partner_id, self.env["stock.lot"]
            )
            vals_list += [
                {
                    **self._prepare_visit_vals(company, contract.partner_id, due),
                    "lot_id": lot.id,
                    "site_id": lot.site_id.id,
                    "product_id": lot.product_id.id,
                    "contract_ref": contract.name,
                    "visit_contract_id": contract.id,
                    "visit_key": f"contract:{contract.id}:{lot.id}:{due}",
                }
                for lot in machines
            ]
            contract.next_visit_date = self._get_next_visit(
                due, contract.visit_interval, limit, contract.date_start
            )
        return vals_list

    @api.model
    def _prepare_partner_visits(self, company, limit):
        # sudo: the schedule runs over all customers of the company
        partners = (
            self.env["res.partner"]
            .sudo()
            .search(
                Domain("followup_interval", ">", 0)
                & Domain("next_visit_date", "<=", limit)
                & Domain("company_id", "=", company.id)
            )
        )
        if company == self.env.ref("base.main_company"):
            # shared customers are visited by the main company
            partners |= partners.search(
                Domain("followup_interval", ">", 0)
                & Domain("next_visit_date", "<=", limit)
                & Domain("company_id", "=", False)
            )
        vals_list = []
        for partner in partners.try_lock_for_update():
            due = partner.next_visit_date
            vals_list.append(
                {
                    **self._prepare_visit_vals(company, partner, due),
                    "visit_key": f"partner:{partner.id}:{due}",
                }
            )
            partner.next_visit_date = self._get_next_visit(
                due, partner.followup_interval, limit
            )
        return vals_list

    @api.model
    def _get_next_visit(self, due, interval, limit, start=None):
        """Return the next visit after ``limit``; visits missed are not caught up.

        :param start: day the intervals count from: after a shorter month the visits go
            back to its day, unless ``due`` was moved to another one by hand
        """
        day = due.day
        if start and due == due + relativedelta(day=start.day):
            day = start.day
        months = interval
        while (after := due + relativedelta(months=months, day=day)) <= limit:
            months += interval
        return after

    @api.model
    def _prepare_visit_vals(self, company, partner, due):
        return {
            "company_id": company.id,
            "channel": "internal",
            "kind_id": self.env.ref("aftersales_service.kind_visit").id,
            "partner_id": partner.id,
            "department_id": company.aftersales_department_id.id,
            "user_id": company.aftersales_department_id.manager_id.user_id.id
            or self.env.uid,
            "fault": self.env._(
                "Scheduled visit due on %(date)s", date=format_date(self.env, due)
            ),
            "category_reason": self.env._("Scheduled visit"),
        }
