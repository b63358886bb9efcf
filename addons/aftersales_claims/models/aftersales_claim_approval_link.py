# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from unicodedata import normalize

from odoo import models
from odoo.exceptions import UserError

#: a sum as it is typed on a phone, thousands grouped or not
FIGURE = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d*)?")
#: no claim comes near it
MAX_ESTIMATE = 1e9


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

    def _get_approval_figures(self):
        """The estimate, for whoever sees costs: corrected here as by the button."""
        figures = super()._get_approval_figures()
        if self.env.user.has_group("aftersales_service.group_costs"):
            figures["estimated_cost"] = {
                "name": "estimated_cost",
                "label": self._get_field_label("estimated_cost"),
                "value": f"{self.estimated_cost:.{self.currency_id.decimal_places}f}",
                "unit": self.currency_id.symbol or self.currency_id.name,
                "help": self.env._(
                    "Correct what you expect beside the parts, then approve. Above "
                    "your limit the claim goes on to the next approver."
                ),
            }
        return figures

    def _decide_review(self, review, decision, comment=None, entered=None):
        """Approve with the estimate typed on the page (R-CLM-05)."""
        typed = (entered or {}).get("estimated_cost")
        if decision != "approve" or typed is None:
            return super()._decide_review(review, decision, comment, entered)
        level = self.approval_level
        self.action_approve(comment, self._read_estimate(typed))
        return self._get_gone_on_text(level)

    def _read_estimate(self, text):
        """Return the amount typed as ``text``.

        :raises UserError: it is none
        """
        # a Chinese keyboard types figures of full width
        figure = re.sub(r"\s", "", normalize("NFKC", text))
        amount = float(figure.replace(",", "")) if FIGURE.fullmatch(figure) else -1.0
        if not 0 <= amount < MAX_ESTIMATE:
            raise UserError(
                self.env._(
                    "%(field)s: enter an amount such as 1500 or 1500.50, and 0 if "
                    "there are none.",
                    field=self._get_field_label("estimated_cost"),
                )
            )
        return self.currency_id.round(amount)

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
