# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesAccidentMeasure(models.Model):
    """Administrative measure against a person, on his file with its dates."""

    _name = "aftersales.accident.measure"
    _inherit = "aftersales.guard.mixin"
    _description = "Administrative Measure"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    accident_id = fields.Many2one(
        "aftersales.accident", required=True, ondelete="cascade", index=True
    )
    state = fields.Selection(related="accident_id.state", store=True)
    company_id = fields.Many2one(
        related="accident_id.company_id", store=True, index=True
    )
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True
    )
    employee_user_id = fields.Many2one(
        "res.users",
        compute="_compute_employee_user_id",
        compute_sudo=True,
        store=True,
        index="btree_not_null",
    )
    kind = fields.Selection(
        [
            ("warning", "Warning"),
            ("demerit", "Demerit"),
            ("pay_freeze", "Pay freeze"),
            ("demotion", "Demotion"),
            ("removal", "Removal from office"),
            ("dismissal", "Dismissal"),
        ],
        required=True,
        default="warning",
    )
    date_from = fields.Date(string="Takes Effect", required=True)
    date_to = fields.Date(string="Ends")
    note = fields.Text()

    _dates = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A measure ends after it takes effect.",
    )

    @api.depends("employee_id")
    def _compute_employee_user_id(self):
        for measure in self:
            measure.employee_user_id = measure.employee_id.user_id

    @api.depends("kind", "date_from")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for measure in self:
            measure.display_name = f"{labels.get(measure.kind)} {measure.date_from}"
