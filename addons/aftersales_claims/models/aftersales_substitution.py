# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from odoo.addons.aftersales_service.tools.language import in_company_language


class AftersalesSubstitution(models.Model):
    """Who decides for an approver while he is away (R-CLM-05)."""

    _name = "aftersales.substitution"
    _description = "Substitute of an Approver"
    _order = "date_from desc, id desc"
    _rec_name = "substitute_id"

    user_id = fields.Many2one(
        "res.users",
        string="Approver",
        required=True,
        index=True,
        default=lambda self: self.env.user,
    )
    substitute_id = fields.Many2one("res.users", required=True, index=True)
    date_from = fields.Date(required=True, default=fields.Date.context_today)
    date_to = fields.Date(required=True)
    reason = fields.Char()
    active = fields.Boolean(default=True)

    _dates = models.Constraint(
        "CHECK(date_from <= date_to)", "A substitution ends after it begins."
    )
    _other = models.Constraint(
        "CHECK(user_id != substitute_id)", "Nobody is his own substitute."
    )

    @api.constrains("substitute_id")
    def _check_substitute(self):
        Claim = self.env["aftersales.claim"]
        for substitution in self:
            if not Claim.with_user(substitution.substitute_id).has_access("write"):
                raise ValidationError(
                    self.env._(
                        "%(user)s has no right to decide on claims.",
                        user=substitution.substitute_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        substitutions = super().create(vals_list)
        self.env.registry.clear_cache()
        substitutions._check_own()
        substitutions._refresh_reviews()
        return substitutions

    def write(self, vals):
        self._check_own()
        before = self.user_id
        res = super().write(vals)
        self.env.registry.clear_cache()
        self._check_own()
        self._refresh_reviews(before)
        return res

    def unlink(self):
        self._check_own()
        users = self.user_id
        res = super().unlink()
        self.env.registry.clear_cache()
        self.browse()._refresh_reviews(users)
        return res

    def _check_own(self):
        """Approvers hand over their own decisions; administrators anyone's."""
        if self.env.su or self.env.user.has_group("base.group_erp_manager"):
            return
        if any(substitution.user_id != self.env.user for substitution in self):
            raise AccessError(
                self.env._("You can name a substitute for yourself only.")
            )

    @api.model
    def _get_current(self, users):
        """Return the substitutions of ``users`` in force today, on the day it is where
        each of them works, whoever asks."""
        # sudo: who stands in for whom decides on reviews of anybody
        return self.sudo().browse(
            substitution_id
            for zone, members in users.sudo().grouped("tz").items()
            for substitution_id, user_id in self._get_in_force(
                datetime.now(ZoneInfo(zone) if zone else self.env.tz).date()
            )
            if user_id in members._ids
        )

    @api.model
    @tools.ormcache("day")
    def _get_in_force(self, day):
        """Return the substitutions of a day as tuples of their id and the approver's:
        asked for at each approval, changed a few times a year."""
        # sudo: see _get_current; what is kept holds for other callers' contexts, too
        found = (
            self.sudo()
            .with_context(active_test=True)
            .search_fetch(
                [("date_from", "<=", day), ("date_to", ">=", day)], ["user_id"]
            )
        )
        return tuple((item.id, item.user_id.id) for item in found)

    def _refresh_reviews(self, users=None):
        """Recompute who may decide on the open reviews of the persons concerned."""
        users = self.user_id | (users or self.env["res.users"])
        if users:
            self.env["tier.review"]._refresh_reviewers(users)

    @api.model
    @in_company_language
    def _cron_refresh(self):
        """Once a day: substitutions that begin or have ended, also where the day is
        another one than here."""
        begin = Domain("date_from", ">=", "today -1d")
        begin &= Domain("date_from", "<=", "today +1d")
        over = Domain("date_to", ">=", "today -2d") & Domain("date_to", "<=", "today")
        self.search(begin | over)._refresh_reviews()
