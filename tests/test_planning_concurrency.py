# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two people decide or plan at once, who don't see each other's work (R-INT-08,
R-DSP-01, R-DSP-14): real transactions, real commits; what is committed is removed
afterwards."""

import uuid

from dateutil.relativedelta import relativedelta
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import LockError, UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestPlanningConcurrency(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.mark = f"turns-{uuid.uuid4().hex[:8]}"
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            cls._create_data(env)
        cls.addClassCleanup(cls._remove_data)

    @classmethod
    def _create_data(cls, env):
        company = env.ref("base.main_company")
        today = fields.Date.today()
        users = env["res.users"].create(
            [
                {
                    "name": f"{cls.mark} {number}",
                    "login": f"{cls.mark}-{number}",
                    "group_ids": [
                        Command.set(env.ref("aftersales_service.group_manager").ids)
                    ],
                }
                for number in (1, 2)
            ]
        )
        partner = env["res.partner"].create({"name": cls.mark, "is_company": True})
        contracts = env["aftersales.contract"].create(
            [
                {
                    "name": f"{cls.mark} {number}",
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "date_start": today,
                    "date_end": today + relativedelta(months=number),
                }
                for number in (2, 3)
            ]
        )
        # one to be stationed, one to be sent
        employee = env["hr.employee"].create(
            [
                {
                    "name": cls.mark,
                    "company_id": company.id,
                    "is_technician": True,
                    "technician_grade": "senior",
                    "aftersales_qualification_ids": [
                        Command.create({"name": cls.mark, "result": "passed"})
                    ],
                }
                for __ in range(2)
            ]
        )
        # two tiers side by side, one for each of the two
        tiers = env["tier.definition"].create(
            [
                {
                    "name": f"{cls.mark} {user.id}",
                    "model_id": env.ref(
                        "aftersales_service.model_aftersales_request"
                    ).id,
                    "review_type": "individual",
                    "reviewer_id": user.id,
                    "definition_domain": f"[('fault', '=', '{cls.mark}')]",
                }
                for user in users
            ]
        )
        request = env["aftersales.request"].create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "fault": cls.mark,
                "level": "1",
                "needs_visit": False,
            }
        )
        request.action_submit()
        assert len(request.review_ids) == 2, request.review_ids
        orders = cls._create_orders(env, partner)
        cls.ids = {
            records._name: records.ids
            for records in (tiers, users, partner, contracts, employee, request)
        }
        cls.ids["aftersales.order"] = orders.ids
        cls.ids["aftersales.request"] += orders.request_id.ids

    @classmethod
    def _create_orders(cls, env, partner):
        """Two orders of a request under way that no tier has to approve, without
        technician or appointment."""
        request = env["aftersales.request"].create(
            {
                "partner_id": partner.id,
                "company_id": env.ref("base.main_company").id,
                "fault": f"{cls.mark}, under way",
                "level": "1",
                "needs_visit": False,
                "state": "in_progress",
            }
        )
        return env["aftersales.order"].create(
            [{"request_id": request.id} for __ in range(2)]
        )

    @classmethod
    def _browse(cls, env, model):
        return env[model].browse(cls.ids[model])

    @classmethod
    def _remove_data(cls):
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            employee = cls._browse(env, "hr.employee")
            stays = env["aftersales.resident.assignment"].search(
                [("employee_id", "in", employee.ids)]
            )
            stays.unlink()
            cls._browse(env, "aftersales.contract").unlink()
            orders = cls._browse(env, "aftersales.order")
            orders.filtered(lambda order: order.state == "dispatched").action_draft()
            orders.unlink()
            request = cls._browse(env, "aftersales.request")
            request.review_ids.unlink()
            cls._browse(env, "tier.definition").unlink()
            # a request is never deleted by its users, so the row goes by SQL
            request.message_ids.unlink()
            request.activity_ids.unlink()
            request.sla_status_ids.unlink()
            cr.execute(
                "DELETE FROM aftersales_request WHERE id IN %s", [tuple(request.ids)]
            )
            env.invalidate_all(flush=False)
            location, resource = employee.aftersales_location_id, employee.resource_id
            employee.unlink()
            location.exists().active = False
            resource.exists().unlink()
            cls._browse(env, "res.users").active = False
            cls._browse(env, "res.partner").active = False

    # === approval ===#
    def _approve(self, env):
        request = self._browse(env, "aftersales.request")[:1]
        request.validate_tier()
        return request.state

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_approve_at_once(self):
        """R-INT-08: of two who approve side by side one is told to wait; one who
        looked at the reviews before starts over. The last one starts the work."""
        one, two = self.ids["res.users"]
        with self.registry.cursor() as first, self.registry.cursor() as second:
            env_one = api.Environment(first, one, {})
            env_two = api.Environment(second, two, {})
            # both have seen both reviews open
            for env in (env_one, env_two):
                reviews = self._browse(env, "aftersales.request")[:1].review_ids
                self.assertNotIn("approved", reviews.mapped("status"))
            self.assertEqual(self._approve(env_one), "to_approve")
            env_one.flush_all()
            with self.assertRaisesRegex(LockError, "Somebody else"):
                self._approve(env_two)
            first.commit()
            with self.assertRaises(SerializationFailure):
                self._approve(env_two)
            second.rollback()
            env_two.invalidate_all(flush=False)
            state = retrying(lambda: self._approve(env_two), env_two)
            self.assertEqual(state, "in_progress")
            second.commit()

    # === dispatch ===#
    def _dispatch(self, env, number):
        """Plan tomorrow's visit and send the technician, as the board does."""
        start = fields.Datetime.now() + relativedelta(days=1)
        order = self._browse(env, "aftersales.order")[number]
        order.write(
            {
                "technician_id": self.ids["hr.employee"][1],
                "planned_start": start,
                "planned_end": start + relativedelta(hours=4),
            }
        )
        order.action_dispatch()

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_person_sent_twice_at_once(self):
        """R-DSP-01: two dispatchers plan and send the same technician at once: the
        second one starts over and is told where he is."""
        with self.registry.cursor() as first, self.registry.cursor() as second:
            one = api.Environment(first, SUPERUSER_ID, {})
            two = api.Environment(second, SUPERUSER_ID, {})
            self.assertFalse(self._browse(two, "aftersales.order").technician_ids)
            self._dispatch(one, 0)
            first.commit()
            with self.assertRaises(SerializationFailure):
                self._dispatch(two, 1)
            second.rollback()
            two.invalidate_all(flush=False)
            with self.assertRaisesRegex(UserError, "already planned"):
                retrying(lambda: self._dispatch(two, 1), two)
            second.rollback()
        with self.registry.cursor() as cr:
            orders = self._browse(
                api.Environment(cr, SUPERUSER_ID, {}), "aftersales.order"
            )
            self.assertEqual(orders.mapped("state"), ["dispatched", "draft"])

    # === resident staff ===#
    def _station(self, env, number):
        contract = self._browse(env, "aftersales.contract")[number]
        return (
            env["aftersales.resident.assignment"]
            .create(
                {
                    "contract_id": contract.id,
                    "employee_id": self.ids["hr.employee"][0],
                    "date_start": contract.date_start,
                }
            )
            .ids
        )

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_person_at_two_sites_at_once(self):
        """R-DSP-14: two contracts are staffed with the same person at once: the
        second one starts over and is told where he is."""
        with self.registry.cursor() as first, self.registry.cursor() as second:
            one = api.Environment(first, SUPERUSER_ID, {})
            two = api.Environment(second, SUPERUSER_ID, {})
            Stay = two["aftersales.resident.assignment"]
            busy = [("employee_id", "in", self.ids["hr.employee"])]
            self.assertFalse(Stay.search(busy))
            self._station(one, 0)
            first.commit()
            with self.assertRaises(SerializationFailure):
                self._station(two, 1)
            second.rollback()
            two.invalidate_all(flush=False)
            with self.assertRaisesRegex(ValidationError, "already resident"):
                retrying(lambda: self._station(two, 1), two)
            second.rollback()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            stays = env["aftersales.resident.assignment"].search(busy)
            self.assertEqual(len(stays), 1)
