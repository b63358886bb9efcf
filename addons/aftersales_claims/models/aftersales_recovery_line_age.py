# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: a line in one of these is still owed
OWED_STATES = ("pending", "accepted", "disputed")
#: days from which each age begins, youngest first
AGES = {"0": 0, "30": 31, "60": 61, "90": 91}


class AftersalesRecoveryLine(models.Model):
    """How long a supplier has owed a line (R-CLM-12): changes by the day, so it is not
    stored; lists, pivots and reports group and filter by it in the database."""

    _inherit = "aftersales.recovery.line"

    age_days = fields.Integer(
        compute="_compute_age",
        help="Days since the statement was sent, while still owed.",
    )
    age_bucket = fields.Selection(
        [
            ("0", "Up to 30 days"),
            ("30", "31 to 60 days"),
            ("60", "61 to 90 days"),
            ("90", "Over 90 days"),
        ],
        compute="_compute_age",
        search="_search_age_bucket",
        string="Age",
        help="Since the statement was sent, while still owed; what was not sent yet is "
        "young.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("owed_since", "state")
    def _compute_age(self):
        """Read by the aged list of what suppliers owe."""
        today = self.env.company._get_aftersales_today()
        for line in self:
            owed = line.state in OWED_STATES
            since = line.owed_since or today
            line.age_days = max((today - since).days, 0) if owed else 0
            line.age_bucket = owed and max(
                (age for age, first in AGES.items() if line.age_days >= first),
                key=AGES.get,
            )

    @api.model
    def _search_age_bucket(self, operator, value):
        if operator != "in":
            return NotImplemented
        owed = Domain("state", "in", OWED_STATES)
        domains = {False: ~owed}
        younger_than = Domain.TRUE
        for age, last_day in self._get_last_days():
            if last_day:
                domains[age] = (
                    owed & younger_than & Domain("owed_since", "<=", last_day)
                )
                younger_than = Domain("owed_since", ">", last_day)
            else:
                young = younger_than | Domain("owed_since", "=", False)
                domains[age] = owed & young
        return Domain.OR(domains[age] for age in value if age in domains)

    @api.model
    def _get_last_days(self):
        """Return (age, last day on which a line of it was sent), oldest first; the
        youngest has none."""
        today = self.env.company._get_aftersales_today()
        return [
            (age, first and today - relativedelta(days=first))
            for age, first in reversed(AGES.items())
        ]

    # === CORE METHODS OVERRIDES ===#
    def _field_to_sql(self, alias, field_expr, query=None):
        """The age in SQL, as computed above, to group and sort by."""
        if field_expr != "age_bucket":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        since = self._field_to_sql(alias, "owed_since", query)
        *older, (youngest, _none) = self._get_last_days()
        return SQL(
            "CASE WHEN %(state)s NOT IN %(owed)s THEN NULL %(older)s ELSE %(last)s END",
            state=self._field_to_sql(alias, "state", query),
            owed=OWED_STATES,
            older=SQL(" ").join(
                SQL("WHEN %s <= %s THEN %s", since, last_day, age)
                for age, last_day in older
            ),
            last=youngest,
        )
