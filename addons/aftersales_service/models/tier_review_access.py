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
            domain = Domain(domain)
            names = self._get_searched_models(domain)

            def to_sql(model, alias, query):
                return self._get_readable_sql(alias, query, names)

            # part of the query itself: no further query, and the right page and count
            domain &= Domain.custom(to_sql=to_sql)
        return super()._search(
            domain,
            offset,
            limit,
            order,
            active_test=active_test,
            bypass_access=bypass_access,
        )

    @api.model
    @api.private
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        if field_names is not None and not self.env.su:
            # all at once: what is read later would be asked for access again
            columns = [
                name
                for name, field in self._fields.items()
                if field.prefetch is True and self._has_field_access(field, "read")
            ]
            field_names = [*dict.fromkeys([*field_names, *columns, "reviewer_ids"])]
        return super().search_fetch(domain, field_names, offset, limit, order)

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
    def _get_readable_models(self, among=None):
        """Return the names of our models with tiers that the user may read at all.

        :param among: the names asked for, all by default
        """
        names = self.env.registry.descendants(["tier.validation"], "_inherit")
        return [
            name
            for name in names
            if name.startswith("aftersales.")
            and (among is None or name in among)
            and not self.env[name]._abstract
            and self.env[name].has_access("read")
        ]

    @api.model
    def _get_searched_models(self, domain):
        """Return the names of the models ``domain`` is about, or None if it may be
        about any: a condition for each of them costs time to plan."""
        terms = list(domain)
        if "|" in terms or "!" in terms:
            return None
        field = self._fields["model"]
        for term in terms:
            if not isinstance(term, tuple) or term[1] not in ("=", "in"):
                continue
            values = term[2] if term[1] == "in" else [term[2]]
            if term[0] == "model":
                return set(values)
            if term[0] == "id" and isinstance(values, (list, tuple, set)):
                reviews = self.browse(values)
                if not any(field._cache_missing_ids(reviews)):
                    # sudo: in the cache already, and nothing is shown by it
                    return set(reviews.sudo().mapped("model"))
        return None

    @api.model
    def _get_readable_sql(self, alias, query, names=None):
        """Return the condition on the reviews at ``alias`` the user may read.

        Each document is looked up by its key, under the rules of its own model.

        :param names: the models looked at, all of ours by default
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
        for name in self._get_readable_models(names):
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
