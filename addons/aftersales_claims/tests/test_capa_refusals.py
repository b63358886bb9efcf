# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_capa import CapaCommon


@tagged("post_install", "-at_install")
class TestCapaRefusals(CapaCommon):
    """Steps out of turn of batch alerts, complaint and measures sheets, each refused
    for its own reason."""

    def _refused(self, pattern, call, *args):
        with self.assertRaisesRegex(UserError, pattern), self.env.cr.savepoint():
            call(*args)
        self.env.invalidate_all()

    def test_batch_alert_decided_once(self):
        """R-INT-11: recognised once, with a finding; closed once it is confirmed and
        nothing is open; what is cleared says why."""
        self._create_batch_requests(3)
        alert = self.as_user(self._find_alert(), "quality")
        self._refused("write down what was found", alert.action_confirm)
        alert.finding = " "
        self._refused("write down what was found", alert.action_reject)
        alert.finding = "Cage cracked on all three"
        self._refused("is not confirmed", alert.action_close)
        alert.action_confirm()
        self._refused("was decided already", alert.action_reject)
        self._refused("still to be taken back or cleared", alert.action_close)
        self._refused("note why it need not", alert.line_ids.action_clear)
        self.assertEqual(set(alert.line_ids.mapped("state")), {"open"})

    def test_complaint_sheet_in_turn(self):
        """R-CLM-16: an engineer analyses, and only he; the sheet goes back with a
        reason, and measures follow what is judged non-conforming."""
        sheet = self._create_sheet(photo_ids=self._attach(), engineer_id=False)
        quality = self.as_user(sheet, "quality")
        self._refused("no measures follow", quality.action_create_capa)
        quality.judgement = "nonconforming"
        self._refused("name the engineer", quality.action_judge)
        sheet.engineer_id = self.engineer
        quality.action_judge()
        engineer = sheet.with_user(self.engineer)
        self._refused("cause and measures are needed", engineer.action_analyse)
        self._refused("Say why the sheet goes back", quality.action_return, " ")
        engineer.write({"cause": "Wrong grease", "measures": "Change it"})
        self._refused(
            "hands in the analysis", self.as_user(sheet, "hotline").action_analyse
        )
        self.assertEqual(sheet.state, "judged")

    def test_measures_sheet_in_turn(self):
        """R-CLM-16: contained, with a cause, a corrective and a preventive measure;
        a closed sheet is reopened, not cancelled."""
        capa = self._create_capa(containment=" ")
        self._refused("contain the problem first", capa.action_start)
        capa.containment = "Stock blocked"
        capa.action_ids.filtered(lambda item: item.kind == "preventive").unlink()
        capa.action_start()
        self._refused("a corrective and a preventive action", capa.action_implement)
        capa.sudo().state = "closed"
        self._refused("is closed", capa.action_cancel)
