# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.aftersales_service.tools.language import in_language_of


class AftersalesToolTransfer(models.Model):
    """The slips and stock moves behind a transfer (R-TOL-03, R-TOL-04)."""

    _inherit = "aftersales.tool.transfer"

    # === SLIPS ===#
    def _prepare_slip_vals(self, kind, company, employee, lots, signature):
        return {
            "kind": kind,
            "company_id": company.id,
            "employee_id": employee.id,
            "reason": self.reason,
            "signature": signature,
            # sudo: the name of the person who signs
            "signed_by": employee.sudo().name,
            "line_ids": [fields.Command.create({"lot_id": lot.id}) for lot in lots],
        }

    def _do_slip(self, vals):
        """Write and finish one slip; its own checks apply."""
        slip = self.env["aftersales.tool.custody"].create(vals)
        slip.action_done()
        return slip

    def _hand_over(self):
        """Inside one company: from the person, or from stock, to the other person."""
        if not self.to_employee_id:
            raise UserError(
                self.env._("Inside one company, say who receives the tools.")
            )
        held = self.lot_ids.filtered("custodian_id")
        stock = self.lot_ids - held
        handed = issued = self.env["aftersales.tool.custody"]
        if held:
            vals = self._prepare_slip_vals(
                "handover", self.company_id, self.employee_id, held, self.signature
            )
            handed = self._do_slip(
                {
                    **vals,
                    "to_employee_id": self.to_employee_id.id,
                    "to_signature": self.to_signature,
                }
            )
        if stock:
            issued = self._do_slip(
                self._prepare_slip_vals(
                    "issue",
                    self.company_id,
                    self.to_employee_id,
                    stock,
                    self.to_signature,
                )
            )
        now = fields.Datetime.now()
        self._write_guarded(
            {
                "state": "done",
                "tool_names": self._get_tool_names(self.lot_ids),
                "return_id": handed.id,
                "issue_id": issued.id,
                "date_sent": now,
                "sent_by_id": self.env.uid,
                "date_done": now,
                "received_by_id": self.env.uid,
            }
        )
        self.activity_feedback(["mail.mail_activity_data_todo"])

    # === BETWEEN COMPANIES ===#
    def _send(self):
        lots = self.lot_ids
        held = lots.filtered("custodian_id")
        slip = self.env["aftersales.tool.custody"]
        if held:
            slip = self._do_slip(
                self._prepare_slip_vals(
                    "return", self.company_id, self.employee_id, held, self.signature
                )
            )
        self._move(self.company_id, lots, destination=self._get_transit_location())
        self._write_guarded(
            {
                "state": "sent",
                "tool_names": self._get_tool_names(lots),
                "return_id": slip.id,
                "date_sent": fields.Datetime.now(),
                "sent_by_id": self.env.uid,
            }
        )
        self._log_on_tools(
            lots,
            lambda env: env._(
                "Sent from %(sender)s to %(receiver)s with %(transfer)s.",
                sender=self.company_id.name,
                # sudo: the name of the other company
                receiver=self.sudo().to_company_id.name,
                transfer=self.name,
            ),
        )
        self._tell_receiver()

    def _receive(self):
        company = self.to_company_id
        # sudo: on their way the tools are still the sender's, whom the receiver's
        # storekeeper need not belong to; his rights were checked by the action
        lots = self.sudo().lot_ids
        lots.company_id = company
        self._bring_calibrations(lots.calibration_ids)
        lots = lots.sudo(False).with_company(company)
        self._move(company, lots, source=self._get_transit_location())
        slip = self.env["aftersales.tool.custody"]
        if self.to_employee_id:
            slip = self._do_slip(
                self._prepare_slip_vals(
                    "issue", company, self.to_employee_id, lots, self.to_signature
                )
            )
        self._write_guarded(
            {
                "state": "done",
                "issue_id": slip.id,
                "date_done": fields.Datetime.now(),
                "received_by_id": self.env.uid,
            }
        )
        self.activity_feedback(["mail.mail_activity_data_todo"])
        self._log_on_tools(
            lots,
            lambda env: env._(
                "Received by %(receiver)s with %(transfer)s.",
                receiver=company.name,
                transfer=self.name,
            ),
        )

    def _bring_calibrations(self, calibrations):
        """The certificates go with their tools; of a laboratory that only the sender
        knows the name stays."""
        company = self.to_company_id
        for calibration in calibrations:
            laboratory = calibration.partner_id
            vals = {"company_id": company.id}
            if laboratory.company_id and laboratory.company_id != company:
                vals["partner_id"] = False
                vals["note"] = "\n".join(
                    filter(None, [calibration.note, laboratory.display_name])
                )
            calibration.write(vals)

    def _move(self, company, lots, source=None, destination=None):
        """Move ``lots`` by one transfer of ``company``; into its stock by default."""
        Custody = self.env["aftersales.tool.custody"]
        # the operation of a return, set up where it is missing
        picking_type = Custody.new(
            {"kind": "return", "company_id": company.id}
        )._get_picking_type()
        pickings = Custody._transfer_lots(
            lots,
            picking_type,
            destination or picking_type.default_location_dest_id,
            source=source,
        )
        pickings.tool_transfer_id = self

    def _get_transit_location(self):
        """Return the ERP's place for goods on their way between companies."""
        location = self.env.ref(
            "stock.stock_location_inter_company", raise_if_not_found=False
        )
        if not location:
            raise UserError(
                self.env._("The inter-company transit location is missing in stock.")
            )
        if not location.active:
            # sudo: the ERP itself opens it with the second company
            location.sudo().active = True
        return location

    def _get_tool_names(self, lots):
        return "\n".join(
            f"{lot.product_id.display_name} {lot.display_name}" for lot in lots
        )

    def _log_on_tools(self, lots, get_text):
        # sudo: the history of the tools is written by their transfer
        lots.sudo()._message_log_batch(
            bodies={lot.id: get_text(self.env) for lot in lots},
            author_id=self.env.user.partner_id.id,
        )

    def _tell_receiver(self):
        """Put the receipt on the list of the other company's storekeeper."""
        # sudo: who keeps the tools of the other company
        user = self.sudo().to_company_id.aftersales_tool_user_id
        if user and user != self.env.user:
            told = in_language_of(self.sudo(), user)
            told.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=told.env._("Receive the tools on their way"),
            )
