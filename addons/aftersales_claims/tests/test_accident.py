# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.aftersales_service.tests.common import AftersalesCommon
from odoo.addons.aftersales_service.tests.common_roles import RolesMixin


@tagged("post_install", "-at_install")
class TestAccident(RolesMixin, AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["chairman"] = new_test_user(
            cls.env,
            login="as_chairman",
            groups="aftersales_claims.group_chairman",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.today = fields.Date.today()

    def _accident(self, losses=(100000, 20000), shares=(75, 25), **vals):
        accident = (
            self.env["aftersales.accident"]
            .with_user(self.users["quality_vp"])
            .create(
                {
                    "title": "Crusher frame dropped",
                    "department_id": self.department.id,
                    "company_id": self.company.id,
                    "cause": "Sling not checked",
                    "member_ids": [
                        Command.create(
                            {"user_id": self.users["quality"].id, "role": "chair"}
                        )
                    ],
                    "loss_ids": [
                        Command.create({"name": f"Item {amount}", "amount": amount})
                        for amount in losses
                    ],
                    **vals,
                }
            )
        )
        people = (self.technician, self.technician2)
        accident.share_ids = [
            Command.create({"employee_id": person.id, "share": share})
            for person, share in zip(people, shares, strict=False)
        ]
        return accident

    def _confirm(self, accident):
        self.as_user(accident, "general_manager").action_approve()
        # each approver comes with a request, and a cache, of his own
        self.env.invalidate_all()
        self.as_user(accident, "chairman").action_approve()

    def test_nobody_confirms_twice(self):
        """R-PEN-02: who is general manager and chairman confirms once; who asked is
        told that nobody is left, and somebody else confirms."""
        owner = self.users["general_manager"]
        chairmen = self.env.ref("aftersales_claims.group_chairman")
        chairmen.user_ids = owner
        accident = self._accident()
        accident.action_investigate()
        accident.action_submit()
        self.as_user(accident, "general_manager").action_approve()
        self.env.invalidate_all()
        self.assertEqual(accident.state, "to_confirm")
        self.assertNotIn(owner, accident.reviewer_ids)
        with self.assertRaisesRegex(UserError, "already"):
            self.as_user(accident, "general_manager").action_approve()
        # sudo: a notice is its recipients' to read
        told = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("subject", "=", accident.display_name),
                    ("body", "ilike", "nobody is left"),
                ]
            )
        )
        self.assertIn(self.users["quality_vp"].partner_id, told.partner_ids)
        chairmen.user_ids |= self.users["chairman"]
        self.env.invalidate_all()
        self.as_user(accident, "chairman").action_approve()
        self.assertEqual(accident.state, "confirmed")

    def test_from_report_to_penalties(self):
        """R-PEN-02: committee, loss 120,000 → 11,100 by slices, 75 % and 25 % of it;
        general manager and chairman confirm, each finds it on his start page;
        penalties are proposed."""
        accident = self._accident()
        card = self.env.ref("aftersales_claims.start_card_accidents")
        cards = [
            self.as_user(card, role).search([("id", "=", card.id)])
            for role in ("general_manager", "chairman")
        ]
        self.assertEqual((accident.loss_total, accident.fine_total), (120000, 11100))
        self.assertIn("12 %", accident.calculation)
        accident.action_investigate()
        accident.action_submit()
        self.assertEqual(accident.state, "to_confirm")
        for records, vals in (
            (accident.share_ids[0], {"share": 1}),
            (accident.loss_ids[0], {"amount": 1}),
            (accident.member_ids, {"role": "member"}),
        ):
            with self.assertRaises(UserError):
                records.write(vals)
            with self.assertRaises(UserError):
                records.unlink()
        with self.assertRaises(UserError):
            accident.action_approve()
        with self.assertRaises(UserError):
            self.as_user(accident, "chairman").action_approve()
        self.assertEqual([card.count for card in cards], [1, 0])
        self.as_user(accident, "general_manager").action_approve()
        self.assertEqual(accident.state, "to_confirm")
        self.env.invalidate_all()
        self.assertEqual([card.count for card in cards], [0, 1])
        self.as_user(accident, "chairman").action_approve("agreed")
        self.assertEqual(accident.state, "confirmed")
        penalties = self.env["aftersales.penalty"].search(
            [("res_model", "=", accident._name), ("res_id", "=", accident.id)],
            order="amount desc",
        )
        self.assertEqual(penalties.mapped("amount"), [8325, 2775])
        self.assertEqual(penalties.employee_id, self.technician | self.technician2)
        self.assertEqual(set(penalties.mapped("state")), {"draft"})
        self.assertEqual(accident.share_ids.penalty_id, penalties)
        with self.assertRaises(AccessError):
            accident.state = "draft"
        with self.assertRaisesRegex(UserError, penalties[1].name):
            accident.action_close()
        penalties.with_user(self.users["general_manager"]).action_waive("insured")
        accident.action_close()
        self.assertEqual(accident.state, "closed")

    def test_roles_open_the_accident(self):
        """R-PEN-02: direction, quality, HR, the department's manager and the committee
        open list and form of an accident with all they hold; committee and manager find
        no measures in it; others find none."""
        accident = self._accident()
        accident.measure_ids = [
            Command.create({"employee_id": self.technician.id, "date_from": self.today})
        ]
        model = accident._name
        for role in (
            "quality_vp",
            "general_manager",
            "chairman",
            "hr",
            "quality",
            "service_manager",
        ):
            found = self.assertRoleOpens(role, (model,), (model,))
            self.assertEqual(found[model], accident, role)
            measures = self.as_user(accident, role).measure_ids
            sees = role not in ("quality", "service_manager")
            self.assertEqual(bool(measures), sees, role)
        for role in ("hotline", "technician", "storekeeper", "sales_vp"):
            found = self.assertRoleOpens(role, (model,), (model,))
            self.assertFalse(found[model], role)

    def test_who_confirms_writes_nothing(self):
        """R-PEN-02: committee, losses and shares are the committee's under the quality
        vice president; direction, which confirms them, and HR write none of them."""
        accident = self._accident()
        entries = (
            (accident.member_ids, {"user_id": self.users["sales_vp"].id}),
            (accident.loss_ids[0], {"name": "Crane", "amount": 5}),
            (accident.share_ids[0], {"employee_id": self.employees["hotline"].id}),
        )
        for role in ("general_manager", "chairman", "hr"):
            for record, vals in entries:
                own = self.as_user(record, role)
                new = {**vals, "accident_id": accident.id}
                if "share" in record._fields:
                    new["share"] = 1
                for attempt in (
                    lambda own=own, new=new: own.create(new),
                    lambda own=own, vals=vals: own.write(vals),
                    own.unlink,
                ):
                    with (
                        self.subTest(role=role, model=record._name),
                        self.assertRaisesRegex(AccessError, "and the quality vice"),
                        self.env.cr.savepoint(),
                    ):
                        attempt()
                    self.env.invalidate_all()
            # nor shown lists to fill in that are refused afterwards
            form = Form(self.as_user(accident, role))
            for lines in (form.member_ids, form.loss_ids):
                with self.assertRaisesRegex(AssertionError, "not editable"):
                    lines.edit(0)
        for role in ("quality", "service_manager", "quality_vp"):
            self.as_user(accident.loss_ids[0], role).amount += 1
        self.assertEqual(accident.loss_total, 120003)
        # who reports one enters it whole
        own = self.as_user(accident, "hr").create(
            {
                "title": "Ladder",
                "company_id": self.company.id,
                "department_id": self.department.id,
                "loss_ids": [Command.create({"name": "Ladder", "amount": 300})],
            }
        )
        own.loss_ids.amount = 200
        self.assertEqual(own.loss_total, 200)
        # the copy of somebody else's is his own report
        copied = self.as_user(accident, "hr").copy()
        self.assertEqual(copied.reported_by_id, self.users["hr"])

    def test_nobody_takes_a_seat(self):
        """R-PEN-02: nobody enters himself in a committee, moves his seat to another
        one, or says that he reported it: he would read and write what is not his."""
        accident = self._accident()
        other = self._accident(
            member_ids=[Command.create({"user_id": self.users["sales_vp"].id})]
        )
        manager = new_test_user(
            self.env,
            login="as_manager_elsewhere",
            groups="aftersales_service.group_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        seats = self.env["aftersales.accident.member"]
        attempts = [
            (
                seats.with_user(user).create,
                {"accident_id": accident.id, "user_id": user.id},
            )
            for user in (
                self.users["general_manager"],
                self.users["hr"],
                self.users["technician"],
                self.users["storekeeper"],
                manager,
            )
        ]
        attempts += [
            (
                self.as_user(accident.member_ids, "quality").write,
                {"accident_id": other.id},
            ),
            (
                self.as_user(accident, "general_manager").write,
                {"reported_by_id": self.users["general_manager"].id},
            ),
        ]
        for attempt, vals in attempts:
            with (
                self.subTest(vals=vals),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                attempt(vals)
            self.env.invalidate_all()
        self.assertEqual(accident.member_ids.user_id, self.users["quality"])
        self.assertEqual(accident.reported_by_id, self.users["quality_vp"])
        for user in (self.users["technician"], manager):
            self.assertFalse(accident.with_user(user).has_access("read"), user.login)

    def test_who_reads_the_confirmations(self):
        """R-PEN-02: what direction wrote about an accident is read where the accident
        is; the persons in it and their colleagues do not find it."""
        accident = self._accident()
        accident.action_investigate()
        accident.action_submit()
        self.assertReviewsReadBy(
            accident,
            {
                "quality_vp",
                "general_manager",
                "chairman",
                "hr",
                "quality",
                "service_manager",
            },
        )

    def test_incomplete(self):
        """R-PEN-02: no committee, no cause, no loss, shares above 100 %, a negative
        loss: refused."""
        accident = self._accident(losses=(), member_ids=[])
        with self.assertRaises(UserError):
            accident.action_investigate()
        accident.member_ids = [Command.create({"user_id": self.users["quality"].id})]
        accident.action_investigate()
        accident.cause = False
        with self.assertRaisesRegex(UserError, "(?s)cause.*lost"):
            accident.action_submit()
        with self.assertRaises(ValidationError), self.cr.savepoint():
            accident.share_ids = [
                Command.create(
                    {"employee_id": self.employees["hotline"].id, "share": 10}
                )
            ]

    def test_general_accident(self):
        """R-PEN-01: a general accident costs by the count, not by the loss."""
        accident = self._accident(kind="general", losses=(), shares=(100,))
        accident.action_investigate()
        accident.action_submit()
        self._confirm(accident)
        self.assertEqual(accident.share_ids.penalty_id.amount, 50)

    def test_rejected_goes_back(self):
        """R-PEN-02: sent back with a comment, it is investigated again."""
        accident = self._accident()
        accident.action_investigate()
        accident.action_submit()
        with self.assertRaises(UserError):
            self.as_user(accident, "general_manager").action_reject()
        self.as_user(accident, "general_manager").action_reject("who was in charge?")
        self.assertEqual(accident.state, "investigating")
        accident.action_submit()
        self.assertEqual(accident.state, "to_confirm")

    def test_nobody_confirms_his_own(self):
        """R-PEN-05: the general manager does not confirm what he answers for."""
        accident = self._accident()
        accident.share_ids.unlink()
        accident.share_ids = [
            Command.create(
                {"employee_id": self.employees["general_manager"].id, "share": 100}
            )
        ]
        accident.action_investigate()
        accident.action_submit()
        with self.assertRaises(AccessError):
            self.as_user(accident, "general_manager").action_approve()

    def test_committee_is_independent(self):
        """R-PEN-05: who answers for an accident does not sit in its committee, from
        either side; nothing is kept of the attempt."""
        accident = self._accident()
        self.assertEqual(len(accident.member_ids), 1)
        for field, vals in (
            ("member_ids", {"user_id": self.users["technician"].id}),
            (
                "share_ids",
                {"employee_id": self.employees["quality"].id, "share": 1},
            ),
        ):
            before = accident[field]
            if field == "share_ids":
                before[-1].share -= 1
            with (
                self.assertRaisesRegex(ValidationError, "committee"),
                self.cr.savepoint(),
            ):
                accident[field] = [Command.create(vals)]
            accident.invalidate_recordset()
            self.assertEqual(accident[field], before)

    def test_privacy_of_measures(self):
        """R-PEN-02: measures are for HR, direction and the person himself; committee
        members see the accident but not them; a colleague nothing."""
        accident = self._accident()
        accident.measure_ids = [
            Command.create(
                {
                    "employee_id": self.technician.id,
                    "kind": "pay_freeze",
                    "date_from": self.today,
                    "date_to": self.today + relativedelta(months=6),
                }
            )
        ]
        measure = accident.measure_ids
        self.assertTrue(self.as_user(accident, "quality").has_access("read"))
        self.assertFalse(self.as_user(measure, "quality").has_access("read"))
        self.assertTrue(self.as_user(measure, "hr").has_access("read"))
        self.assertFalse(self.as_user(measure, "technician").has_access("read"))
        accident.action_investigate()
        accident.action_submit()
        self._confirm(accident)
        self.assertTrue(self.as_user(measure, "technician").has_access("read"))
        # who sees it and since when follows from accident and person
        for vals in (
            {"employee_user_id": self.users["hotline"].id},
            {"state": "draft"},
        ):
            for role in ("hr", "quality_vp"):
                with self.assertRaises(AccessError):
                    self.as_user(measure, role).write(vals)
        for role in ("technician2", "storekeeper", "hotline"):
            self.assertFalse(self.as_user(measure, role).has_access("read"), role)
            self.assertFalse(self.as_user(accident, role).has_access("read"), role)
        file = self.technician.with_user(self.users["hr"])
        self.assertEqual(file.aftersales_measure_ids, measure)
