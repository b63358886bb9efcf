# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesWarrantyPolicy(models.Model):
    """Terms of warranty by component class (R-WAR-01).

    The first of a line's ends counts. A policy may replace an older one from a
    date on: machines delivered before keep the older one.
    """

    _name = "aftersales.warranty.policy"
    _description = "Warranty Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    valid_from = fields.Date(
        tracking=True,
        help="Holds for machines delivered from this day on; earlier ones keep the "
        "policy it replaces.",
    )
    replaces_id = fields.Many2one("aftersales.warranty.policy", check_company=True)
    suspend_in_repair = fields.Boolean(
        string="Suspended While in Repair",
        tracking=True,
        help="The days a machine stands in the workshop are added to its terms.",
    )
    line_ids = fields.One2many(
        "aftersales.warranty.policy.line", "policy_id", string="Terms", copy=True
    )
    note = fields.Html(string="Conditions", translate=True)
    machine_count = fields.Integer(compute="_compute_machine_count")

    @api.depends_context("uid")
    def _compute_machine_count(self):
        groups = []
        # every employee reads the policies, serial numbers are not everybody's
        if self.env["stock.lot"].has_access("read"):
            groups = self.env["stock.lot"]._read_group(
                [("warranty_policy_id", "in", self.ids)],
                ["warranty_policy_id"],
                ["__count"],
            )
        counts = {policy.id: count for policy, count in groups}
        for policy in self:
            policy.machine_count = counts.get(policy.id, 0)

    @api.constrains("replaces_id")
    def _check_replaces_id(self):
        if self._has_cycle("replaces_id"):
            raise ValidationError(self.env._("A policy cannot replace itself."))

    def _get_for_date(self, date):
        """Return the policy of this chain of replacements in force on ``date``."""
        policy = self
        while policy.replaces_id and date and policy.valid_from:
            if date >= policy.valid_from:
                break
            policy = policy.replaces_id
        return policy

    def _get_chain(self):
        """Return this policy and all those it replaces."""
        policies = self
        while policies[-1:].replaces_id:
            policies += policies[-1:].replaces_id
        return policies

    def _get_line(self, component_class):
        """Return the line that holds for ``component_class`` (may be empty): its
        own, else that of the whole machine, else none."""
        self.ensure_one()
        whole = self.env["aftersales.warranty.policy.line"]
        for line in self.line_ids:
            if not line.component_class_id:
                whole = whole or line
            elif line.component_class_id == component_class:
                return line
        return whole

    def action_view_machines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.stock_lot_machine_action"
        )
        action["domain"] = [("warranty_policy_id", "=", self.id)]
        return action
