# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class TierReview(models.Model):
    """Who reads the reviews of our documents: their reviewers, who asked for them, and
    whoever may read the document (R-CLM-05, R-PEN-05).

    OCA lets every internal user read all of them, with what the approvers wrote about
    an accident or about a tool somebody has lost. Reviews of other documents keep
    OCA's rights.
    """

    _inherit = "tier.review"

    # === CORE METHODS OVERRIDES ===#
    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        if not (self.env.su or bypass_access):
            # part of the query itself: no further query, and the right page and count
            domain = Domain(domain) & Domain.custom(to_sql=self._get_readable_sql)
        return super()._search(
            domain,
            offset,
            limit,
            order,
            active_test=active_test,
            bypass_access=bypass_access,
        )

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if operation != "read" or self.env.su:
            return result
        checked = (self - result[0] if result else self)._origin
        if not checked:
            return result
        readable = checked.browse(checked._search([("id", "in", checked.ids)]))
        hidden = (checked - readable).exists()
        if not hidden:
            return result
        forbidden = hidden | (result[0] if result else hidden.browse())
        return forbidden, lambda: self.env["ir.rule"]._make_access_error(
            operation, forbidden
        )

    # === BUSINESS METHODS ===#
    @api.model
    def _get_readable_models(self):
        """Return the names of our models with tiers that the user may read at all."""
        names = self.env.registry.descendants(["tier.validation"], "_inherit")
        return [
            name
            for name in names
            if name.startswith("aftersales.")
            and not self.env[name]._abstract
            and self.env[name].has_access("read")
        ]

    @api.model
    def _get_readable_sql(self, model, alias, query):
        """Return the condition on the reviews at ``alias`` the user may read.

        Each document is looked up by its key, under the rules of its own model.
        """
        uid = self.env.uid
        own = (
            Domain("model", "=", False)
            | Domain("model", "not =like", "aftersales.%")
            | Domain("requested_by", "=", uid)
            | Domain("done_by", "=", uid)
            | Domain("reviewer_ids", "in", [uid])
        )
        # sudo: whether it is his own, does not depend on whom else he may read
        reviews = self.sudo()
        conditions = [own.optimize_full(reviews)._to_sql(reviews, alias, query)]
        for name in self._get_readable_models():
            document = self.env[name].with_context(active_test=False)
            documents = document._search([])
            if documents.is_empty():
                continue
            documents.add_where(
                SQL(
                    "%s = %s",
                    SQL.identifier(document._table, "id"),
                    reviews._field_to_sql(alias, "res_id", query),
                )
            )
            conditions.append(
                SQL(
                    "(%s = %s AND EXISTS %s)",
                    reviews._field_to_sql(alias, "model", query),
                    name,
                    documents.subselect("1"),
                )
            )
        return SQL("(%s)", SQL(" OR ").join(conditions))
