# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError


class AftersalesStateMixin(models.AbstractModel):
    """Fields that only the document's own actions write, whatever the way in; what is
    computed nobody writes."""

    _name = "aftersales.state.mixin"
    _inherit = "aftersales.guard.mixin"
    _description = "State Written by Actions"

    _guarded_fields = ("state",)
    #: what a step settles: the states in which fields are still written by hand
    _editable_in = {}

    may_write = fields.Boolean(string="Works on It", compute="_compute_may_write")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_may_write(self):
        """Whether the user may write the document, so that he is shown its buttons; in
        one go for all of them."""
        own = self._origin._filtered_access("write")
        for record in self:
            record.may_write = not record._origin or record._origin in own

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            start = self._without_default_state().default_get(self._guarded_fields)
            for vals in vals_list:
                # saying where every document starts is no shortcut
                self._check_guarded(
                    {
                        name: value
                        for name, value in vals.items()
                        if value and value != start.get(name)
                    }
                )
            self = self._without_default_state()
        return super().create(vals_list)

    def _without_default_state(self):
        """A default of the context (a kanban column, a caller) is no way in."""
        defaults = {f"default_{name}" for name in self._guarded_fields}
        if not defaults & set(self.env.context):
            return self
        context = {k: v for k, v in self.env.context.items() if k not in defaults}
        return self.with_env(self.env(context=context))

    def write(self, vals):
        self._check_guarded(vals)
        self._check_settled(vals)
        return super().write(vals)

    @api.private
    def lock_for_update(self, *, allow_referencing=False):
        """Say in the user's words who is in the way: two clicked at once."""
        try:
            return super().lock_for_update(allow_referencing=allow_referencing)
        except LockError as error:
            raise LockError(
                self.env._(
                    "Somebody else is working on %(documents)s at this moment. Look "
                    "at it again in a few seconds.",
                    documents=", ".join(self.mapped("display_name")),
                )
            ) from error

    def _check_guarded(self, vals):
        if not self.env.su and any(name in vals for name in self._guarded_fields):
            raise AccessError(
                self.env._("The state of this document changes by its buttons only.")
            )

    def _check_settled(self, vals):
        """What was judged, sent or told stays as it was, whatever the forms show.

        :raises UserError: a field of ``vals`` is settled by the state of a record
        """
        if self.env.su:
            return
        for states, names in self._editable_in.items():
            settled = [name for name in names if name in vals]
            if not settled:
                continue
            for record in self:
                if record.state not in states:
                    labels = dict(
                        self._fields["state"]._description_selection(self.env)
                    )
                    raise UserError(
                        self.env._(
                            "%(document)s is %(state)s: “%(field)s” stays as it is.",
                            document=record.display_name,
                            state=labels[record.state],
                            field=self._fields[settled[0]]._description_string(
                                self.env
                            ),
                        )
                    )

    def _write_guarded(self, vals):
        """Write ``vals`` from an action, which has checked its own conditions.

        :raises AccessError: the user may not write the document
        """
        self.check_access("write")
        # sudo: the guard above lets nobody else
        return self.sudo().write(vals)
