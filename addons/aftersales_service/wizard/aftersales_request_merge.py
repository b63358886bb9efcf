# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.aftersales_request import OPEN_STATES

#: what moves from a merged request to the one it is merged into
MOVED_MODELS = (
    "aftersales.order",
    "aftersales.request.handover",
    "aftersales.request.guidance",
    "aftersales.request.correction",
    "aftersales.call",
)


class AftersalesRequestMerge(models.TransientModel):
    """Merges requests about the same thing into one of them.

    Messages, attachments, orders, logs and SLA lines move; the others are
    cancelled and point to the one that stays."""

    _name = "aftersales.request.merge"
    _description = "Merge Requests"

    request_ids = fields.Many2many(
        "aftersales.request",
        "aftersales_request_merge_rel",
        "wizard_id",
        "request_id",
        default=lambda self: self.env["aftersales.request"].browse(
            self.env.context.get("active_ids", [])
        ),
    )
    target_id = fields.Many2one(
        "aftersales.request",
        string="Merge Into",
        compute="_compute_target_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', request_ids)]",
    )

    @api.depends("request_ids")
    def _compute_target_id(self):
        for wizard in self:
            ordered = wizard.request_ids.sorted(lambda r: (r.reported_at, r._origin.id))
            wizard.target_id = ordered[:1]

    def action_merge(self):
        """Merge; returns the action that opens the remaining request.

        :raise UserError: fewer than two, finished ones, other customer or company
        """
        self.ensure_one()
        target = self.target_id
        if target not in self.request_ids:
            raise UserError(self.env._("Choose the request that remains."))
        sources = self.request_ids - target
        self._check_merge(target, sources)
        (target | sources).lock_for_update()
        for model in MOVED_MODELS:
            self._move(model, "request_id", sources, target)
        self._move_clocks(sources, target)
        self._move_thread(sources, target)
        fault_texts = [text for text in sources.mapped("fault") if text]
        target.write(
            {
                "fault": "\n".join(filter(None, [target.fault, *fault_texts])),
                "priority": max((target | sources).mapped("priority")),
                "public_attention": any((target | sources).mapped("public_attention")),
            }
        )
        names = ", ".join(sources.mapped("name"))
        reason = self.env._("Merged into %(name)s", name=target.name)
        sources._set_state("cancelled", cancel_reason=reason, merged_into_id=target.id)
        sources._log_reason(self.env._("Cancelled"), reason)
        target._message_log(body=self.env._("Merged from %(names)s", names=names))
        return {
            "type": "ir.actions.act_window",
            "res_model": "aftersales.request",
            "res_id": target.id,
            "view_mode": "form",
        }

    def _check_merge(self, target, sources):
        if not sources:
            raise UserError(self.env._("Choose two requests at least."))
        (target | sources)._check_state_in(OPEN_STATES)
        (target | sources).check_access("write")
        if len((target | sources).company_id) > 1:
            raise UserError(
                self.env._("Requests of different companies can't be merged.")
            )
        customers = (target | sources).partner_id.commercial_partner_id
        if len(customers) > 1:
            raise UserError(
                self.env._("Requests of different customers can't be merged.")
            )

    def _move(self, model, fname, sources, target):
        # sudo: nothing may stay behind, whatever the user may write
        records = self.env[model].sudo().search([(fname, "in", sources.ids)])
        records.write({fname: target.id})
        return records

    def _move_clocks(self, sources, target):
        """Move SLA lines and pauses, remembering where they come from: each limit
        keeps the time it stood still, no limit gets another's."""
        now = fields.Datetime.now()
        # sudo: clocks are kept by the system
        lines = self.env["aftersales.sla.status"].sudo()
        pauses = self.env["aftersales.request.pause"].sudo()
        pauses.search(
            [
                ("request_id", "in", (target | sources).ids),
                ("date_to", "=", False),
            ]
        ).write({"date_to": now})
        for source in sources:
            # merged before, a limit keeps its first origin
            moved = lines.search([("request_id", "=", source.id)])
            moved.filtered(lambda line: not line.merged_at).write(
                {"origin_request_id": source.id, "merged_at": now}
            )
            moved.write({"request_id": target.id})
            stood = pauses.search([("request_id", "=", source.id)])
            stood.filtered(lambda pause: not pause.origin_request_id).write(
                {"origin_request_id": source.id}
            )
            stood.write({"request_id": target.id})
            if target.answered_at or source.answered_at:
                answered = min(filter(None, (target.answered_at, source.answered_at)))
                target._stamp(answered_at=answered)
        if target.answered_at:
            target._sla_reach("answer", target.answered_at)
        self._restart_clocks(target, now)

    def _restart_clocks(self, target, now):
        """Let the clocks stand or run as the remaining request does."""
        # sudo: as in _move_clocks
        open_lines = target.sudo().sla_status_ids.filtered(
            lambda line: line.state in ("running", "paused")
        )
        if target.state == "waiting":
            self.env["aftersales.request.pause"].sudo().create(
                {
                    "request_id": target.id,
                    "date_from": now,
                    "reason": self.env._("Merged while waiting"),
                }
            )
            open_lines.filtered(lambda line: line.state == "running").write(
                {"state": "paused", "paused_since": now}
            )
        else:
            paused = open_lines.filtered(lambda line: line.state == "paused")
            paused.write({"state": "running", "paused_since": False})
            paused._refresh_clocks()

    def _move_thread(self, sources, target):
        """Move messages, attachments, activities and followers."""
        # sudo: as in _move
        for model, fname in (
            ("mail.message", "model"),
            ("ir.attachment", "res_model"),
            ("mail.activity", "res_model"),
        ):
            records = (
                self.env[model]
                .sudo()
                .search([(fname, "=", target._name), ("res_id", "in", sources.ids)])
            )
            records.write({"res_id": target.id})
        target.message_subscribe(sources.sudo().message_partner_ids.ids)
