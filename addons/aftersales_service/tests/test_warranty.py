# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestWarranty(AftersalesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._get_aftersales_today()
        cls.policy = cls.env.ref("aftersales_service.warranty_policy_standard")
        cls.wear = cls.env.ref("aftersales_service.component_class_wear")
        cls.bearing_class = cls.env.ref("aftersales_service.component_class_bearing")

    def _create_policy(self, *lines, **vals):
        return self.env["aftersales.warranty.policy"].create(
            {
                "name": "Test policy",
                "line_ids": [Command.create(line) for line in lines],
                **vals,
            }
        )

    def _create_part(self, name, component_class):
        return self.env["product.product"].create(
            {"name": name, "component_class_id": component_class.id}
        )

    def _months(self, months):
        return self.today + relativedelta(months=months)

    def test_first_of_two_ends(self):
        """R-WAR-01: 12 months from commissioning or 18 from delivery."""
        machine = self._create_machine(
            "W-1",
            delivery_date=self._months(-7),
            acceptance_date=self._months(-6),
        )
        self.assertEqual(machine.warranty_policy_id, self.policy)
        self.assertEqual(machine.warranty_end, self._months(-6) + self._rel(12))
        self.assertEqual(machine.warranty_start, self._months(-6))
        self.assertEqual(machine.warranty_state, "in")
        late = self._create_machine(
            "W-2",
            delivery_date=self._months(-17),
            acceptance_date=self._months(-1),
        )
        self.assertEqual(late.warranty_end, self._months(-17) + self._rel(18))
        not_accepted = self._create_machine("W-3", acceptance_date=False)
        self.assertEqual(not_accepted.warranty_end, self._months(-7) + self._rel(18))
        nothing = self._create_machine(
            "W-4", acceptance_date=False, delivery_date=False
        )
        self.assertEqual(nothing.warranty_state, "unknown")
        self.assertIn(
            "No date", nothing._get_warranty_entitlement()[nothing.id]["log"][-1]
        )

    def _rel(self, months):
        return relativedelta(months=months)

    def test_component_classes(self):
        """R-WAR-01, R-INT-06: lamp: ballast 12 months, tube 6, plastic none."""
        lamp = self.env.ref("aftersales_service.warranty_policy_lamp")
        self.seal.component_class_id = self.env.ref(
            "aftersales_service.component_class_tube"
        )
        self.bearing.component_class_id = self.env.ref(
            "aftersales_service.component_class_ballast"
        )
        plastic = self._create_part(
            "Cover", self.env.ref("aftersales_service.component_class_plastic")
        )
        machine = self._create_machine(
            "W-L", warranty_policy_id=lamp.id, invoice_date=self._months(-8)
        )
        answer = machine._get_warranty_entitlement(
            products=self.seal | self.bearing | plastic
        )[machine.id]
        self.assertTrue(answer["products"][self.bearing.id]["covered"])
        self.assertEqual(
            answer["products"][self.bearing.id]["end"],
            self._months(-8) + self._rel(12),
        )
        self.assertFalse(answer["products"][self.seal.id]["covered"])
        self.assertIn("ended", answer["products"][self.seal.id]["log"])
        self.assertFalse(answer["products"][plastic.id]["covered"])
        self.assertEqual(machine.warranty_end, self._months(-8) + self._rel(12))

    def test_kinds_of_cost(self):
        """R-WAR-01: parts, labour and travel are covered each by itself."""
        policy = self._create_policy(
            {"months_delivery": 12, "covers_travel": False},
        )
        machine = self._create_machine("W-C", warranty_policy_id=policy.id)
        answer = machine._get_warranty_entitlement()[machine.id]
        self.assertTrue(answer["parts"] and answer["labour"])
        self.assertFalse(answer["travel"])
        answer = machine._get_warranty_entitlement(date=self._months(24))[machine.id]
        self.assertEqual(answer["state"], "out")
        self.assertFalse(answer["parts"] or answer["labour"])

    def test_running_hours(self):
        """R-WAR-01: the first reading that reaches the hours ends the warranty."""
        policy = self._create_policy({"months_delivery": 24, "hours_limit": 2000})
        machine = self._create_machine("W-H", warranty_policy_id=policy.id)
        self.assertEqual(machine.warranty_state, "in")
        Reading = self.env["aftersales.machine.reading"]
        Reading.create({"lot_id": machine.id, "date": self._months(-2), "hours": 1800})
        self.assertEqual(machine.warranty_state, "in")
        reached = self._months(-1)
        Reading.create({"lot_id": machine.id, "date": reached, "hours": 2100})
        self.assertEqual(machine.running_hours, 2100)
        self.assertEqual(machine.warranty_end, reached)
        self.assertEqual(machine.warranty_state, "out")
        with self.assertRaises(ValidationError):
            Reading.create({"lot_id": machine.id, "date": self.today, "hours": 100})
        with self.assertRaises(ValidationError):
            Reading.create(
                {"lot_id": machine.id, "date": self._months(1), "hours": 9000}
            )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            Reading.create(
                {"lot_id": machine.id, "date": self._months(-6), "hours": -1}
            ).flush_recordset()
        machine.running_hours = 2500
        self.assertEqual(max(machine.reading_ids.mapped("hours")), 2500)

    def test_hours_or_months_whichever_first(self):
        """R-WAR-01: of months and running hours the first end counts; each class has
        its own hours and its own kinds of cost."""
        policy = self._create_policy(
            {"months_delivery": 9, "hours_limit": 2000},
            {
                "component_class_id": self.wear.id,
                "months_delivery": 9,
                "hours_limit": 500,
                "covers_labour": False,
                "covers_travel": False,
            },
        )
        self.seal.component_class_id = self.wear
        machine = self._create_machine(
            "W-HM",
            warranty_policy_id=policy.id,
            delivery_date=self._months(-10),
            acceptance_date=False,
        )
        Reading = self.env["aftersales.machine.reading"]
        Reading.create({"lot_id": machine.id, "date": self._months(-4), "hours": 400})

        def ask(months):
            return machine._get_warranty_entitlement(
                date=self._months(months), products=self.seal
            )[machine.id]

        wear = ask(-4)["classes"][self.wear.id]
        self.assertTrue(wear["parts"])
        self.assertFalse(wear["labour"] or wear["travel"])
        self.assertTrue(ask(-4)["products"][self.seal.id]["covered"])
        Reading.create({"lot_id": machine.id, "date": self._months(-3), "hours": 600})
        answer = ask(-2)
        self.assertFalse(answer["products"][self.seal.id]["covered"], "500 h are over")
        self.assertTrue(answer["parts"] and answer["labour"] and answer["travel"])
        self.assertEqual(answer["end"], self._months(-10) + self._rel(9))
        # the hours come after the months: the months have ended it already
        Reading.create({"lot_id": machine.id, "date": self.today, "hours": 2500})
        self.assertEqual(machine.warranty_end, self._months(-10) + self._rel(9))
        self.assertFalse(any(ask(0)[kind] for kind in ("parts", "labour", "travel")))

    def test_policy_versions(self):
        """R-PEN-08, R-WAR-01: machines delivered before keep the older policy."""
        newer = self._create_policy(
            {"months_delivery": 24},
            valid_from=self._months(-3),
            replaces_id=self.policy.id,
        )
        self.machine_product.warranty_policy_id = newer
        old = self._create_machine("W-V1", delivery_date=self._months(-7))
        new = self._create_machine(
            "W-V2", delivery_date=self._months(-1), acceptance_date=False
        )
        self.assertEqual(old.warranty_policy_id, self.policy)
        self.assertEqual(new.warranty_policy_id, newer)
        old.delivery_date = self._months(-8)
        self.assertEqual(old.warranty_policy_id, self.policy)
        with self.assertRaises(ValidationError):
            self.policy.replaces_id = newer

    def test_policy_line_needs_a_term(self):
        """R-WAR-01: a term without months, hours or exclusion is refused."""
        with self.assertRaises(ValidationError):
            self._create_policy({"component_class_id": self.wear.id})

    def test_void(self):
        """R-WAR-02: voiding needs reason and evidence, and shows both."""
        machine = self._create_machine("W-X")
        with self.assertRaises(ValidationError):
            machine.warranty_void = True
        machine.invalidate_recordset()
        Wizard = self.env["aftersales.warranty.void"].with_user(
            self.users["service_manager"]
        )
        vals = {
            "lot_ids": [Command.set(machine.ids)],
            "cause": "change",
            "reason": "Motor replaced by a stronger one",
        }
        with self.assertRaises(UserError):
            Wizard.create(vals).action_confirm()
        self.assertEqual(machine.warranty_state, "in")
        photo = self.env["ir.attachment"].with_user(self.users["service_manager"])
        photo = photo.create({"name": "motor.jpg", "raw": b"photo"})
        Wizard.create(
            {**vals, "attachment_ids": [Command.set(photo.ids)]}
        ).action_confirm()
        self.assertEqual(machine.warranty_state, "void")
        self.assertEqual(machine.warranty_void_attachment_ids, photo)
        answer = machine._get_warranty_entitlement(products=self.seal)[machine.id]
        self.assertFalse(answer["parts"])
        self.assertFalse(answer["products"][self.seal.id]["covered"])
        self.assertIn("stronger", answer["log"][-1])
        before = machine._get_warranty_entitlement(date=self._months(-1))[machine.id]
        self.assertEqual(before["state"], "in")
        for role in ("hotline", "quality"):
            with self.assertRaises(AccessError):
                self.as_user(machine, role).action_reinstate_warranty()
        self.as_user(machine, "service_manager").action_reinstate_warranty()
        self.assertEqual(machine.warranty_state, "in")
        self.assertTrue(machine.warranty_void_reason)
        with self.assertRaises(AccessError):
            self.env["aftersales.warranty.void"].with_user(
                self.users["technician"]
            ).create(vals)

    def test_void_by_quality_and_by_nobody_else(self):
        """R-WAR-01, R-WAR-02: quality voids warranties by the dialog, of many machines
        at once; nobody writes the outcome or takes a voiding back past it."""
        machines = self._create_machine("W-Q1") | self._create_machine("W-Q2")
        user = self.users["quality"]
        photo = self.env["ir.attachment"].with_user(user)
        photo = photo.create({"name": "gap.jpg", "raw": b"photo"})
        self.env["aftersales.warranty.void"].with_user(user).create(
            {
                "lot_ids": [Command.set(machines.ids)],
                "cause": "maintenance",
                "reason": "Never greased",
                "attachment_ids": [Command.set(photo.ids)],
            }
        ).action_confirm()
        self.assertEqual(set(machines.mapped("warranty_state")), {"void"})
        for machine in machines:
            file = machine.warranty_void_attachment_ids
            self.assertEqual((file.res_model, file.res_id), (machine._name, machine.id))
        mine = self.as_user(machines, "hotline")
        for vals in (
            {"warranty_void": False},
            {"warranty_void_date": "2099-01-01"},
            {"warranty_void_reason": "Somebody else's fault"},
            {"warranty_void_attachment_ids": [Command.clear()]},
            {"warranty_state": "in"},
            {"warranty_end": "2099-01-01"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                mine.write(vals)
        with self.assertRaises(AccessError):
            mine.create(
                {
                    "name": "W-Q3",
                    "product_id": self.machine_product.id,
                    "warranty_end": "2099-01-01",
                }
            )
        mine.note = "Greased now"
        self.assertEqual(set(machines.mapped("warranty_state")), {"void"})

    def test_daily_states(self):
        """R-WAR-01: the nightly sweep turns ended warranties, in one statement."""
        machine = self._create_machine("W-D")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET warranty_end = %s WHERE id = %s",
            (self.today - relativedelta(days=1), machine.id),
        )
        machine.invalidate_recordset()
        self.assertEqual(machine.warranty_state, "in")
        self.env["stock.lot"]._cron_update_warranty_state()
        self.assertEqual(machine.warranty_state, "out")
        self.assertEqual(self.machine.warranty_state, "in")

    def test_category_proposed(self):
        """R-INT-05: who pays is proposed from warranty and contract."""
        request = self._create_request()
        self.assertEqual(request.service_category, "c")
        old = self._create_machine(
            "W-O", delivery_date=self._months(-40), acceptance_date=self._months(-39)
        )
        self.assertEqual(self._create_request(lot_id=old.id).service_category, "a")
        self.env["aftersales.contract"].create(
            {
                "name": "FW-1",
                "partner_id": self.customer.id,
                "date_start": self._months(-1),
                "date_end": self._months(11),
                "company_id": self.company.id,
            }
        )
        contract_case = self._create_request(lot_id=old.id)
        self.assertEqual(contract_case.service_category, "b")
        self.assertEqual(contract_case.contract_id.name, "FW-1")
        self.assertFalse(
            self._create_request(
                lot_id=False, partner_id=self.dealer.id
            ).service_category
        )

    def test_parts_free_or_not(self):
        """R-BIL-01, R-WAR-01: each part by its class; a decision comes first."""
        order = self._create_order()
        wearing = self._create_part("Jaw plate", self.wear)
        parts = self.env["aftersales.order.part"].create(
            [
                {"order_id": order.id, "product_id": product.id}
                for product in self.bearing | wearing
            ]
        )
        self.assertEqual(parts.mapped("in_warranty"), [True, False])
        self.assertIn("no warranty", parts[1].warranty_log)
        order.request_id.write({"service_category": "d", "category_reason": "Test"})
        self.assertEqual(parts.mapped("in_warranty"), [True, True])
        order.request_id.write({"service_category": "a", "category_reason": "Test"})
        self.assertEqual(parts.mapped("in_warranty"), [False, False])

    def test_replaced_part_carries_its_own_term(self):
        """R-WAR-05: old and new serial on the machine, own term of the new part."""
        line = self.policy.line_ids.filtered(lambda line: not line.component_class_id)
        line.replacement_months = 6
        machine = self._create_machine(
            "W-R", delivery_date=self._months(-20), acceptance_date=self._months(-19)
        )
        component = self.env["aftersales.machine.component"].create(
            {
                "lot_id": machine.id,
                "product_id": self.bearing.id,
                "serial": "BRG-OLD",
                "fitted_on": self._months(-19),
            }
        )
        order = self._create_order(self._create_request(lot_id=machine.id))
        part = self.env["aftersales.order.part"].create(
            {
                "order_id": order.id,
                "product_id": self.bearing.id,
                "quantity_used": 1,
                "lot_id": self.bearing_lot.id,
                "old_lot_name": "BRG-OLD",
            }
        )
        new = order._register_fitted_parts()
        self.assertFalse(order._register_fitted_parts(), "registered twice")
        self.assertEqual(
            (new.old_serial, new.serial), ("BRG-OLD", self.bearing_lot.name)
        )
        self.assertEqual(new.warranty_end, new.fitted_on + self._rel(6))
        self.assertTrue(component.removed_on)
        self.assertEqual(machine.warranty_state, "out")
        self.assertFalse(part.in_warranty)
        answer = machine._get_warranty_entitlement(products=self.bearing | self.seal)
        covered = answer[machine.id]["products"]
        self.assertTrue(covered[self.bearing.id]["covered"])
        self.assertFalse(covered[self.seal.id]["covered"])
        again = self._create_order(self._create_request(lot_id=machine.id))
        free = self.env["aftersales.order.part"].create(
            {"order_id": again.id, "product_id": self.bearing.id}
        )
        self.assertTrue(free.in_warranty)

    def test_no_query_growth(self):
        """R-INT-06: 200 serials cost as many queries as 10."""
        machines = self.env["stock.lot"].create(
            [
                {
                    "name": f"W-Q{number}",
                    "product_id": self.machine_product.id,
                    "company_id": self.company.id,
                    "customer_id": self.customer.id,
                    "delivery_date": self._months(-(number % 40)),
                }
                for number in range(200)
            ]
        )
        products = self.bearing | self.seal
        self.assertNoQueryGrowth(
            lambda lots: lots._get_warranty_entitlement(products=products),
            machines[:10],
            machines,
        )
        specification = {
            name: {}
            for name in (
                "name",
                "customer_id",
                "delivery_date",
                "warranty_end",
                "warranty_state",
            )
        }
        self.assertNoQueryGrowth(
            lambda lots: lots.web_search_read([("id", "in", lots.ids)], specification),
            machines[:10],
            machines,
        )
        self.assertNoQueryGrowth(
            lambda lots: lots.write({"acceptance_date": self.today}),
            machines[:10],
            machines,
            slack=12,
        )
