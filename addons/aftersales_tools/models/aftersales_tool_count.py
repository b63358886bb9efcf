# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.guard import check_stays_on_file
from odoo.addons.aftersales_service.tools.language import in_language_of


class AftersalesToolCount(models.Model):
    """One person confirms what he holds; differences become inventory adjustments
    and loss reports (R-TOL-08). A campaign is many of these with one name."""

    _name = "aftersales.tool.count"
    _description = "Tool Count"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _guarded_fields = ("state", "confirmed_at", "confirmed_by_id", "compensation_ids")

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
    )
    campaign = fields.Char(index="trigram")
    state = fields.Selection(
        [
            ("open", "To Confirm"),
            ("confirmed", "Confirmed"),
            ("done", "Settled"),
            ("cancelled", "Cancelled"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Person",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        index="btree_not_null",
    )
    date_deadline = fields.Date(string="Confirm By", index="btree_not_null")
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    signature = fields.Image(max_width=1024, max_height=512, copy=False)
    line_ids = fields.One2many("aftersales.tool.count.line", "count_id", copy=False)
    difference_count = fields.Integer(
        string="Differences", compute="_compute_difference_count", store=True
    )
    compensation_ids = fields.Many2many(
        "aftersales.tool.compensation", string="Loss Reports", readonly=True, copy=False
    )

    user_is_clerk = fields.Boolean(compute="_compute_user_is_clerk")

    _person_open_uniq = models.UniqueIndex(
        "(employee_id) WHERE state IN ('open', 'confirmed')",
        "The person has an open tool count already.",
    )

    # === COMPUTE METHODS ===#
    @api.depends("employee_id")
    def _compute_department_id(self):
        for count in self:
            count.department_id = count.employee_id.department_id

    @api.depends("line_ids.difference")
    def _compute_difference_count(self):
        for count in self:
            count.difference_count = len(
                count.line_ids.filtered(lambda line: line.difference)
            )

    @api.depends_context("uid")
    def _compute_user_is_clerk(self):
        self.user_is_clerk = self._is_clerk()

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.tool.count", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name"):
                vals["name"] = number
        counts = super().create(vals_list)
        counts.filtered(lambda count: not count.line_ids)._fill_lines()
        return counts

    def write(self, vals):
        """:raises UserError: when the person counted changes whose count it is or
        until when, or somebody what was confirmed"""
        planned = {"name", "employee_id", "company_id", "campaign", "date_deadline"}
        if planned & set(vals):
            self._check_clerk()
        if "signature" in vals and not self.env.su:
            self._check_state({"open"})
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        check_stays_on_file(self, "open", "cancelled")

    # === ACTION METHODS ===#
    def action_refresh(self):
        """Read what the person holds from stock again."""
        self._check_state({"open"})
        self.line_ids.unlink()
        self._fill_lines()
        return True

    def action_confirm(self):
        """The person (or the storekeeper for him) states what he really has."""
        self.lock_for_update(allow_referencing=True)
        self._check_state({"open"})
        user = self.env.user
        if not self._is_clerk():
            others = self.filtered(lambda c: c.employee_id not in user.employee_ids)
            if others:
                raise UserError(self.env._("Everybody confirms his own tools only."))
        self._write_guarded(
            {
                "state": "confirmed",
                "confirmed_at": fields.Datetime.now(),
                "confirmed_by_id": self.env.uid,
            }
        )
        self.activity_feedback(["mail.mail_activity_data_todo"], only_automated=False)
        return True

    def action_settle(self):
        """Turn differences into inventory adjustments and loss reports.

        A missing durable tool stays in the person's custody until its loss report
        is settled; a missing or surplus consumable is adjusted at once; a durable
        tool he has beside the books is adjusted if it is in no other place.

        :raises UserError: for a surplus tool that the books have elsewhere, for stock
            that moved since, or by somebody who does not keep the tools"""
        self._check_clerk()
        self.lock_for_update(allow_referencing=True)
        self._check_state({"confirmed"})
        lines = self.line_ids.filtered(lambda line: line.difference)
        lines._check_books()
        lost = lines.filtered(lambda line: line.is_durable and line.difference < 0)
        for count, count_lines in lost.grouped("count_id").items():
            sheets = self.env["aftersales.tool.compensation"]._report_losses(
                [line._prepare_compensation_vals() for line in count_lines]
            )
            count._write_guarded(
                {"compensation_ids": [fields.Command.link(s.id) for s in sheets]}
            )
        (lines - lost)._adjust_inventory()
        self._write_guarded({"state": "done"})
        return True

    def action_cancel(self):
        """Give the count up without any consequence."""
        self._check_clerk()
        self._check_state({"open", "confirmed"})
        self._write_guarded({"state": "cancelled"})
        return True

    # === BUSINESS METHODS ===#
    @api.model
    def _is_clerk(self):
        return self.env.su or self.env.user.has_groups(
            "aftersales_service.group_storekeeper,aftersales_service.group_manager"
        )

    @api.model
    def _check_clerk(self):
        if not self._is_clerk():
            raise UserError(
                self.env._(
                    "Counts are planned, settled or cancelled by the storekeeper."
                )
            )

    def _check_state(self, allowed):
        for count in self:
            if count.state not in allowed:
                state = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(count)s is in state “%(state)s”, which does not allow this.",
                        count=count.name,
                        state=state[count.state],
                    )
                )

    def _fill_lines(self):
        """Write down what stock says each person holds."""
        # sudo: the locations of the people, whoever opens the count
        quants = self.sudo().employee_id._get_held_quants()
        by_person = quants.grouped(
            lambda quant: quant.location_id._get_aftersales_person()
        )
        vals_list = []
        for count in self:
            held = by_person.get(count.sudo().employee_id, quants.browse())
            tools = held.grouped(lambda quant: (quant.product_id, quant.lot_id))
            for (product, lot), same in tools.items():
                quantity = sum(same.mapped("quantity"))
                vals_list.append(
                    {
                        "count_id": count.id,
                        "product_id": product.id,
                        "lot_id": lot.id,
                        "expected": quantity,
                        "counted": quantity,
                    }
                )
        # sudo: what the books say is nobody's to write
        self.env["aftersales.tool.count.line"].sudo().create(vals_list)

    def _schedule_confirmation(self):
        """Put the confirmation on the to-do list of everybody with a login."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get(self._name)
        vals_list = []
        for count in self:
            # sudo: only who is to be asked
            user = count.sudo().employee_id.user_id
            if not user or count.company_id not in user.company_ids:
                continue
            told = in_language_of(count, user, company=count.company_id)
            vals_list.append(
                {
                    "activity_type_id": todo.id,
                    "res_model_id": model.id,
                    "res_id": count.id,
                    "user_id": user.id,
                    "date_deadline": count.date_deadline,
                    "summary": told.env._("Confirm the tools you hold"),
                }
            )
        self.env["mail.activity"].create(vals_list)
