# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.tools import plaintext2html


class AftersalesClaim(models.Model):
    """Ways from a claim to what belongs to it."""

    _inherit = "aftersales.claim"

    purchase_count = fields.Integer(compute="_compute_order_counts")
    production_count = fields.Integer(compute="_compute_order_counts")
    supply_orders = fields.Char(
        string="Purchase and Production Orders",
        compute="_compute_order_counts",
        help="Orders the supply of this claim gave rise to.",
    )

    @api.depends_context("uid")
    def _compute_order_counts(self):
        """Figures of the smart buttons of one form."""
        for claim in self:
            # sudo: figures and names only, also while another company is active
            known = claim.sudo()
            purchases = known._get_purchase_orders()
            productions = known._get_production_orders()
            claim.purchase_count = len(purchases)
            # the button is for those who may open them; the names are for everybody
            may_read = productions.with_env(self.env).has_access("read")
            claim.production_count = len(productions) if may_read else 0
            claim.supply_orders = ", ".join(
                [*purchases.mapped("name"), *productions.mapped("name")]
            )

    # === ACTION METHODS ===#
    def action_view_pickings(self):
        return self._get_records_action(self.picking_ids, self.env._("Transfers"))

    def action_view_purchases(self):
        return self._get_records_action(
            self._get_purchase_orders(), self.env._("Purchase Orders")
        )

    def action_view_productions(self):
        return self._get_records_action(
            self._get_production_orders(), self.env._("Production Orders")
        )

    def action_view_request(self):
        return self._get_records_action(self.request_id, self.env._("Request"))

    def action_view_order(self):
        return self._get_records_action(self.order_id, self.env._("Service Order"))

    def action_view_machine(self):
        return self.lot_id._get_machine_action()

    def action_view_liabilities(self):
        return self._get_records_action(
            self.liability_ids, self.env._("Liability Decisions")
        )

    def action_view_evidence(self):
        """From the claim to its photos and letters, those of the old parts too."""
        files = self.part_return_ids.photo_ids
        for claim in self:
            files |= claim._get_evidence_attachments()
        gallery = self.env.ref("aftersales_claims.ir_attachment_view_kanban_evidence")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evidence"),
            "res_model": "ir.attachment",
            "view_mode": "kanban,list,form",
            "views": [(gallery.id, "kanban"), (False, "list"), (False, "form")],
            "domain": [("id", "in", files.ids)],
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
            }
            if len(self) == 1
            else {"create": False},
        }

    def action_create_liability(self):
        """Draft the liability decision of the claim (R-CLM-10)."""
        self.ensure_one()
        self._ensure_state("approved", "done")
        liability = self.env["aftersales.liability"].create(
            self._prepare_liability_vals()
        )
        return self._get_records_action(liability, self.env._("Liability Decision"))

    def action_view_entries(self):
        return self._get_records_action(
            self._get_account_moves(), self.env._("Journal Entries")
        )

    # === TOOLING ===#
    def _prepare_liability_vals(self):
        """Return what is known of who bears the cost: the causes analysed, and the
        supplier where quality found every old part to be his fault (R-CLM-10)."""
        self.ensure_one()
        parts = self.part_return_ids.filtered(lambda part: part.state != "cancelled")
        inspected = parts.filtered("inspected_at").sorted("id")
        texts = (
            self.technology_analysis,
            self.quality_analysis,
            *inspected.mapped("inspection_note"),
        )
        causes = dict.fromkeys(text.strip() for text in texts if text)
        vals = {"claim_id": self.id}
        if causes:
            vals["analysis"] = plaintext2html("\n".join(causes))
        supplier = parts.supplier_id
        if len(supplier) == 1 and all(
            part.inspected_at
            and part.inspection_result == "supplier"
            and part.supplier_id
            for part in parts
        ):
            share = {"party": "supplier", "partner_id": supplier.id, "percent": 100}
            vals["share_ids"] = [Command.create(share)]
        return vals

    def _get_records_action(self, records, name):
        """Return the window action on ``records``, as a form if there is one."""
        action = {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": records._name,
            "context": {"create": False},
        }
        if len(records) == 1:
            return {**action, "view_mode": "form", "res_id": records.id}
        return {
            **action,
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
        }
