# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class AftersalesDueMixin(models.AbstractModel):
    """A date given to somebody (R-CLM-16): he does not move it himself. Quality does,
    or whoever set it, with a reason that stays in the log; others ask for it.

    The document has ``due_date`` and lists ``due_set_by_id`` in its guarded fields.
    """

    _name = "aftersales.due.mixin"
    _inherit = "aftersales.state.mixin"
    _description = "Due Date Set by Somebody"

    due_set_by_id = fields.Many2one(
        "res.users",
        string="Due Date Set By",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )

    # === CRUD METHODS ===#
    def write(self, vals):
        moved = self.browse()
        if "due_date" in vals and not self.env.su:
            date = fields.Date.to_date(vals["due_date"])
            moved = self.filtered(lambda record: record.due_date != date)
            moved._check_may_move_due()
            held = moved.filtered(lambda record: not record._is_due_planned())
            if held:
                raise UserError(
                    self.env._(
                        "%(documents)s: the date moves by the button “Another Date”, "
                        "which asks for the reason.",
                        documents=", ".join(held.mapped("display_name")),
                    )
                )
        res = super().write(vals)
        if moved:
            # sudo: who set the date is nobody's to write
            moved.sudo().due_set_by_id = self.env.user
        return res

    # === ACTION METHODS ===#
    def action_move_due(self):
        """Open the dialog that moves the date or asks for another one."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Another Date"),
            "res_model": "aftersales.due.change",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    # === BUSINESS METHODS ===#
    def _check_step(self, state, *groups):
        """:raises UserError: one of the documents is not in ``state`` (or one of these
        states), or the user has none of ``groups``"""
        states = (state,) if isinstance(state, str) else state
        if groups and not any(self.env.user.has_group(group) for group in groups):
            raise UserError(
                self.env._(
                    "%(documents)s: your role does not allow this step.",
                    documents=", ".join(self.mapped("display_name")),
                )
            )
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.state not in states:
                raise UserError(
                    self.env._(
                        "%(name)s is %(state)s: this step is not possible now.",
                        name=record.display_name,
                        state=labels[record.state],
                    )
                )

    def _is_due_planned(self):
        """Hook: whether the work has not begun yet: the date moves without reason."""
        self.ensure_one()
        return False

    def _check_due_open(self):
        """Hook: raise if there is nothing to be done any more."""
        self._check_settled({"due_date": False})

    def _get_due_thread(self):
        """Hook: return the document whose log tells of the date."""
        self.ensure_one()
        return self

    def _get_due_decider(self):
        """Return whom to ask for another date: whoever set it, while he can move it,
        else quality."""
        self.ensure_one()
        thread, user = self._get_due_thread(), self.due_set_by_id
        # with his own companies, not those whoever asks is working in
        his = thread.with_user(user).with_context(allowed_company_ids=None)
        if user.active and his.has_access("write"):
            return user
        return (
            thread.company_id._get_aftersales_stand_in("group_quality")
            or thread.user_id
        )

    def _may_move_due(self):
        self.ensure_one()
        return (
            self.env.su
            or self.env.user.has_group("aftersales_service.group_quality")
            or self.due_set_by_id == self.env.user
        )

    def _check_may_move_due(self):
        """:raises AccessError: neither quality nor the one who set the date"""
        held = self.filtered(lambda record: not record._may_move_due())
        if held:
            raise AccessError(
                self.env._(
                    "%(documents)s: the date is moved by quality or by whoever set it. "
                    "Ask for another date by the button.",
                    documents=", ".join(held.mapped("display_name")),
                )
            )

    @api.private
    def move_due(self, date, reason):
        """Move the date of ``self``; the log tells from when, to when and why.

        :raises UserError: no reason, not the user's to move, or nothing open
        """
        self.check_access("write")
        self._check_may_move_due()
        self._check_due_open()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the date moves."))
        for record in self:
            before = record.due_date
            # sudo: the checks are above
            record.sudo().write({"due_date": date, "due_set_by_id": self.env.uid})
            record._get_due_thread().message_post(
                body=self.env._(
                    "%(document)s: due on %(after)s instead of %(before)s. %(reason)s",
                    document=record.display_name,
                    after=format_date(self.env, date),
                    before=format_date(self.env, before),
                    reason=reason,
                )
            )

    @api.private
    def ask_due(self, date, reason):
        """Ask whoever set the dates of ``self`` for another one.

        :raises UserError: no reason, or nothing open
        """
        self.check_access("write")
        self._check_due_open()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the date moves."))
        for record in self:
            thread = record._get_due_thread()
            user = record._get_due_decider()
            thread.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._(
                    "%(user)s asks for another date: %(document)s, %(date)s",
                    user=self.env.user.name,
                    document=record.display_name,
                    date=format_date(self.env, date),
                ),
                note=Markup("<p>%s</p>") % reason,
            )
            thread.message_post(
                body=self.env._(
                    "%(document)s: %(date)s instead of %(before)s was asked for. "
                    "%(reason)s",
                    document=record.display_name,
                    date=format_date(self.env, date),
                    before=format_date(self.env, record.due_date),
                    reason=reason,
                )
            )
