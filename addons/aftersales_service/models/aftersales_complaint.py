# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.guard import check_role, check_stays_on_file
from ..tools.language import in_language_of


class AftersalesComplaint(models.Model):
    """A customer's complaint about service: investigated and answered (R-PEN-07).

    received -> investigating -> answered -> closed; a justified one against a person
    proposes the general accident's penalty (R-PEN-01) and counts in the figures.
    """

    _name = "aftersales.complaint"
    _description = "Complaint"
    _inherit = [
        "aftersales.state.mixin",
        "aftersales.department.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "received_at desc, id desc"
    _check_company_auto = True

    _guarded_fields = ("state", "answered_at")

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
        index="trigram",
    )
    state = fields.Selection(
        [
            ("received", "Registered"),
            ("investigating", "Investigated"),
            ("answered", "Answered"),
            ("closed", "Closed"),
        ],
        default="received",
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
    channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("letter", "Letter"),
            ("visit", "Visit"),
            ("email", "E-mail"),
            ("portal", "Portal"),
        ],
        required=True,
        default="phone",
    )
    received_at = fields.Datetime(
        required=True, default=fields.Datetime.now, index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, check_company=True
    )
    request_id = fields.Many2one(
        "aftersales.request", check_company=True, index="btree_not_null"
    )
    order_id = fields.Many2one(
        "aftersales.order", check_company=True, index="btree_not_null"
    )
    employee_id = fields.Many2one(
        "hr.employee", string="About", check_company=True, index="btree_not_null"
    )
    subject = fields.Selection(
        [
            ("time", "Late or no service"),
            ("conduct", "Conduct"),
            ("quality", "Quality of the repair"),
            ("charge", "Charges"),
            ("product", "Product"),
            ("other", "Other"),
        ],
        default="conduct",
        required=True,
    )
    text = fields.Text(string="Complaint", required=True)
    user_id = fields.Many2one("res.users", string="Investigator", tracking=True)
    investigation = fields.Text(tracking=True)
    verdict = fields.Selection(
        [("justified", "Justified"), ("unjustified", "Not justified")],
        copy=False,
        tracking=True,
        index=True,
    )
    answer = fields.Text(string="Answer to the Customer", tracking=True)
    answered_at = fields.Datetime(readonly=True, copy=False)
    measures = fields.Text()
    is_mine = fields.Boolean(compute="_compute_is_mine")

    # === COMPUTE METHODS ===#
    @api.depends("employee_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        # sudo: the user behind the employee
        for complaint in self:
            user = complaint.employee_id.sudo().user_id
            complaint.is_mine = user == self.env.user

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.complaint", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name"):
                vals["name"] = number
        complaints = super().create(vals_list)
        judged = complaints.filtered(lambda c: c.verdict or c.investigation)
        judged._check_not_mine()
        return complaints

    def write(self, vals):
        if {"verdict", "investigation"} & set(vals) and not self.env.su:
            self._check_not_mine()
            if "verdict" in vals and any(
                c.state in ("answered", "closed") and c.verdict != vals["verdict"]
                for c in self
            ):
                raise UserError(
                    self.env._(
                        "The verdict is given; reopen the complaint to change it."
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        check_stays_on_file(self, "received")

    # === ACTION METHODS ===#
    def action_investigate(self):
        """Take up received complaints; who does it answers for them."""
        self._ensure_states("received")
        self._write_guarded({"state": "investigating"})
        for complaint in self.filtered(lambda c: not c.user_id):
            complaint.user_id = self.env.user
        return True

    def action_answer(self):
        """The customer was told the result.

        :raise UserError: investigation, verdict or answer missing
        """
        self._ensure_states("investigating")
        for complaint in self:
            missing = [
                complaint._fields[fname]._description_string(self.env)
                for fname in ("investigation", "verdict", "answer")
                if not complaint[fname]
            ]
            if missing:
                raise UserError(
                    self.env._(
                        "%(number)s cannot be answered without: %(fields)s.",
                        number=complaint.name,
                        fields=", ".join(missing),
                    )
                )
        self._write_guarded({"state": "answered", "answered_at": fields.Datetime.now()})
        self._propose_penalties()
        self._question_penalties()
        return True

    def action_close(self):
        """Close complaints that were answered; the service manager's."""
        self._ensure_states("answered")
        check_role(self, "aftersales_service.group_manager")
        self._write_guarded({"state": "closed"})
        return True

    def action_reopen(self):
        """Investigate again: the verdict may be reversed (R-PEN-05); the service
        manager's."""
        self._ensure_states("answered", "closed")
        check_role(self, "aftersales_service.group_manager")
        self._write_guarded({"state": "investigating"})
        return True

    # === BUSINESS METHODS ===#
    def _check_not_mine(self):
        if not self.env.su and any(complaint.is_mine for complaint in self):
            raise UserError(
                self.env._("Nobody investigates a complaint about himself.")
            )

    def _ensure_states(self, *states):
        if any(complaint.state not in states for complaint in self):
            raise UserError(self.env._("This step does not fit the complaint's state."))

    def _propose_penalties(self):
        """Propose the general accident for the person a justified one is about."""
        return self.env["aftersales.penalty"]._propose(
            [
                {
                    "rule_code": "complaint",
                    "employee_id": complaint.employee_id.id,
                    "company_id": complaint.company_id.id,
                    "res_model": complaint._name,
                    "res_id": complaint.id,
                    "event_date": complaint.company_id._get_aftersales_date(
                        complaint.received_at
                    ),
                    "evidence": f"{complaint.text}\n{complaint.investigation}",
                    "request_id": complaint.request_id.id,
                    "order_id": complaint.order_id.id,
                }
                for complaint in self
                if complaint.verdict == "justified" and complaint.employee_id
            ]
        )

    def _question_penalties(self):
        """Ask for a decision on the penalties whose verdict was reversed; none is
        changed silently (R-PEN-05)."""
        reversed_ = self.filtered(lambda c: c.verdict == "unjustified")
        # sudo: whoever reverses the verdict need not see the penalties behind it
        penalties = (
            self.env["aftersales.penalty"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", reversed_.ids),
                    ("state", "not in", ("waived", "reversed")),
                ]
            )
        )
        for penalty in penalties:
            user = penalty.user_id or penalty.notified_by_id or self.env.user
            told = in_language_of(penalty, user)
            text = told.env._(
                "The complaint is not justified after all. Please waive or reverse "
                "this penalty."
            )
            told.activity_schedule(
                "mail.mail_activity_data_todo", summary=text, user_id=user.id
            )
            told._message_log(body=text)
