# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class AftersalesPenalty(models.Model):
    """From an event to its draft: once, with its source and evidence (R-PEN-04)."""

    _inherit = "aftersales.penalty"

    may_view_source = fields.Boolean(compute="_compute_may_view_source")

    # === COMPUTE METHODS ===#
    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_may_view_source(self):
        """Whoever decides on penalties, HR say, need not be let into the case."""
        self.may_view_source = False
        for model, penalties in self.grouped("res_model").items():
            if not model or model not in self.env:
                continue
            sources = self.env[model].browse(
                {penalty.res_id for penalty in penalties if penalty.res_id}
            )
            readable = set(sources.exists()._filtered_access("read").ids)
            for penalty in penalties:
                penalty.may_view_source = penalty.res_id in readable

    # === ACTION METHODS ===#
    def action_view_source(self):
        """Open the record the penalty came from, with the viewer's own rights."""
        self.ensure_one()
        if not self.res_model or not self.res_id:
            raise UserError(self.env._("This penalty was not proposed from a record."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS ===#
    @api.model
    def _prepare_event_key(self, vals):
        return "{rule_code}:{employee_id}:{res_model},{res_id}".format(**vals)

    @api.model
    def _propose(self, vals_list):
        """Create draft penalties, each once per event (R-PEN-04).

        An event whose key exists already, whatever became of that penalty, is left
        out, so the call can be repeated.

        :param vals_list: list of dict with ``rule_code``, ``employee_id``,
            ``res_model``, ``res_id`` (the source), ``event_date`` and ``evidence``;
            optionally ``loss_amount``, ``share``, ``company_id`` (that of the
            employee by default), ``request_id``, ``order_id``, ``user_id``
        :return: the aftersales.penalty created
        :raise UserError: no version of a rule is valid on the event's date
        :raise ValidationError: the person had left, or belongs to another company
        """
        # sudo: an event proposes its penalty whoever's action brought it to light
        penalty_sudo = self.sudo()
        fresh, companies = {}, {}
        employees = self.env["hr.employee"].sudo()
        employees = employees.browse({vals["employee_id"] for vals in vals_list})
        for employee in employees:
            companies[employee.id] = employee.company_id
        for vals in vals_list:
            fresh.setdefault(self._prepare_event_key(vals), vals)
        known = penalty_sudo.search_fetch(
            [("event_key", "in", list(fresh))], ["event_key"]
        )
        for penalty in known:
            fresh.pop(penalty.event_key)
        rules = self.env["aftersales.penalty.rule"]._find(
            (
                vals["rule_code"],
                fields.Date.to_date(vals["event_date"]),
                self._get_proposal_company(vals, companies),
            )
            for vals in fresh.values()
        )
        create_vals = []
        for key, vals in fresh.items():
            company = self._get_proposal_company(vals, companies)
            date = fields.Date.to_date(vals["event_date"])
            rule = rules[vals["rule_code"], date, company]
            if not rule:
                raise UserError(
                    self.env._(
                        "No version of the penalty rule %(code)s is valid on %(date)s.",
                        code=vals["rule_code"],
                        date=format_date(self.env, date),
                    )
                )
            create_vals.append(self._prepare_proposal_vals(key, vals, rule, company))
        penalties = penalty_sudo.create(create_vals)
        penalties._fill_source_names()
        return self.browse(penalties.ids)

    @api.model
    def _get_proposal_company(self, vals, companies):
        if vals.get("company_id"):
            return self.env["res.company"].browse(vals["company_id"])
        return companies[vals["employee_id"]]

    @api.model
    def _prepare_proposal_vals(self, key, vals, rule, company):
        """Return the values of one proposed penalty; extended by addons."""
        order_id = vals.get("order_id")
        request_id = vals.get("request_id")
        if vals["res_model"] == "aftersales.order":
            order_id = vals["res_id"]
        elif vals["res_model"] == "aftersales.request":
            request_id = vals["res_id"]
        return {
            "event_key": key,
            "rule_id": rule.id,
            "employee_id": vals["employee_id"],
            "company_id": company.id,
            "event_date": vals["event_date"],
            "res_model": vals["res_model"],
            "res_id": vals["res_id"],
            "order_id": order_id,
            "request_id": request_id,
            "evidence": vals.get("evidence"),
            "loss_amount": vals.get("loss_amount", 0.0),
            "share": vals.get("share", 100.0),
            "user_id": vals.get("user_id"),
        }

    def _fill_source_names(self):
        """Keep the name of the source: it stays readable after all."""
        by_model = defaultdict(list)
        for penalty in self.filtered("res_model"):
            by_model[penalty.res_model].append(penalty.res_id)
        names = {}
        for model, ids in by_model.items():
            for record in self.env[model].browse(ids).exists():
                names[model, record.id] = record.display_name
        for penalty in self:
            penalty.source_name = names.get((penalty.res_model, penalty.res_id))
