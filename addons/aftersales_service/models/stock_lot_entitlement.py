# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_date, ormcache


class StockLot(models.Model):
    """Who pays for a fault of the machine, and the log of why (R-INT-06, R-WAR-01)."""

    _inherit = "stock.lot"

    # === BUSINESS METHODS ===#
    def _get_warranty_entitlement(self, date=None, products=None):
        """Answer, for each machine of ``self``, who pays (R-INT-06, R-WAR-01).

        Costs a constant number of queries, whatever the number of machines.

        :param date: day of the fault, today by default
        :param products: product.product records to be judged as parts of each
            machine, or a dict ``{lot id: product.product}``
        :return: ``{lot id: answer}``; an answer has ``state`` (in/out/void/unknown),
            ``policy`` (record), ``start``, ``end``, ``parts``, ``labour``,
            ``travel`` (booleans for the machine as a whole), ``classes``
            ``{component class id or False: {end, covered, parts, labour, travel}}``,
            ``products`` ``{product id: {covered, end, log}}`` and ``log``, the
            reasons in the user's words.
        """
        # read in one go: prefetching alone would ask again for every 1,000 machines
        self.fetch(
            [
                "company_id",
                "product_id",
                "warranty_policy_id",
                "warranty_start",
                "warranty_end",
                "warranty_suspended_days",
                "warranty_void",
                "warranty_void_cause",
                "warranty_void_date",
                "warranty_void_reason",
                *self.env["aftersales.warranty.policy.line"]._BASES.values(),
            ]
        )
        date = fields.Date.to_date(date) or self.company_id[:1]._get_aftersales_today()
        wanted = {
            lot.id: products.get(lot.id, self.env["product.product"])
            if isinstance(products, dict)
            else products or self.env["product.product"]
            for lot in self
        }
        components = self._get_warranted_components(date) if products else {}
        answers = {}
        for lot in self:
            answer = lot._get_warranty_answer(date)
            for product in wanted[lot.id]:
                answer["products"][product.id] = lot._get_warranty_part_answer(
                    product, date, answer, components.get((lot.id, product.id))
                )
            answers[lot.id] = answer
        return answers

    def _get_warranted_components(self, date):
        """Return ``{(lot id, product id): end}`` of the parts in ``self`` that carry
        a warranty of their own on ``date``."""
        groups = self.env["aftersales.machine.component"]._read_group(
            [
                ("lot_id", "in", self.ids),
                ("fitted_on", "<=", date),
                ("warranty_end", ">=", date),
                "|",
                ("removed_on", "=", False),
                ("removed_on", ">=", date),
            ],
            ["lot_id", "product_id"],
            ["warranty_end:max"],
        )
        return {(lot.id, product.id): end for lot, product, end in groups}

    def _get_warranty_answer(self, date):
        self.ensure_one()
        policy = self.warranty_policy_id
        state = self._get_warranty_state(date)
        log = []
        if not policy:
            log.append(self.env._("No warranty policy holds for this machine."))
        else:
            log.append(self.env._("Policy “%(name)s”", name=policy.name))
        classes = {}
        for line in policy.line_ids:
            ends = line._get_ends(self)
            end = ends[0][0] if ends else False
            covered = state != "void" and bool(end) and date <= end
            classes[line.component_class_id.id] = {
                "end": end,
                "covered": covered,
                "parts": covered and line.covers_parts,
                "labour": covered and line.covers_labour,
                "travel": covered and line.covers_travel,
            }
            log.append(self._get_warranty_line_log(line, ends))
        whole = classes.get(False, {})
        if state == "void":
            cause = dict(
                self._fields["warranty_void_cause"]._description_selection(self.env)
            ).get(self.warranty_void_cause, "")
            log.append(
                self.env._(
                    "Void: %(cause)s. %(reason)s",
                    cause=cause,
                    reason=self.warranty_void_reason or "",
                )
            )
        elif state == "unknown":
            log.append(self.env._("No date to count from is known."))
        elif state == "in":
            log.append(
                self.env._(
                    "In warranty on %(date)s (until %(end)s).",
                    date=self._format_date(date),
                    end=self._format_date(self.warranty_end),
                )
            )
        else:
            log.append(
                self.env._(
                    "Out of warranty on %(date)s (ended %(end)s).",
                    date=self._format_date(date),
                    end=self._format_date(self.warranty_end),
                )
            )
        return {
            "state": state,
            "policy": policy,
            "start": self.warranty_start,
            "end": self.warranty_end,
            "parts": whole.get("parts", False),
            "labour": whole.get("labour", False),
            "travel": whole.get("travel", False),
            "classes": classes,
            "products": {},
            "log": log,
        }

    @api.model
    @ormcache("date", "self.env.lang")
    def _format_date(self, date):
        """Return ``date`` in the user's format; thousands of machines share days."""
        return format_date(self.env, date) if date else "—"

    def _get_warranty_line_log(self, line, ends):
        """Return the sentence that explains the ends of one term."""
        name = line._get_name()
        if line.is_excluded:
            return self.env._("%(name)s: no warranty.", name=name)
        if not ends:
            return self.env._("%(name)s: no end known yet.", name=name)
        terms = []
        for end, start, term in ends:
            if term == "hours_limit":
                terms.append(
                    self.env._(
                        "%(hours)d running hours reached %(end)s",
                        hours=line.hours_limit,
                        end=self._format_date(end),
                    )
                )
                continue
            terms.append(
                self.env._(
                    "%(months)d months %(base)s %(start)s until %(end)s",
                    months=line[term],
                    base=line._get_base_text(term),
                    start=self._format_date(start),
                    end=self._format_date(end),
                )
            )
        if line.policy_id.suspend_in_repair and self.warranty_suspended_days:
            terms.append(
                self.env._(
                    "%(days)d days in repair included",
                    days=self.warranty_suspended_days,
                )
            )
        return self.env._("%(name)s: %(terms)s", name=name, terms="; ".join(terms))

    def _get_warranty_part_answer(self, product, date, answer, own_end=None):
        """Return ``{covered, end, log}`` of ``product`` as a part of this machine:
        by the term of its class, or by its own when it was itself a replacement
        (R-WAR-05)."""
        line = (
            self.warranty_policy_id._get_line(product.component_class_id)
            if self.warranty_policy_id
            else None
        )
        term = answer["classes"].get(line.component_class_id.id) if line else None
        if answer["state"] == "void":
            return {"covered": False, "end": False, "log": answer["log"][-1]}
        if own_end:
            log = self.env._(
                "%(product)s: fitted as a replacement, own warranty until %(end)s.",
                product=product.display_name,
                end=self._format_date(own_end),
            )
            return {"covered": True, "end": own_end, "log": log}
        if not line or (not term["end"] and not line.is_excluded):
            log = self.env._(
                "%(product)s: no end of warranty is known.",
                product=product.display_name,
            )
            return {"covered": False, "end": False, "log": log}
        if line.is_excluded or (term["covered"] and not term["parts"]):
            log = self.env._(
                "%(product)s: %(name)s, no warranty on parts.",
                product=product.display_name,
                name=line._get_name(),
            )
            return {"covered": False, "end": term["end"], "log": log}
        values = {
            "product": product.display_name,
            "name": line._get_name(),
            "end": self._format_date(term["end"]),
        }
        log = (
            self.env._("%(product)s: %(name)s, in warranty until %(end)s.", **values)
            if term["covered"]
            else self.env._("%(product)s: %(name)s, warranty ended %(end)s.", **values)
        )
        return {"covered": term["parts"], "end": term["end"], "log": log}
