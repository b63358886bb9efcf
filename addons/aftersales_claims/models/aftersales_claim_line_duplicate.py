# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from unicodedata import normalize

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

#: claims in these hold their parts no longer
ENDED_STATES = ("rejected", "cancelled")


def _get_duplicate_message(env, diagnostics):
    """Name the other claim also where the database alone noticed: two people claimed
    the same part at the same moment.

    :param diagnostics: what PostgreSQL says, with the key after ``)=(``
    """
    found = re.search(r"\)=\((\d+), (.*)\)", diagnostics.message_detail or "")
    line = env["aftersales.claim.line"]
    if found:
        # sudo: a claim of another department holds its part as well
        line = line.sudo().search(
            [("company_id", "=", int(found[1])), ("duplicate_key", "=", found[2])],
            limit=1,
        )
    if not line:
        return env._(
            "This part with the same serial number and failure date is already claimed."
        )
    return line._prepare_duplicate_text(line)


class AftersalesClaimLine(models.Model):
    """Same serial number, part and failure date are claimed once (R-CLM-01)."""

    _inherit = "aftersales.claim.line"

    duplicate_key = fields.Char(
        compute="_compute_duplicate_key",
        store=True,
        help="Serial number, part and failure date of a live claim line.",
    )

    # the last guard, when two claim at once
    _duplicate_uniq = models.UniqueIndex(
        "(company_id, duplicate_key) WHERE duplicate_key IS NOT NULL",
        _get_duplicate_message,
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "state",
        "product_id",
        "old_lot_name",
        "order_part_id",
        "claim_id.lot_id",
        "claim_id.failure_date",
    )
    def _compute_duplicate_key(self):
        for line in self:
            ended = line.state in ENDED_STATES
            line.duplicate_key = False if ended else line._get_duplicate_key()

    def _get_duplicate_key(self):
        """Return serial number (else the machine), part and failure date as one text;
        False where neither number nor machine is known."""
        self.ensure_one()
        # a Chinese keyboard types the same number in letters of full width
        serial = normalize("NFKC", self.old_lot_name or "").strip().upper()
        machine = self.claim_id.lot_id
        if not (serial or machine):
            return False
        names = [
            serial or f"#{machine.id}",
            str(self.product_id.id),
            str(self.claim_id.failure_date),
        ]
        if not serial and self._is_further_piece():
            names.append(f"P{self.order_part_id.id}")
        return "/".join(names)

    def _is_further_piece(self):
        """Whether the order fitted the same part more than once, of two lots say: each
        of them is claimed once, and the first bars a claim by hand (R-CLM-01)."""
        part = self.order_part_id
        fitted = part.order_id.part_ids.filtered(
            lambda item: (
                item.product_id == part.product_id
                and item.in_warranty
                and item.quantity_used > 0
                and not item.old_lot_name
            )
        )
        return part in fitted.sorted("id")[1:]

    # === CONSTRAINT METHODS ===#
    @api.constrains("claim_id", "product_id", "old_lot_name", "order_part_id")
    def _check_duplicate(self):
        self.filtered(
            lambda line: line.claim_id.state not in ENDED_STATES
        )._refuse_duplicates()

    # === BUSINESS METHODS ===#
    def _refuse_duplicates(self):
        """Refuse parts that a live claim holds already, in a constant number of
        queries for any number of lines.

        :raises ValidationError: names the other claim and says how to go on
        :raises RedirectWarning: the same on a screen, with a button to that claim
        """
        # sudo: a claim of another department holds its part as well
        lines = self.sudo().filtered(lambda line: line._get_duplicate_key())
        if not lines:
            return
        holders = {}
        for line in lines._search_same_parts() | lines:
            holders.setdefault((line.company_id, line._get_duplicate_key()), line)
        texts = []
        claims = self.env["aftersales.claim"]
        for line in lines:
            holder = holders[line.company_id, line._get_duplicate_key()]
            if holder != line:
                texts.append(line._prepare_duplicate_text(holder))
                claims |= holder.claim_id - line.claim_id
        if texts:
            claims.with_env(self.env)._raise_duplicate("\n".join(texts))

    def _search_same_parts(self):
        """Return live lines that may hold a part of ``self``.

        Searched by what the key is made of, all of it in the database already:
        searching by the key itself would first write the new keys, and the database
        would refuse them without naming the other claim.
        """
        claims = self.claim_id
        alive = Domain("company_id", "in", claims.company_id.ids)
        alive &= Domain("failure_date", "in", set(claims.mapped("failure_date")))
        alive &= Domain("state", "not in", ENDED_STATES)
        same = Domain(
            "claim_id", "any", alive & Domain("lot_id", "in", claims.lot_id.ids)
        )
        if any(self.mapped("old_lot_name")):
            # a number is typed in many ways, the key tells which are the same
            numbered = Domain("old_lot_name", "!=", False)
            same |= numbered & Domain("claim_id", "any", alive)
        products = Domain("product_id", "in", self.product_id.ids)
        return self.search(
            Domain("id", "not in", self.ids) & products & same, order="id"
        )

    def _prepare_duplicate_text(self, holder):
        """Return why the part of this line cannot be claimed, in the user's words.

        :param holder: the aftersales.claim.line that holds it; the line itself when
            only the holder is known
        """
        self.ensure_one()
        claim = holder.claim_id
        values = {
            "part": self.product_id.display_name,
            "serial": self.old_lot_name or self.claim_id.lot_id.name,
            "date": format_date(self.env, self.claim_id.failure_date),
            "claim": claim.name,
        }
        if holder != self and claim == self.claim_id:
            return self.env._(
                "%(part)s (%(serial)s) is twice on %(claim)s: put it on one line with "
                "its quantity.",
                **values,
            )
        if self.env.user.share:
            # a station learns where its part is claimed, nothing else of that claim
            return self.env._(
                "%(part)s (%(serial)s), failed on %(date)s, is claimed already: "
                "%(claim)s.",
                **values,
            )
        states = dict(claim._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(part)s (%(serial)s), failed on %(date)s, is claimed already: "
            "%(claim)s (%(state)s). Open %(claim)s and go on there; it can be claimed "
            "anew only after that claim is rejected or cancelled.",
            **values,
            state=states[claim.state],
        )
