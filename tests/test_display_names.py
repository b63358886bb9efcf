# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Every record has a name that people can read, in lists of links and breadcrumbs."""

from odoo import models
from odoo.tests import new_test_user, tagged

from odoo.addons.aftersales_claims.tests.common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestDisplayNames(ClaimsCommon):
    def test_records_have_names(self):
        """No model of ours falls back to its technical name and a number."""
        nameless = [
            name
            for name, model in self.env.registry.items()
            if name.startswith("aftersales.")
            and model._auto
            and not model._abstract
            and not model._transient
            and not model._rec_name
            and model._compute_display_name is models.BaseModel._compute_display_name
        ]
        self.assertEqual(nameless, [])

    def test_claim_line_and_share(self):
        """R-CLM-08: a line is called like its part."""
        claim = self._create_claim()
        self.assertEqual(
            claim.line_ids.mapped("display_name"),
            claim.line_ids.product_id.mapped("display_name"),
        )

    def test_machine_opens_as_its_file(self):
        """R-CLM-08: the service manager, who may not read stock moves, opens the
        machine from the claim and from any link to it; the storekeeper opens the
        warehouse's form."""
        claim = self._create_claim()
        form = self.env.ref("aftersales_service.stock_lot_machine_view_form")
        manager = self.users["service_manager"]
        machine = claim.lot_id
        machine.is_machine = True
        action = claim.with_user(manager).action_view_machine()
        self.assertEqual(action["views"], [(form.id, "form")])
        self.assertEqual(action["res_id"], machine.id)
        link = machine.with_user(manager).get_formview_action()
        self.assertEqual(link["views"], [(form.id, "form")])
        spec = {
            node: {}
            for node in self.env["stock.lot"]
            .with_user(manager)
            .get_views([(form.id, "form")])["models"]["stock.lot"]["fields"]
        }
        self.assertTrue(machine.with_user(manager).web_read(spec))
        keeper = new_test_user(
            self.env, login="keeper_only", groups="stock.group_stock_user"
        )
        link = machine.with_user(keeper).get_formview_action()
        self.assertEqual(link["views"], [(False, "form")])
