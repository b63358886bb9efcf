# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from unicodedata import normalize

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.serials import list_serials

#: claims in these hold their parts no longer
ENDED_STATES = ("rejected", "cancelled")
#: fields of a line that say which pieces it holds; those of its claim are the claim's
PIECE_FIELDS = {"claim_id", "product_id", "quantity", "old_lot_name"}


def get_duplicate_message(env, diagnostics):
    """Name the other claim also where the database alone noticed: two people claimed
    the same part at the same moment.

    :param diagnostics: what PostgreSQL says, with the key after ``)=(``
    """
    found = re.search(r"\)=\((\d+), (.*)\)", diagnostics.message_detail or "")
    line = env["aftersales.claim.line"]
    if found:
        # sudo: a claim of another department holds its part as well
        line = line.sudo()._search_holder(int(found[1]), found[2])
    if not line:
        return env._(
            "This part with the same serial number and failure date is already claimed."
        )
    return line._prepare_duplicate_text(line, line._get_duplicate_keys().get(found[2]))


class AftersalesClaimLine(models.Model):
    """Same serial number, part and failure date are claimed once (R-CLM-01)."""

    _inherit = "aftersales.claim.line"

    duplicate_key = fields.Char(
        compute="_compute_duplicate_key",
        store=True,
        help="Machine, part and failure date of a live claim line without a serial "
        "number; the pieces with one are rows of their own.",
    )

    # the last guard, when two claim at once; that of pieces with serial numbers is
    # with the pieces
    _duplicate_uniq = models.UniqueIndex(
        "(company_id, duplicate_key) WHERE duplicate_key IS NOT NULL",
        get_duplicate_message,
    )

    # === COMPUTE METHODS ===#
    @api.depends(
        "state",
        "company_id",
        "product_id",
        "quantity",
        "old_lot_name",
        "order_part_id",
        "claim_id.lot_id",
        "claim_id.failure_date",
    )
    def _compute_duplicate_key(self):
        for line in self:
            line.duplicate_key = not line._get_old_serials() and next(
                iter(line._get_live_keys()), False
            )

    def _get_live_keys(self):
        """Return the keys the line holds now: none once its claim has ended."""
        self.ensure_one()
        return {} if self.state in ENDED_STATES else self._get_duplicate_keys()

    def _get_duplicate_keys(self):
        """Return each serial number (else the machine), with part and failure date as
        one text; none where neither number nor machine is known.

        :return: {key: what is written in the serial number's place}
        """
        self.ensure_one()
        rest = [str(self.product_id.id), str(self.claim_id.failure_date)]
        if serials := self._get_old_serials():
            return {"/".join([name.upper(), *rest]): name for name in serials}
        machine = self.claim_id.lot_id
        if not machine:
            return {}
        if self._is_further_piece():
            rest.append(f"P{self.order_part_id.id}")
        return {"/".join([f"#{machine.id}", *rest]): machine.name}

    def _get_old_serials(self):
        """Return the old serial numbers named on the line, each of them once."""
        self.ensure_one()
        # a Chinese keyboard types the same number in letters of full width
        return list_serials(normalize("NFKC", self.old_lot_name or ""), self.quantity)

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

    # === CORE METHODS OVERRIDES ===#
    @api.model
    def _sql_error_to_message(self, exc):
        """What is wrong with a piece is said in words on an import as well."""
        piece = self.env["aftersales.claim.line.piece"]
        if exc.diag.table_name == piece._table:
            return piece._sql_error_to_message(exc)
        return super()._sql_error_to_message(exc)

    # === CONSTRAINT METHODS ===#
    @api.constrains(
        "claim_id", "product_id", "quantity", "old_lot_name", "order_part_id"
    )
    def _check_duplicate(self):
        self.filtered(
            lambda line: line.claim_id.state not in ENDED_STATES
        )._refuse_duplicates()

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # a new line without a number holds nothing yet
        lines.filtered("old_lot_name")._update_pieces()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if PIECE_FIELDS & set(vals):
            self._update_pieces()
        return res

    # === BUSINESS METHODS ===#
    def _refuse_duplicates(self):
        """Refuse parts that a live claim holds already, in a constant number of
        queries for any number of lines.

        :raises ValidationError: names the other claim and says how to go on
        :raises RedirectWarning: the same on a screen, with a button to that claim
        """
        # sudo: a claim of another department holds its part as well
        keys = {line: line._get_duplicate_keys() for line in self.sudo()}
        lines = self.sudo().filtered(lambda line: keys[line])
        if not lines:
            return
        others = lines._search_same_parts()
        keys.update((line, line._get_duplicate_keys()) for line in others)
        holders = {}
        for line in others | lines:
            for key in keys[line]:
                holders.setdefault((line.company_id, key), line)
        texts = []
        claims = self.env["aftersales.claim"]
        for line in lines:
            for key, serial in keys[line].items():
                holder = holders[line.company_id, key]
                if holder != line:
                    texts.append(line._prepare_duplicate_text(holder, serial))
                    claims |= holder.claim_id - line.claim_id
        if texts:
            claims.with_env(self.env)._raise_duplicate("\n".join(texts))

    def _update_pieces(self):
        """Keep a row for each piece with a serial number that a line holds, so that
        the database refuses the second of two claims of the same moment. What another
        line held before, claimed when lists of numbers were one, stays with it."""
        if not self:
            return
        # sudo: kept by the system
        Piece = self.env["aftersales.claim.line.piece"].sudo()
        wanted = {
            (line.company_id.id, key): line
            for line in self.sudo().sorted("id", reverse=True)
            if line._get_old_serials()
            for key in line._get_live_keys()
        }
        domain = Domain("line_id", "in", self.ids)
        if wanted:
            companies, keys = map(set, zip(*wanted, strict=True))
            domain |= Domain("company_id", "in", companies) & Domain("key", "in", keys)
        stale = Piece
        for piece in Piece.search(domain):
            company_key = (piece.company_id.id, piece.key)
            if piece.line_id == wanted.get(company_key):
                del wanted[company_key]
            elif (
                piece.line_id in self or piece.key not in piece.line_id._get_live_keys()
            ):
                stale += piece
            else:
                wanted.pop(company_key, None)
        stale.unlink()
        Piece.create(
            [
                {"line_id": line.id, "company_id": company_id, "key": key}
                for (company_id, key), line in wanted.items()
            ]
        )

    def _search_holder(self, company_id, key):
        """Return the line that holds ``key`` in the company."""
        piece = self.env["aftersales.claim.line.piece"].search(
            [("company_id", "=", company_id), ("key", "=", key)], limit=1
        )
        return piece.line_id or self.search(
            [("company_id", "=", company_id), ("duplicate_key", "=", key)], limit=1
        )

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
        alive_of_machine = alive & Domain("lot_id", "in", claims.lot_id.ids)
        # the claims of a machine are few, and mostly the line's own is the only one;
        # by the order of lists their priorities would be written for it first
        same = claims.search(alive_of_machine, order="id").line_ids
        if any(self.mapped("old_lot_name")):
            # a number is typed in many ways, the key tells which are the same
            same |= self.search(
                Domain("product_id", "in", self.product_id.ids)
                & Domain("old_lot_name", "!=", False)
                & Domain("claim_id", "any", alive)
            )
        others = (same - self).filtered(lambda line: line.product_id in self.product_id)
        return others.sorted("id")

    def _prepare_duplicate_text(self, holder, serial=None):
        """Return why the part of this line cannot be claimed, in the user's words.

        :param holder: the aftersales.claim.line that holds it; the line itself when
            only the holder is known
        :param serial: the piece in question, of several; all of them by default
        """
        self.ensure_one()
        claim = holder.claim_id
        values = {
            "part": self.product_id.display_name,
            "serial": serial or self.old_lot_name or self.claim_id.lot_id.name,
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
