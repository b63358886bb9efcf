# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AftersalesToolTransfer(models.Model):
    """Durable tools change company, or person and department, in one act.

    ========  ===============================  ======================================
    Action    Who                              What happens
    ========  ===============================  ======================================
    transfer  keeps the tools of both          sends and receives at once
    send      storekeeper of the sender        given back by the person, signed; goes
                                               to the inter-company transit location
    receive   storekeeper of the receiver      into his stock; issued to the person
                                               named, signed
    cancel    storekeeper of the sender        a draft; what is on its way comes back
    ========  ===============================  ======================================

    The tool stays the same serial number with its price, first use and history; who
    belongs to one company only does his half and sees nothing else (R-TOL-04).
    """

    _name = "aftersales.tool.transfer"
    _description = "Tool Transfer"
    _inherit = ["aftersales.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _guarded_fields = (
        "state",
        "date_sent",
        "sent_by_id",
        "date_done",
        "received_by_id",
        "return_id",
        "issue_id",
        "tool_names",
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
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "On Its Way"),
            ("done", "Received"),
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
        string="From Company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    to_company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="The same company: the tools change person and department only.",
    )
    is_between_companies = fields.Boolean(compute="_compute_is_between_companies")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Given Back By",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        help="Who holds the tools; empty for tools in stock.",
    )
    department_id = fields.Many2one(
        "hr.department",
        string="From Department",
        compute="_compute_departments",
        compute_sudo=True,
        store=True,
    )
    to_employee_id = fields.Many2one(
        "hr.employee",
        string="Issued To",
        index="btree_not_null",
        tracking=True,
        domain="[('company_id', '=', to_company_id)]",
        help="Who gets the tools; empty: they stay in the receiver's stock.",
    )
    to_department_id = fields.Many2one(
        "hr.department",
        compute="_compute_departments",
        compute_sudo=True,
        store=True,
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Tools",
        copy=False,
        domain="[('is_tool', '=', True), ('company_id', '=', company_id),"
        " ('tool_state', 'in', ('held', 'stock'))]",
    )
    tool_names = fields.Text(
        string="Tools Sent",
        readonly=True,
        copy=False,
        help="Kept in words: the sender no longer sees tools of another company.",
    )
    reason = fields.Char()
    signature = fields.Image(
        string="Signature of Who Gives Back",
        max_width=1024,
        max_height=512,
        copy=False,
    )
    to_signature = fields.Image(
        string="Receiver's Signature", max_width=1024, max_height=512, copy=False
    )
    date_sent = fields.Datetime(readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_done = fields.Datetime(string="Received On", readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    return_id = fields.Many2one(
        "aftersales.tool.custody", string="Return Slip", readonly=True, copy=False
    )
    issue_id = fields.Many2one(
        "aftersales.tool.custody", string="Issue Slip", readonly=True, copy=False
    )
    picking_ids = fields.One2many(
        "stock.picking", "tool_transfer_id", string="Transfers"
    )

    # === COMPUTE METHODS ===#
    @api.depends("company_id", "to_company_id")
    def _compute_is_between_companies(self):
        for transfer in self:
            transfer.is_between_companies = (
                transfer.company_id != transfer.to_company_id
            )

    @api.depends("employee_id", "to_employee_id")
    def _compute_departments(self):
        for transfer in self:
            transfer.department_id = transfer.employee_id.department_id
            transfer.to_department_id = transfer.to_employee_id.department_id

    # === CONSTRAINT METHODS ===#
    @api.constrains("company_id", "to_company_id", "employee_id", "to_employee_id")
    def _check_people(self):
        # sudo: the company of a person, whoever writes the transfer
        for transfer in self.sudo():
            receiver = transfer.to_employee_id
            # whoever moves to the other company himself gets his tools there
            if not receiver or transfer.state == "done":
                continue
            if receiver.company_id != transfer.to_company_id and not (
                transfer.is_between_companies and receiver == transfer.employee_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work for %(company)s.",
                        person=receiver.name,
                        company=transfer.to_company_id.name,
                    )
                )
            if receiver == transfer.employee_id and not transfer.is_between_companies:
                raise ValidationError(self.env._("Nobody hands tools over to himself."))

    # === CRUD METHODS ===#
    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch(
            "aftersales.tool.transfer", len(vals_list)
        )
        for vals, number in zip(vals_list, numbers, strict=True):
            if not vals.get("name"):
                vals["name"] = number
        return super().create(vals_list)

    def write(self, vals):
        """:raises UserError: for what was sent or signed already"""
        sent = {"company_id", "to_company_id", "employee_id", "lot_ids", "signature"}
        closed = {"to_employee_id", "to_signature", "reason"}
        if not self.env.su:
            for transfer in self:
                fixed = set() if transfer.state == "draft" else sent
                if transfer.state in ("done", "cancelled"):
                    fixed = sent | closed
                if fixed & vals.keys():
                    raise UserError(
                        self.env._(
                            "%(transfer)s stays as it was sent.", transfer=transfer.name
                        )
                    )
                transfer._check_only_signs(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(transfer.state in ("sent", "done") for transfer in self):
            raise UserError(self.env._("What was sent stays on record."))

    # === ACTION METHODS ===#
    def action_transfer(self):
        """Send the tools and, where the user keeps those of both companies, receive
        them at once.

        :raises UserError: naming the tool and why it does not go; nothing moved then
        """
        self.action_send()
        mine = self.filtered(
            lambda transfer: (
                transfer.state == "sent"
                and transfer.to_company_id in self.env.user.company_ids
            )
        )
        mine.action_receive()
        return True

    def action_send(self):
        """Take the tools back from the person and put them on their way.

        Inside one company they go to the other person straight away.

        :raises UserError: see :meth:`action_transfer`
        """
        self._check_keeper("company_id")
        self.lock_for_update(allow_referencing=True)
        self._check_state({"draft"})
        for transfer in self:
            transfer = transfer.with_company(transfer.company_id)
            transfer._check_tools()
            if transfer.is_between_companies:
                transfer._send()
            else:
                transfer._hand_over()
        return True

    def action_receive(self):
        """Take the tools into stock and issue them to the person named.

        :raises UserError: nothing is on its way, or the issue is refused
        """
        self._check_keeper("to_company_id")
        self.lock_for_update(allow_referencing=True)
        self._check_state({"sent"})
        for transfer in self:
            transfer.with_company(transfer.to_company_id)._receive()
        return True

    def action_cancel(self):
        """Give a draft up; take back what is on its way."""
        self._check_keeper("company_id")
        self.lock_for_update(allow_referencing=True)
        self._check_state({"draft", "sent"})
        for transfer in self.filtered(lambda transfer: transfer.state == "sent"):
            transfer.with_company(transfer.company_id)._move(
                transfer.company_id,
                transfer.lot_ids,
                source=transfer._get_transit_location(),
            )
        self._write_guarded({"state": "cancelled"})
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_view_slips(self):
        """Open the return and the issue as far as the user may see them."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tool Custody"),
            "res_model": "aftersales.tool.custody",
            "view_mode": "list,form",
            "domain": [("id", "in", (self.return_id | self.issue_id).ids)],
        }

    # === BUSINESS METHODS ===#
    def _check_state(self, allowed):
        for transfer in self:
            if transfer.state not in allowed:
                state = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(transfer)s is in state “%(state)s”, which does not allow "
                        "this.",
                        transfer=transfer.name,
                        state=state[transfer.state],
                    )
                )

    def _check_keeper(self, fname):
        """Raise unless the user keeps the tools of the company in ``fname``."""
        user = self.env.user
        for transfer in self:
            company = transfer.sudo()[fname]
            if self.env.su:
                continue
            if company not in user.company_ids or not user.has_group(
                "aftersales_service.group_storekeeper"
            ):
                raise UserError(
                    self.env._(
                        "This step is for the storekeeper of %(company)s.",
                        company=company.name,
                    )
                )

    def _check_tools(self):
        """Raise naming the first tool that cannot be transferred, and why."""
        self.ensure_one()
        if not self.lot_ids:
            raise UserError(self.env._("Say which tools are transferred."))
        labels = dict(
            self.lot_ids._fields["tool_state"]._description_selection(self.env)
        )
        # sudo: open loss reports, whoever may see them
        reported = (
            self.lot_ids.sudo()
            .compensation_ids.filtered(
                lambda sheet: sheet.state in ("draft", "confirmed", "approved")
            )
            .lot_id
        )
        for lot in self.lot_ids:
            tool = lot.display_name
            problem = None
            if not lot.is_tool or lot.company_id != self.company_id:
                problem = self.env._(
                    "%(tool)s is no tool of %(company)s.",
                    tool=tool,
                    company=self.company_id.name,
                )
            elif lot in reported:
                problem = self.env._("A loss report on %(tool)s is open.", tool=tool)
            elif lot.tool_state not in ("held", "stock"):
                problem = self.env._(
                    "%(tool)s cannot be transferred: it is “%(state)s”.",
                    tool=tool,
                    state=labels.get(lot.tool_state, ""),
                )
            elif lot.custodian_id and lot.custodian_id != self.employee_id:
                problem = self.env._(
                    "%(person)s holds %(tool)s; the transfer does not name him.",
                    person=lot.custodian_id.sudo().name,
                    tool=tool,
                )
            elif self.is_between_companies and lot.product_id.company_id:
                problem = self.env._(
                    "%(tool)s: its product belongs to one company only. Share the "
                    "product first.",
                    tool=tool,
                )
            if problem:
                raise UserError(problem)
