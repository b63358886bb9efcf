# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_capa import CapaCommon


@tagged("post_install", "-at_install")
class TestCapaMeasures(CapaCommon):
    """Who does what on a measures sheet, and when."""

    def test_measures_are_fixed_when_carried_out(self):
        """R-CLM-16: from “Effect To Verify” on no measure is added, undone, changed or
        moved there, by nobody; whoever forgot one goes back to work first."""
        capa = self._implement(self._create_capa())
        draft = self._create_capa(
            symptom_id=self.env.ref("aftersales_claims.symptom_leak").id
        )
        measure = capa.action_ids[0]
        vals = {
            "kind": "corrective",
            "name": "One more",
            "employee_id": self.employees["employee"].id,
            "due_date": fields.Date.today(),
        }
        quality = self.as_user(capa, "quality")
        for attempt in (
            lambda: quality.write({"action_ids": [Command.create(vals)]}),
            lambda: self.as_user(measure, "quality").create(
                {**vals, "capa_id": capa.id}
            ),
            lambda: self.as_user(measure, "quality").action_undo(),
            lambda: self.as_user(measure, "quality").write({"result": "Better"}),
            lambda: self.as_user(measure, "quality").copy(),
            lambda: self.as_user(measure, "quality").unlink(),
            lambda: self.as_user(draft.action_ids[0], "quality").write(
                {"capa_id": capa.id}
            ),
        ):
            with self.assertRaisesRegex(UserError, "stay as they are"):
                with self.env.cr.savepoint():
                    attempt()
        # nor does the cause change under the measures, or the proof vanish
        with self.assertRaisesRegex(UserError, "stays as it is"):
            self.as_user(capa, "employee").cause = "Bad luck"
        quality.effect_evidence_ids = self._attach(role="quality")
        with self.assertRaisesRegex(UserError, "none is taken away"):
            with self.env.cr.savepoint():
                self.as_user(capa, "employee").effect_evidence_ids = [Command.clear()]
        # what came in all the same keeps the sheet open, also for the system
        self.env["aftersales.capa.action"].sudo().create({**vals, "capa_id": capa.id})
        quality.write(
            {
                "effect": "effective",
                "effect_evidence_ids": [Command.link(self._attach(role="quality").id)],
                "standard_ref": "QS-1",
            }
        )
        for sheet in (quality, capa.sudo()):
            with self.assertRaisesRegex(UserError, "not carried out yet: One more"):
                sheet.action_verify()
        quality.action_resume()
        self.assertEqual(capa.state, "in_progress")
        added = capa.action_ids.filtered(lambda action: not action.done_on)
        added.result = "done"
        self.as_user(added, "employee").action_done()
        quality.action_implement()
        self.assertFalse(capa.effect)
        quality.effect = "effective"
        quality.action_verify()
        self.assertEqual(capa.state, "closed")
        for vals in (
            {"user_id": self.engineer.id},
            {"team_ids": [Command.clear()]},
            {"standard_ref": "QS-2"},
            {"due_date": fields.Date.today()},
        ):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                quality.write(vals)

    def test_done_by_its_button_only(self):
        """R-CLM-16: a measure is done by its button, with a result, by its owner, the
        leader or quality; then it stays as it was reported."""
        capa = self._create_led()
        capa.action_start()
        measure, other = capa.action_ids
        owner = self.as_user(measure, "employee")
        for vals in ({"done_on": fields.Date.today()}, {"reminded_on": False}):
            for role in ("employee", "quality"):
                with self.assertRaises(AccessError):
                    self.as_user(measure, role).write(vals)
        with self.assertRaises(AccessError):
            self.as_user(measure, "quality").create(
                {
                    "capa_id": capa.id,
                    "name": "Done before it began",
                    "employee_id": self.technician.id,
                    "due_date": fields.Date.today(),
                    "done_on": fields.Date.today(),
                }
            )
        with self.assertRaisesRegex(UserError, "what is the result"):
            owner.action_done()
        owner.result = "Grease changed"
        capa.team_ids = self.technician
        with self.assertRaisesRegex(AccessError, "reported done by its owner"):
            self.as_user(measure, "technician").action_done()
        owner.evidence_ids = self._attach("photo.png", "employee")
        owner.action_done()
        self.assertEqual(measure.done_on, self.company._get_aftersales_today())
        for vals in (
            {"result": "Better"},
            {"evidence_ids": [Command.clear()]},
            {"name": "Something else"},
        ):
            with self.assertRaisesRegex(UserError, "stays as it was|none is taken"):
                with self.env.cr.savepoint():
                    self.as_user(measure, "quality").write(vals)
        with self.assertRaisesRegex(UserError, "its files stay"):
            self.as_user(measure.evidence_ids, "quality").unlink()
        owner.evidence_ids = [Command.link(self._attach("more.png", "employee").id)]
        self.assertEqual(len(measure.evidence_ids), 2)
        with self.assertRaisesRegex(AccessError, "leader or by quality"):
            owner.action_undo()
        self.as_user(measure, "technician2").action_undo()
        self.assertFalse(measure.done_on)
        self.assertIn("taken up again", capa.message_ids[0].body)
        other.result = "done"
        self.as_user(other, "technician2").action_done()
        self.assertTrue(other.done_on)

    def test_result_is_the_owners(self):
        """R-CLM-16: what a measure has led to is entered by its owner, his manager,
        the leader or quality; the team and the head of the responsible department
        read it, and find no button."""
        head = self.employees["dispatcher"]
        department = self.env["hr.department"].create(
            {
                "name": "Assembly",
                "manager_id": head.id,
                "company_id": self.company.id,
            }
        )
        self.employees["employee"].parent_id = self.employees["hotline"]
        capa = self._create_led(
            department_id=department.id, team_ids=self.technician.ids
        )
        capa.action_start()
        measure = capa.action_ids[0]
        for role in ("dispatcher", "technician"):
            own = self.as_user(measure, role)
            self.assertFalse(own.may_report)
            photo = self._attach(f"{role}.png", role)
            for vals in (
                {"result": "Done, I think"},
                {"evidence_ids": [Command.link(photo.id)]},
            ):
                with self.assertRaisesRegex(AccessError, "by its owner"):
                    own.write(vals)
                with self.assertRaisesRegex(AccessError, "by its owner"):
                    own.capa_id.write({"action_ids": [Command.update(own.id, vals)]})
            with self.assertRaisesRegex(AccessError, "reported done by its owner"):
                own.action_done()
        for role in ("employee", "hotline", "technician2", "quality"):
            with self.subTest(role=role):
                own = self.as_user(measure, role)
                self.assertTrue(own.may_report)
                self.assertEqual(own.may_plan, role in ("technician2", "quality"))
                own.write(
                    {
                        "result": f"Seen by {role}",
                        "evidence_ids": [
                            Command.link(self._attach(f"{role}.png", role).id)
                        ],
                    }
                )
                own.action_done()
                self.assertTrue(measure.done_on)
                self.as_user(measure, "quality").action_undo()

    def test_owner_plans_nothing(self):
        """R-CLM-16: whoever answers for one measure does not rewrite it, give it to
        somebody else or make himself the leader; the leader plans his sheet."""
        capa = self._create_led()
        measure = capa.action_ids[0]
        for record, vals in (
            (measure, {"name": "Nothing"}),
            (measure, {"employee_id": self.technician.id}),
            (measure, {"kind": "containment"}),
            (capa, {"user_id": self.engineer.id}),
            (capa, {"team_ids": [Command.clear()]}),
            (capa, {"standard_ref": "QS-0"}),
            (capa, {"product_id": self.bearing.id}),
            (capa, {"complaint_ids": [Command.clear()]}),
            (capa, {"action_ids": [Command.delete(measure.id)]}),
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(AccessError, "leader or by quality"),
            ):
                self.as_user(record, "employee").write(vals)
        for step in ("action_start", "action_cancel"):
            with self.assertRaisesRegex(AccessError, "leader or by quality"):
                getattr(self.as_user(capa, "employee"), step)()
        leader = self.as_user(capa, "technician2")
        leader.write(
            {
                "action_ids": [
                    Command.create(
                        {
                            "kind": "containment",
                            "name": "Sort the stock",
                            "employee_id": self.technician.id,
                            "due_date": fields.Date.today(),
                        }
                    )
                ]
            }
        )
        added = capa.action_ids.filtered(lambda a: a.kind == "containment")
        self.assertEqual(added.due_set_by_id, self.users["technician2"])
        self.as_user(added, "technician2").unlink()
        leader.action_start()
        self.assertEqual(capa.state, "in_progress")

    def test_reopened_needs_new_evidence(self):
        """R-CLM-16: a sheet whose measures did not hold is verified by evidence that is
        newer; the earlier one stays on file."""
        capa = self._create_capa()
        self._close(capa)
        quality = self.as_user(capa, "quality")
        old = capa.effect_evidence_ids
        elsewhere = self._attach("old elsewhere.pdf", "quality")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = create_date - interval '1 day' "
            "WHERE id = %s",
            [elsewhere.id],
        )
        elsewhere.invalidate_recordset(["create_date"])
        quality.action_reopen()
        self.assertFalse(capa.effect_evidence_ids)
        self.assertFalse(capa.verified_by_id)
        self.assertEqual(capa.earlier_evidence_ids, old)
        with self.assertRaisesRegex(UserError, "its files stay"):
            quality.earlier_evidence_ids.unlink()
        with self.assertRaises(AccessError):
            quality.write({"earlier_evidence_ids": [Command.clear()]})
        quality.action_implement()
        quality.effect = "effective"
        for evidence in (old, elsewhere, old + elsewhere):
            quality.effect_evidence_ids = evidence
            with self.assertRaisesRegex(UserError, "evidence is older"):
                quality.action_verify()
        quality.effect_evidence_ids = [
            Command.link(self._attach("new.pdf", "quality").id)
        ]
        quality.effect = "not_effective"
        quality.effect_note = "Still hot"
        quality.action_verify()
        self.assertEqual(capa.state, "in_progress")
        self.assertIn("Still hot", "".join(capa.message_ids.mapped("body")))
        self.assertIn("new.pdf", capa.earlier_evidence_ids.mapped("name"))
        quality.action_implement()
        quality.effect = "effective"
        with self.assertRaisesRegex(UserError, "attach its evidence"):
            quality.action_verify()
        quality.effect_evidence_ids = self._attach("newest.pdf", "quality")
        quality.action_verify()
        self.assertEqual(capa.state, "closed")

    def test_lists_cost_the_same_for_many(self):
        """R-CLM-16, R-INT-11: lists of many records cost no query for each."""
        capas = self.env["aftersales.capa"]
        for _number in range(12):
            capas |= self._create_capa()
        measures = capas.action_ids
        alerts = self.env["aftersales.batch.alert"].create(
            [
                {
                    "product_id": self.seal.id,
                    "production_batch": f"L{number}",
                    "company_id": self.company.id,
                }
                for number in range(12)
            ]
        )
        for records, names in (
            (capas, ["name", "due_date", "due_set_by_id", "state"]),
            (measures, ["name", "is_late", "due_set_by_id", "may_report"]),
            (alerts, ["name", "request_count", "is_late", "is_below", "cost_amount"]),
        ):
            with self.subTest(model=records._name):
                self.assertNoQueryGrowth(
                    lambda rows, names=names: self.as_user(rows, "quality_vp").read(
                        names
                    ),
                    records[:2],
                    records[2:],
                )
