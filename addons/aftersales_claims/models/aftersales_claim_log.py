# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

#: what leaves the state of a claim as it is; a change of state is in the log anyway
EVENTS_WITHOUT_STATE = ("accepted", "appealed", "estimated", "filed", "posted")


class AftersalesClaim(models.Model):
    """The record of decisions: who, when, what the claim said (R-CLM-05)."""

    _inherit = "aftersales.claim"

    def _log_version(self, event, comment=None, on_behalf=None):
        """Keep what each claim says now, with who did what and why.

        :param event: key of ``aftersales.claim.version.event``
        :param comment: the decision's comment, if any
        :param on_behalf: res.users the acting user stands in for, if any
        """
        # sudo: nobody writes versions but the claim itself, money included
        Version = self.env["aftersales.claim.version"].sudo()
        vals_list = [
            {
                "claim_id": claim.id,
                "event": event,
                "user_id": self.env.uid,
                "on_behalf_of_id": on_behalf.id if on_behalf else False,
                "via_link": bool(self.env.context.get("aftersales_approval_link")),
                "comment": comment,
                "amount": claim.amount_total,
                "company_id": claim.company_id.id,
                "data": {
                    **claim._prepare_version_data(),
                    "evidence_ids": claim._prepare_evidence_data()
                    if event == "submitted"
                    else [],
                },
            }
            for claim in self.sudo()
        ]
        versions = Version.create(vals_list)
        self._log_event(event, self._get_version_note(event, comment))
        return versions

    def _log_event(self, event, body):
        """Tell in the log what was done and by whom; in the message about the change
        of state where there is one, else in a message of its own."""
        # sudo: the log is the claim's, whoever decided
        claims = self.sudo()
        author = self.env.user.partner_id
        tracked = claims.browse()
        if event not in EVENTS_WITHOUT_STATE:
            # nothing is tracked in the transaction that creates the record
            now = self.env.cr.now()
            tracked = claims.filtered(lambda claim: claim.create_date < now)
        tracked._track_set_log_message(body)
        tracked._track_set_author(author)
        noted = claims - tracked
        noted._message_log_batch(
            bodies=dict.fromkeys(noted.ids, body), author_id=author.id
        )

    def _get_version_note(self, event, comment):
        """Return what the log says about ``event``, in the user's language."""
        # sudo: names of events, which are nobody's secret
        Version = self.env["aftersales.claim.version"].sudo()
        label = dict(Version._fields["event"]._description_selection(self.env))[event]
        if self.env.context.get("aftersales_approval_link"):
            label = self.env._("%(event)s by e-mail link", event=label)
        return ": ".join(filter(None, (label, comment)))

    def _prepare_version_data(self):
        """Return what the claim says as a dict for JSON; amounts in the currency of
        the claim, names as they are now."""
        self.ensure_one()
        return {
            "kind": self.kind,
            "kind_reason": self.kind_reason or "",
            "partner_id": self.partner_id.display_name,
            "lot_id": self.lot_id.display_name or "",
            "failure_date": fields.Date.to_string(self.failure_date),
            "damage": self.damage or "",
            "technology_analysis": self.technology_analysis or "",
            "quality_analysis": self.quality_analysis or "",
            "proposal": self.proposal or "",
            "proposal_comment": self.proposal_comment or "",
            "estimated_cost": self.estimated_cost,
            "lines": [line._prepare_version_data() for line in self.line_ids],
            "amount_total": self.amount_total,
        }

    def _prepare_evidence_data(self):
        """Return the names of the files the claim rests on, for JSON. They stay while
        it is with its approvers and may go when it is sent back (R-CLM-01)."""
        self.ensure_one()
        return self.evidence_file_ids.mapped("name")
