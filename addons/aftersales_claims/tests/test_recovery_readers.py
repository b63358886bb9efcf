# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestRecoveryReaders(RecoveryCommon):
    """Who reads what suppliers owe (R-CLM-12)."""

    def test_sales_vice_president(self):
        """R-CLM-04, R-CLM-12: the sales vice president, who approves what claims cost,
        reads what suppliers owe of it, and changes nothing."""
        statement = self._create_statement()
        menu = self.env.ref("aftersales_claims.menu_aftersales_recovery_line")
        visible = menu.with_user(self.users["sales_vp"])._visible_menu_ids()
        self.assertIn(menu.id, visible)
        self.assertIn(menu.parent_id.id, visible)
        lines = self.as_user(statement.line_ids, "sales_vp")
        action = self.env.ref("aftersales_claims.aftersales_recovery_line_action")
        owed = lines.search([("id", "in", lines.ids)])
        views = lines.get_views(action.views)["views"]
        for kind in ("list", "form", "pivot", "graph"):
            self.assertIn(kind, views)
        self.assertEqual(owed.amount, statement.line_ids.amount)
        groups = lines.formatted_read_group(
            [("id", "in", lines.ids)], ["age_bucket"], ["amount:sum"]
        )
        self.assertEqual(groups[0]["amount:sum"], statement.line_ids.amount)
        for record in (lines, self.as_user(statement, "sales_vp")):
            self.assertTrue(Form(record))
            for operation in ("write", "create", "unlink"):
                self.assertFalse(record.has_access(operation))
        with self.assertRaisesRegex(UserError, "role does not allow"):
            self.as_user(statement, "sales_vp").action_send()
