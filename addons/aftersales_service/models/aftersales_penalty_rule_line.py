# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesPenaltyRuleLine(models.Model):
    """Step of a rule: a bracket of the loss, or a range of counts."""

    _name = "aftersales.penalty.rule.line"
    _description = "Penalty Rule Step"
    _rec_name = "rule_id"
    _order = "rule_id, lower, id"

    rule_id = fields.Many2one(
        "aftersales.penalty.rule", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="rule_id.currency_id")
    lower = fields.Float(string="From", digits=(16, 2), required=True)
    upper = fields.Float(string="To", digits=(16, 2), help="0: open.")
    rate = fields.Float(string="Rate (%)")
    amount = fields.Monetary()

    _positive = models.Constraint(
        "CHECK (lower >= 0 AND upper >= 0 AND rate >= 0 AND amount >= 0)",
        "The figures of a step are not negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_closed()
        lines._check_steps()
        return lines

    def write(self, vals):
        self._check_closed()
        res = super().write(vals)
        self._check_steps()
        return res

    def unlink(self):
        """A step taken out must leave no hole behind."""
        rules = self.rule_id
        res = super().unlink()
        if not self.env.context.get("aftersales_rule_steps"):
            rules._check_figures()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_closed()

    def _check_steps(self):
        """Check the steps changed one by one; a rule checks its own all at once."""
        if not self.env.context.get("aftersales_rule_steps"):
            self.rule_id._check_figures()

    def _check_closed(self):
        if self.rule_id._get_used():
            raise UserError(
                self.env._(
                    "Penalties were calculated with this version of the rule. Make a "
                    "new version instead of changing its steps."
                )
            )
