# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from .common import ClaimsCommon


class BooksCommon(ClaimsCommon):
    """Parts with a value, and what the ledger says of a claim."""

    def _create_part(self, **vals):
        return (
            self.env["product.product"]
            .with_company(self.company)
            .create(
                {
                    "type": "consu",
                    "is_storable": True,
                    "standard_price": 9,
                    "categ_id": self.part_category.id,
                    **vals,
                }
            )
        )

    def _assert_costs_are_entries(self, claim):
        """Invariant: what the claim says it cost is what the ledger says."""
        lines = claim._get_account_moves().line_ids.filtered(
            lambda line: (
                line.account_id in self.company._get_aftersales_warranty_accounts()
                and line.parent_state == "posted"
            )
        )
        self.assertAlmostEqual(claim.cost_posted, sum(lines.mapped("balance")), 2)
