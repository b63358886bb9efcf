# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import datetime, safe_eval, time


class AftersalesStartCard(models.Model):
    """A card of the start page: what needs the user now, and the way there.

    Cards are data: each addon brings those of its roles, a manager adds his own.
    A user sees the cards of his groups, with counts inside his own rights.
    """

    _name = "aftersales.start.card"
    _description = "Start Page Card"
    _order = "sequence, id"

    # === FIELDS ===#
    name = fields.Char(required=True, translate=True)
    description = fields.Char(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(default="fa-inbox", help="Font Awesome name of the icon.")
    group_ids = fields.Many2many(
        "res.groups",
        string="Shown To",
        help="Users of these groups see the card; everyone, if there is none.",
    )
    action_id = fields.Many2one(
        "ir.actions.act_window",
        required=True,
        ondelete="cascade",
        help="Screen the card opens, filtered by the card's domain.",
    )
    model_name = fields.Char(related="action_id.res_model")
    domain = fields.Char(
        required=True,
        default="[]",
        help="What waits. May use uid, user and context_today().",
    )
    late_domain = fields.Char(help="What of it is late; empty: nothing ever is.")
    due_field = fields.Char(help="Name of the date field that says what comes next.")
    has_new = fields.Boolean(
        string="New Button",
        help="The card offers to enter a new one, to those who may.",
    )
    hide_empty = fields.Boolean(
        string="Only When Something Waits",
        compute="_compute_hide_empty",
        store=True,
        readonly=False,
        help="The start page leaves the card out while it counts nothing, for what "
        "comes to few of those who may see it, like approvals.",
    )
    can_create = fields.Boolean(compute="_compute_can_create")
    count = fields.Integer(string="Waiting", compute="_compute_figures")
    late_count = fields.Integer(string="Late", compute="_compute_figures")
    next_due = fields.Datetime(compute="_compute_figures")
    next_due_day = fields.Date(
        compute="_compute_figures", help="Where what comes next has no time of day."
    )

    # === COMPUTE METHODS ===#
    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("domain", "late_domain", "due_field", "action_id")
    def _compute_figures(self):
        """Count inside the rights of the user: two queries a card, whatever the
        number of records behind it."""
        for card in self:
            card.count = card.late_count = 0
            card.next_due = card.next_due_day = False
            # sudo: the action and its model's name are configuration
            Model = self.env.get(card.sudo().model_name)
            if Model is None or not Model.has_access("read"):
                continue
            domain = card._get_domain("domain")
            aggregates = ["__count"]
            if card.due_field:
                aggregates.append(f"{card.due_field}:min")
            card.count, *due = Model._read_group(domain, [], aggregates)[0]
            if due and Model._fields[card.due_field].type == "date":
                card.next_due_day = due[0]
            elif due:
                card.next_due = due[0]
            if card.count and card.late_domain:
                card.late_count = Model.search_count(
                    domain & card._get_domain("late_domain")
                )

    @api.depends("domain")
    def _compute_hide_empty(self):
        """Of those who may see documents few are asked to approve them."""
        for card in self:
            card.hide_empty = "reviewer_ids" in (card.domain or "")

    @api.depends_context("uid")
    @api.depends("has_new", "action_id")
    def _compute_can_create(self):
        for card in self:
            # sudo: the action and its model's name are configuration
            Model = self.env.get(card.sudo().model_name)
            card.can_create = (
                card.has_new and Model is not None and Model.has_access("create")
            )

    # === CRUD METHODS ===#
    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, *args, **kwargs):
        """On the start page (context ``waiting_first``) put the cards with nothing
        waiting behind the others and leave those out that show only what waits;
        otherwise the order of the cards stays."""
        result = super().web_search_read(domain, specification, *args, **kwargs)
        if self.env.context.get("waiting_first") and "count" in specification:
            optional = self.browse(values["id"] for values in result["records"])
            optional = set(optional.filtered("hide_empty").ids)
            records = [
                values
                for values in result["records"]
                if values["count"] or values["id"] not in optional
            ]
            result["length"] -= len(result["records"]) - len(records)
            result["records"] = sorted(records, key=lambda values: not values["count"])
        return result

    # === CONSTRAINT METHODS ===#
    @api.constrains("domain", "late_domain", "due_field", "action_id")
    def _check_domains(self):
        for card in self:
            Model = self.env.get(card.model_name)
            if Model is None:
                raise ValidationError(
                    self.env._(
                        "The screen of “%(card)s” shows no records.", card=card.name
                    )
                )
            for name in ("domain", "late_domain"):
                try:
                    card._get_domain(name).validate(Model)
                except (ValueError, SyntaxError, TypeError) as error:
                    raise ValidationError(
                        self.env._(
                            "The domain of “%(card)s” is not valid: %(error)s",
                            card=card.name,
                            error=error,
                        )
                    ) from error
            field = Model._fields.get(card.due_field or "")
            if card.due_field and not (
                field and field.store and field.type in ("date", "datetime")
            ):
                raise ValidationError(
                    self.env._(
                        "“%(field)s” is no stored date of %(model)s.",
                        field=card.due_field,
                        model=Model._description,
                    )
                )

    # === ACTION METHODS ===#
    def action_open(self):
        """Open the card's screen with the records it counts."""
        self.ensure_one()
        # sudo: the action is configuration, its records keep their own rights
        action = self.sudo().action_id._get_action_dict()
        action["domain"] = list(self._get_domain("domain"))
        action["display_name"] = self.name
        action["context"] = {}
        return action

    def action_new(self):
        """Open an empty form of what the card counts: one tap to begin."""
        self.ensure_one()
        # sudo: the action is configuration, its records keep their own rights
        action = self.sudo().action_id
        return {
            "type": "ir.actions.act_window",
            "name": action.name,
            "res_model": action.res_model,
            "views": [(False, "form")],
        }

    # === TOOLING ===#
    def _get_domain(self, name):
        """Return the Domain of the field ``name``, its expressions evaluated."""
        self.ensure_one()
        return Domain(
            safe_eval(
                self[name] or "[]",
                {
                    "uid": self.env.uid,
                    "user": self.env.user,
                    "time": time,
                    "datetime": datetime,
                    "context_today": lambda: fields.Date.context_today(self),
                },
            )
        )
