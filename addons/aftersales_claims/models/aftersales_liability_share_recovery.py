# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesLiabilityShare(models.Model):
    _inherit = "aftersales.liability.share"

    recovery_line_ids = fields.One2many(
        "aftersales.recovery.line", "share_id", string="Recovery Lines"
    )
    product_ids = fields.Many2many(
        "product.product", compute="_compute_product_ids", string="Parts"
    )

    # === COMPUTE METHODS ===#
    @api.depends("partner_id", "claim_id")
    def _compute_product_ids(self):
        """The parts a share is about."""
        # sudo: see _get_claim_lines; the rules for products look at their companies,
        # which are read together here, or each share would read its own
        self.sudo().claim_id.line_ids.product_id.product_tmpl_id.fetch(["company_id"])
        for share in self:
            share.product_ids = share._get_claim_lines().product_id

    # === ACTION METHODS ===#
    def action_view_liability(self):
        return self.claim_id._get_records_action(
            self.liability_id, self.env._("Liability Decision")
        )

    # === BUSINESS METHODS ===#
    def _get_claim_lines(self):
        """Return the lines of the claim the share is about: the parts this partner
        delivered, the causal one else."""
        self.ensure_one()
        # sudo: the portal shows the supplier the parts he is charged for
        lines = self.sudo().claim_id.line_ids
        partner = self.partner_id.commercial_partner_id
        own = lines.filtered(
            lambda line: partner and line.supplier_id.commercial_partner_id == partner
        )
        return own or lines.filtered("is_causal") or lines

    def _reverse(self, comment):
        """A decision taken back is claimed from nobody any more (R-CLM-12)."""
        withdrawn = self.filtered(lambda share: share.state != "reversed")
        # first: a line whose note is reversed would be owed again
        # sudo: statements follow the books, whoever reverses
        lines = withdrawn.sudo().recovery_line_ids
        lines._withdraw(comment)
        res = super()._reverse(comment)
        # only now: which shares are left to claim from
        lines.exists()._hand_over_fees()
        return res
