# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class AftersalesClaim(models.Model):
    """What an approver sees of a claim behind his mailed link (R-CLM-05)."""

    _inherit = "aftersales.claim"

    def _get_approval_summary(self):
        summary = super()._get_approval_summary()
        with_costs = self.env.user.has_group("aftersales_service.group_costs")
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        facts = [(self._get_field_label("kind"), kinds[self.kind])]
        for fname in (
            "kind_reason",
            "damage",
            "technology_analysis",
            "quality_analysis",
        ):
            if self[fname]:
                facts.append((self._get_field_label(fname), self[fname]))
        if with_costs:
            facts += [
                (
                    self._get_field_label("estimated_cost"),
                    self.currency_id.format(self.estimated_cost),
                ),
                *(
                    (self._get_field_label(fname), self.currency_id.format(self[fname]))
                    for fname in ("other_cost", "other_cost_approved")
                    if self._get_cost_raise()
                ),
                (
                    self._get_field_label("amount_total"),
                    self.currency_id.format(self.amount_total),
                ),
            ]
        if unknown := self._get_parts_of_unknown_cost():
            facts.append(
                (
                    self.env._("Parts of unknown cost"),
                    ", ".join(unknown.mapped("display_name")),
                )
            )
        attachments = self._get_evidence_attachments()
        images = attachments.filtered(
            lambda attachment: (attachment.mimetype or "").startswith("image/")
        )
        summary.update(
            facts=summary["facts"] + facts,
            header=self._get_approval_columns(with_costs),
            lines=[line._get_approval_cells(with_costs) for line in self.line_ids],
            images=images,
            files=attachments - images,
        )
        return summary

    def _get_approval_columns(self, with_costs):
        fnames = ["product_id", "approved_quantity", "decision"]
        if with_costs:
            fnames.append("approved_amount")
        line = self.env["aftersales.claim.line"]
        return [line._fields[fname]._description_string(self.env) for fname in fnames]

    def _get_approval_fingerprint(self):
        """What the approver decides on: the parts, their quantities and the money."""
        lines = [
            f"{line.id}:{line.decision}:{line.approved_quantity:g}"
            for line in self.line_ids
        ]
        return self._hash_fingerprint([f"{self.amount_total:.2f}", *lines])
