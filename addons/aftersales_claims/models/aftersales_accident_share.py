# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesAccidentShare(models.Model):
    """Share of one person in the responsibility for an accident."""

    _name = "aftersales.accident.share"
    _inherit = "aftersales.accident.part"
    _description = "Accident Responsibility"
    _rec_name = "employee_id"
    _order = "share desc, id"
    _check_company_auto = True

    accident_id = fields.Many2one(
        "aftersales.accident", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="accident_id.company_id", store=True)
    currency_id = fields.Many2one(related="accident_id.currency_id")
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    share = fields.Float(string="Share (%)", required=True)
    reason = fields.Char()
    fine = fields.Monetary(compute="_compute_fine")
    penalty_id = fields.Many2one(
        "aftersales.penalty", readonly=True, copy=False, index="btree_not_null"
    )

    _share_range = models.Constraint(
        "CHECK (share > 0 AND share <= 100)", "A share is between 0 and 100 %."
    )
    _person_unique = models.UniqueIndex(
        "(accident_id, employee_id)", "Each person has one share."
    )

    @api.depends("share", "accident_id.fine_total")
    def _compute_fine(self):
        for share in self:
            fine = share.accident_id.fine_total * share.share / 100
            share.fine = share.currency_id.round(fine) if share.currency_id else fine

    def _prepare_evidence(self):
        self.ensure_one()
        accident = self.accident_id
        return self.env._(
            "Accident %(number)s: %(title)s. Cause: %(cause)s. Share %(share)s %%. "
            "%(reason)s",
            number=accident.name,
            title=accident.title,
            cause=accident.cause,
            share=f"{self.share:g}",
            reason=self.reason or "",
        )
