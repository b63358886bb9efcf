# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesToolCustody(models.Model):
    """One act at the tool counter: issue, return, hand-over, replacement.

    ============  ==============================  =====================================
    Action        Who                             Restriction
    ============  ==============================  =====================================
    request       the technician, storekeeper     needs lines
    approve       service manager                 not his own request
    done          storekeeper; hand-over also by  signatures, stock, calibration, early
                  the two technicians themselves  replacement approved
    cancel        storekeeper, requester          not once done
    ============  ==============================  =====================================

    Goods move only through the transfers this record creates (R-TOL-03, R-TOL-04).
    """

    _name = "aftersales.tool.custody"
    _description = "Tool Custody"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _guarded_fields = (
        "state",
        "user_id",
        "requested_by_id",
        "approved_by_id",
        "date_done",
        "signed_at",
    )

    # === FIELDS ===#
    name = fields.Char(
        string="Number",
        default=lambda self: self.env._("New"),
        copy=False,
        readonly=True,
        required=True,
        index="trigram",
    )
    kind = fields.Selection(
        [
            ("issue", "Issue"),
            ("return", "Return"),
            ("handover", "Hand-over"),
            ("replace", "Replacement, old for new"),
        ],
        default="issue",
        required=True,
        index=True,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Requested"),
            ("approved", "Approved"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
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
        default=lambda self: self._default_employee_id(),
        help="Receives at an issue; gives back at a return; gives away at a hand-over.",
    )
    to_employee_id = fields.Many2one(
        "hr.employee",
        string="Handed To",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        index="btree_not_null",
    )
    user_id = fields.Many2one(
        "res.users", string="Storekeeper", readonly=True, copy=False
    )
    requested_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        check_company=True,
        index="btree_not_null",
    )
    kit_id = fields.Many2one(
        "aftersales.tool.kit",
        compute="_compute_kit_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="Proposed at an issue: the kit of the order's kind, else the personal "
        "equipment of the person's grade.",
    )
    tool_request_id = fields.Many2one(
        "aftersales.tool.request",
        string="Yearly Request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    date_done = fields.Datetime(string="Date", readonly=True, copy=False, index=True)
    date_due = fields.Date(
        string="Due Back",
        index="btree_not_null",
        help="Only for tools lent for a while; empty for the personal equipment.",
    )
    due_reminded = fields.Boolean(readonly=True, copy=False)
    reason = fields.Text(help="Why a consumable is replaced before its time, e.g.")
    line_ids = fields.One2many(
        "aftersales.tool.custody.line", "custody_id", string="Tools", copy=True
    )
    line_count = fields.Integer(compute="_compute_line_count")
    picking_ids = fields.One2many(
        "stock.picking", "tool_custody_id", string="Transfers"
    )
    picking_count = fields.Integer(compute="_compute_picking_count")
    signature = fields.Image(
        max_width=1024, max_height=512, copy=False, help="Of the person."
    )
    signed_by = fields.Char(copy=False)
    signed_at = fields.Datetime(readonly=True, copy=False)
    to_signature = fields.Image(
        string="Receiver's Signature", max_width=1024, max_height=512, copy=False
    )
    early_warning = fields.Text(compute="_compute_early_warning")
    client_key = fields.Char(
        copy=False,
        readonly=True,
        help="Chosen by the screen that sends the slip, so that sending it twice "
        "issues nothing twice.",
    )

    _client_key_uniq = models.UniqueIndex(
        "(client_key) WHERE client_key IS NOT NULL",
        "This slip has been sent already.",
    )

    # === COMPUTE METHODS ===#
    @api.model
    def _default_employee_id(self):
        if self.env.user.has_group("aftersales_service.group_storekeeper"):
            return False
        return self.env.user.employee_id

    @api.depends("employee_id")
    def _compute_department_id(self):
        for custody in self:
            custody.department_id = custody.employee_id.department_id

    @api.depends("kind", "employee_id", "order_id", "company_id")
    def _compute_kit_id(self):
        """Propose, never replace what was chosen (R-TOL-09)."""
        open_issues = self.filtered(
            lambda custody: (
                custody.kind == "issue"
                and not custody.kit_id
                and custody.state in ("draft", "requested", "approved")
                and custody.employee_id
            )
        )
        for custody in self - open_issues:
            custody.kit_id = custody.kit_id
        if not open_issues:
            return
        kits = self.env["aftersales.tool.kit"].search(
            [
                ("company_id", "in", (False, *open_issues.company_id.ids)),
                "|",
                ("order_kind", "!=", False),
                ("technician_grade", "!=", False),
            ]
        )
        for custody in open_issues:
            custody.kit_id = kits._get_proposed(custody)

    @api.depends("line_ids")
    def _compute_line_count(self):
        for custody in self:
            custody.line_count = len(custody.line_ids)

    @api.depends("picking_ids")
    def _compute_picking_count(self):
        for custody in self:
            custody.picking_count = len(custody.picking_ids)

    @api.depends("kind", "employee_id", "line_ids.product_id", "state")
    def _compute_early_warning(self):
        self.early_warning = False
        open_custody = self.filtered(lambda custody: custody.state != "done")
        for line in open_custody.line_ids._get_early_lines():
            custody = line.custody_id
            text = self.env._(
                "%(product)s was issued less than its life ago.",
                product=line.product_id.display_name,
            )
            custody.early_warning = "\n".join(
                filter(None, [custody.early_warning, text])
            )

    # === CONSTRAINT METHODS ===#
    @api.constrains("kind", "employee_id", "to_employee_id")
    def _check_handover(self):
        for custody in self:
            if custody.kind != "handover":
                continue
            if not custody.to_employee_id:
                raise ValidationError(
                    self.env._("A hand-over needs the person who receives the tools.")
                )
            if custody.to_employee_id == custody.employee_id:
                raise ValidationError(self.env._("Nobody hands tools over to himself."))

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.tool.custody", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name"):
                vals["name"] = number
        custodies = super().create(vals_list)
        custodies._check_own()
        return custodies

    def write(self, vals):
        done = self.filtered(lambda custody: custody.state == "done")
        if done and set(vals) & self._get_frozen_fields():
            raise UserError(
                self.env._(
                    "%(custody)s is done and stays as it was signed.",
                    custody=", ".join(done.mapped("name")),
                )
            )
        if set(vals) - {"to_signature"}:
            self._check_giver()
        if "date_due" in vals:
            self._check_new_due(vals["date_due"])
            if not vals.get("due_reminded"):
                vals = {**vals, "due_reminded": False}
        res = super().write(vals)
        if {"kind", "employee_id", "to_employee_id"} & set(vals):
            self._check_own()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(custody.state == "done" for custody in self):
            raise UserError(self.env._("A tool slip that was signed is never deleted."))

    @api.model
    def _get_frozen_fields(self):
        return {
            "kind",
            "employee_id",
            "to_employee_id",
            "line_ids",
            "signature",
            "to_signature",
            "signed_by",
            "state",
            "company_id",
        }

    # === ACTION METHODS ===#
    def action_request(self):
        """Ask for the tools; the service manager approves (R-TOL-03, R-TOL-07)."""
        self._check_state({"draft"})
        for custody in self:
            if not custody.line_ids:
                raise UserError(self.env._("Say which tools are needed first."))
        self._write_guarded({"state": "requested", "requested_by_id": self.env.uid})
        return True

    def action_approve(self):
        """Approve what was asked for, or an early replacement (R-TOL-07).

        :raises UserError: for one's own request, or without the right"""
        self._check_state({"draft", "requested"})
        if not self.env.user.has_group("aftersales_service.group_manager"):
            raise UserError(
                self.env._("Only a service manager approves tools asked for.")
            )
        for custody in self:
            own = custody.employee_id | custody.to_employee_id
            if (
                custody.requested_by_id == self.env.user
                or own & self.env.user.employee_ids
            ):
                raise UserError(self.env._("Nobody approves his own request."))
        self._write_guarded({"state": "approved", "approved_by_id": self.env.uid})
        return True

    def action_cancel(self):
        """Give the slip up; nothing has moved yet."""
        self._check_state({"draft", "requested", "approved"})
        self._write_guarded({"state": "cancelled"})
        return True

    def action_draft(self):
        """Take a cancelled slip up again."""
        self._check_state({"cancelled"})
        self._write_guarded(
            {"state": "draft", "requested_by_id": False, "approved_by_id": False}
        )
        return True

    def action_done(self):
        """Move the tools through stock, once, and freeze the slip.

        :raises UserError: with the tool and the reason when anything forbids it"""
        self._check_can_finish()
        self.check_access("write")
        if self.env.user.has_group("aftersales_service.group_storekeeper"):
            self._action_done()
        else:
            # sudo: two technicians handing over tools on the road have no rights on
            # stock and the other's tools; what they may do was checked above
            self.sudo()._action_done()
        return True

    def action_apply_kit(self):
        """Add the lines of the kit, with the tools in stock longest (R-TOL-09)."""
        self._check_state({"draft", "requested", "approved"})
        for custody in self.filtered("kit_id"):
            custody.line_ids = [
                fields.Command.create(vals)
                for vals in custody.kit_id._prepare_custody_line_vals(custody)
            ]
        return True

    def action_view_pickings(self):
        """Open the transfers of the slip."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfers"),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": [("id", "in", self.picking_ids.ids)],
        }
