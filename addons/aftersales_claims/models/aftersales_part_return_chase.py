# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.language import (
    in_company_language,
    in_language_of,
)

from ..tools.text import is_blank


class AftersalesPartReturn(models.Model):
    """Old parts that do not come back: chased, lapsed, charged (R-CLM-11)."""

    _inherit = "aftersales.part.return"

    # === CRUD METHODS ===#
    def write(self, vals):
        """:raises UserError: what was charged or waived is written anew"""
        if {"charge_amount", "waive_reason"} & set(vals) and not self.env.su:
            for part in self:
                if part.charge_state != "to_charge":
                    raise UserError(
                        self.env._("%(name)s has nothing to charge.", name=part.name)
                    )
        return super().write(vals)

    # === ACTION METHODS ===#
    def action_lapse(self):
        """Not returned in time: invalid, and to be charged to the holder."""
        for part in self:
            if part.state != "expected":
                raise UserError(
                    self.env._("%(name)s is not expected any more.", name=part.name)
                )
        for part in self:
            # sudo: the amount is for those who see costs, the lapse is the system's
            part._write_guarded(
                {
                    "state": "invalid",
                    "charge_state": "to_charge",
                    "charge_amount": part._get_charge_amount(),
                }
            )
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self._after_lapse()
        return True

    def action_reinstate(self):
        """Accept a late part after all: expected again, nothing charged."""
        self._check_role(
            "aftersales_service.group_manager", "aftersales_service.group_quality"
        )
        for part in self:
            if part.state != "invalid" or part.charge_state == "charged":
                raise UserError(
                    self.env._(
                        "%(name)s has not lapsed, or its amount is charged already.",
                        name=part.name,
                    )
                )
        self._give_up_bill()
        for company, parts in self.grouped("company_id").items():
            today = company._get_aftersales_today()
            parts._write_guarded(
                {
                    "state": "expected",
                    "charge_state": "none",
                    "chased_on": False,
                    "due_date": today
                    + relativedelta(days=company.aftersales_old_part_grace_days),
                }
            )
        self._after_bill_back()
        self._after_reinstate()
        return True

    def action_charge(self):
        """Charge what did not come back to whoever had to return it.

        Customer: a draft invoice. Station: the next settlement takes it. Technician:
        handed to the wage deductions (R-PEN-06).

        :raises UserError: nothing to charge, or the amount is not positive
        """
        self._check_role("aftersales_service.group_manager")
        self.lock_for_update()
        for part in self:
            if part.charge_state != "to_charge":
                raise UserError(
                    self.env._("%(name)s has nothing to charge.", name=part.name)
                )
            if part.currency_id.compare_amounts(part.charge_amount, 0) <= 0:
                raise UserError(
                    self.env._("%(name)s: the amount must be positive.", name=part.name)
                )
        self._give_up_bill()
        for part in self:
            getattr(part, f"_charge_{part.holder_kind}")()
        self._write_guarded({"charge_state": "charged"})
        self._after_bill_back()
        return True

    def action_waive(self):
        """Let the charge go; the reason stays (fairness)."""
        self._check_role("aftersales_service.group_manager")
        for part in self:
            if part.charge_state != "to_charge":
                raise UserError(
                    self.env._("%(name)s has nothing to charge.", name=part.name)
                )
            if is_blank(part.waive_reason):
                raise UserError(
                    self.env._("%(name)s: give the reason for waiving.", name=part.name)
                )
        self._give_up_bill()
        self._write_guarded({"charge_state": "waived"})
        self._after_bill_back()
        return True

    # === BUSINESS METHODS ===#
    def _get_charge_amount(self):
        """Return the value of what is missing; the part's cost by default."""
        self.ensure_one()
        # sudo: cost prices are restricted, the charge is computed by the system
        product = self.product_id.sudo().with_company(self.company_id)
        return self.currency_id.round(
            (self.quantity - self.quantity_received) * product.standard_price
        )

    def _charge_customer(self):
        self.ensure_one()
        # sudo: the service manager decides, the accountant checks and posts the draft
        move = (
            self.env["account.move"]
            .sudo()
            .with_company(self.company_id)
            .create(self._prepare_charge_invoice_vals())
        )
        self._write_guarded({"charge_move_id": move.id})

    def _prepare_charge_invoice_vals(self):
        self.ensure_one()
        missing = self.quantity - self.quantity_received
        return {
            "move_type": "out_invoice",
            "partner_id": self.holder_partner_id.id,
            "company_id": self.company_id.id,
            "invoice_origin": self.name,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": self.env._(
                            "Old part not returned: %(product)s (%(tag)s)",
                            product=f"{missing:g} × {self.product_id.display_name}",
                            tag=self.name,
                        ),
                        # one piece of the whole amount: a price each could be rounded
                        "quantity": 1.0,
                        **self.company_id._prepare_aftersales_recharge_vals(
                            self.holder_partner_id, self.charge_amount, self.currency_id
                        ),
                    }
                )
            ],
        }

    def _charge_station(self):
        """The open amount is taken by the station's next settlement."""

    def _charge_technician(self):
        """Receivable from the employee, deducted from his wage by plan."""
        self.ensure_one()
        company = self.company_id
        # sudo: the manager charges, the books and wages are others'
        part = self.sudo()
        employee = part.holder_employee_id
        label = self.env._(
            "Old part not returned: %(product)s (%(tag)s)",
            product=self.product_id.display_name,
            tag=self.name,
        )
        common = {"name": label, "partner_id": employee._get_aftersales_partner().id}
        debit = company._get_aftersales_account(
            "aftersales_employee_receivable_account_id"
        )
        # what the claim was charged to, whatever the method is by now
        credit = (
            part.claim_id._get_charged_account()
            if part.claim_id
            else company._get_aftersales_warranty_account(
                fields.Date.context_today(self)
            )
        )
        move = (
            part.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": company.sudo()._get_aftersales_claim_journal().id,
                    "ref": self.name,
                    "line_ids": [
                        Command.create(
                            {
                                **common,
                                "account_id": account.id,
                                "balance": balance,
                                "analytic_distribution": distribution,
                            }
                        )
                        for account, balance, distribution in (
                            (debit, part.charge_amount, False),
                            # what the claim cost was analysed by
                            (
                                credit,
                                -part.charge_amount,
                                part.claim_id.analytic_distribution or False,
                            ),
                        )
                    ],
                }
            )
        )
        move._post_validated()
        part.charge_move_id = move
        part._charge_wage(employee, label, move, debit)

    def _notify_bill_gone(self):
        manager = self.company_id._get_aftersales_stand_in("group_manager")
        clerk = self._get_bill_clerk(self.charge_move_id.create_uid, manager)
        told = in_language_of(self, clerk, company=self.company_id)
        told.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=clerk.id,
            summary=told.env._("Old part: charge it again, or waive it"),
            note=told._get_bill_gone_text(),
        )

    def _after_lapse(self):
        """Hook: the claim line of a part that did not come back turns invalid."""

    def _after_reinstate(self):
        """Hook: the claim line of a late part that was accepted is valid again."""

    # === CRON ===#
    @api.model
    @in_company_language
    def _cron_chase(self, limit=500):
        """Chase overdue parts once, lapse those past the days of grace."""
        for company in self.env["res.company"].search([]):
            today = company._get_aftersales_today()
            parts = self.with_company(company)
            domain = [("company_id", "=", company.id), ("state", "=", "expected")]
            grace = today - relativedelta(days=company.aftersales_old_part_grace_days)
            lapsed = parts.search([*domain, ("due_date", "<", grace)], limit=limit)
            lapsed.action_lapse()
            overdue = parts.search(
                [*domain, ("due_date", "<", today), ("chased_on", "=", False)],
                limit=limit,
            )
            for part in overdue:
                part.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=part._get_responsible_user().id,
                    summary=self.env._(
                        "Old part overdue: %(product)s",
                        product=part.product_id.display_name,
                    ),
                )
            overdue._write_guarded({"chased_on": today})
            self.env["ir.cron"]._commit_progress(len(lapsed) + len(overdue))
