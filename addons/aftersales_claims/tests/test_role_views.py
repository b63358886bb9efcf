# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.aftersales_service.tests.common_roles import GROUP_VIEWS, RolesMixin

from .common_recovery import RecoveryCommon

SERVICE = {"hotline", "dispatcher", "service_manager"}
QUALITY = {"quality", "quality_vp"}
#: who sees the cases of every department
VIEWERS = QUALITY | {"sales_vp", "general_manager", "storekeeper", "accountant"}
DIRECTION = {"chairman", *VIEWERS}
#: who sees what claims cost
COSTS = QUALITY | {"service_manager", "sales_vp", "general_manager", "accountant"}
CASES = SERVICE | DIRECTION | {"technician"}
EVERYBODY = CASES | {"technician2", "hr", "employee"}

#: who opens the record of the fixture; everybody else is refused it. The technician
#: fitted the parts, technician2 had nothing to do with them.
READERS = {
    "aftersales.accident": {
        "service_manager",
        "quality",
        "quality_vp",
        "general_manager",
        "chairman",
        "hr",
    },
    "aftersales.batch.alert": SERVICE | DIRECTION,
    "aftersales.capa": DIRECTION | {"employee"},
    "aftersales.capa.action": DIRECTION | {"employee"},
    "aftersales.capa.symptom": EVERYBODY,
    "aftersales.carrier.claim": COSTS | {"storekeeper"},
    "aftersales.claim": CASES,
    "aftersales.claim.appeal": CASES,
    "aftersales.claim.cause": EVERYBODY,
    "aftersales.claim.cost": COSTS | {"chairman"},
    "aftersales.claim.line": CASES,
    "aftersales.claim.report": COSTS | {"chairman"},
    "aftersales.consignment.count": DIRECTION | {"service_manager"},
    "aftersales.exchange": SERVICE | DIRECTION,
    "aftersales.exchange.rule": EVERYBODY,
    "aftersales.liability": COSTS | {"chairman"},
    "aftersales.liability.share": COSTS | {"chairman"},
    "aftersales.part.return": CASES,
    "aftersales.provision": {"general_manager", "accountant"},
    "aftersales.provision.policy": {"general_manager", "accountant"},
    "aftersales.quality.complaint": SERVICE | DIRECTION | {"employee"},
    "aftersales.recovery": COSTS,
    "aftersales.recovery.line": COSTS,
    "aftersales.settlement": {
        "service_manager",
        "sales_vp",
        "general_manager",
        "accountant",
    },
    "aftersales.substitution": DIRECTION | {"service_manager"},
}
#: who starts these dialogs from a menu
STARTERS = {
    "aftersales.claim.xlsx": COSTS,
    "aftersales.part.return.receive": {"storekeeper", "service_manager"},
}
#: dialogs of a document's buttons, opened with it
OF_BUTTONS = {"aftersales.decision"}


@tagged("post_install", "-at_install")
class TestRoleViews(RolesMixin, RecoveryCommon):
    """Every screen of the addon in the hands of every role."""

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

    def test_who_only_reads_takes_no_step(self):
        """R-CLM-07, R-CLM-14, R-CLM-15, R-DSP-16: whoever may only read a document is
        shown none of the buttons that would refuse him."""
        for model in (
            "aftersales.settlement",
            "aftersales.exchange",
            "aftersales.carrier.claim",
            "aftersales.consignment.count",
        ):
            for role in sorted(READERS[model]):
                with self.subTest(model=model, role=role):
                    records = self.env[model].with_user(self.users[role])
                    arch = etree.fromstring(records.get_view(view_type="form")["arch"])
                    steps = arch.xpath("//header/button[@type='object']")
                    self.assertEqual(bool(steps), records.has_access("write"))

    # === fixture ===#
    def _create_documents(self):
        """Return {model: record}, one of each kind of document, with all that hangs
        on them."""
        statement = self._send(self._create_statement(receive=True))
        liability = statement.line_ids.liability_id
        claim = liability.claim_id
        found = {
            "aftersales.claim.line": claim.line_ids[0],
            "aftersales.claim.cost": claim.cost_ids[0],
            "aftersales.liability.share": liability.share_ids[0],
            "aftersales.recovery.line": statement.line_ids,
            "aftersales.part.return": claim.part_return_ids,
            "aftersales.claim.report": self.env["aftersales.claim.report"].search(
                [("claim_id", "=", claim.id)], limit=1
            ),
            "aftersales.claim.cause": self.env.ref(
                "aftersales_claims.claim_cause_design"
            ),
            "aftersales.capa.symptom": self.env.ref(
                "aftersales_claims.symptom_overheating"
            ),
            "aftersales.exchange.rule": self.env.ref(
                "aftersales_claims.exchange_rule_default"
            ),
        }
        records = [
            claim,
            liability,
            statement,
            self._create_appeal(),
            *self._create_quality_documents(),
            *self._create_station_documents(),
            *self._create_books_documents(claim),
        ]
        return found | {record._name: record for record in records}

    def _create_appeal(self):
        order = self._create_order()
        claim = self._create_claim(
            [(self.seal, 2)],
            order_id=order.id,
            failure_date=self.today - relativedelta(days=3),
        )
        self._verify(claim)
        self.as_user(claim, "sales_vp").action_reject("Wear")
        return self.as_user(self.env["aftersales.claim.appeal"], "hotline").create(
            {"claim_id": claim.id, "grounds": "It is no wear"}
        )

    def _create_quality_documents(self):
        vals = {
            "product_id": self.bearing.id,
            "symptom_id": self.env.ref("aftersales_claims.symptom_overheating").id,
            "company_id": self.company.id,
        }
        sheet = self.as_user(
            self.env["aftersales.quality.complaint"], "quality"
        ).create(
            {
                **vals,
                "partner_id": self.customer.id,
                "description": "Hot",
                "engineer_id": self.users["employee"].id,
                "supplier_id": self.supplier.id,
            }
        )
        alert = self.as_user(self.env["aftersales.batch.alert"], "quality").create(
            {
                "company_id": self.company.id,
                "product_id": self.machine_product.id,
                "production_batch": "B2401",
            }
        )
        self.machine.production_batch = "B2401"
        alert.action_refresh_lines()
        self.assertEqual(self._create_request().batch_alert_id, alert)
        capa = self.as_user(self.env["aftersales.capa"], "quality").create(
            {
                **vals,
                "problem": "Hot bearing",
                "batch_alert_id": alert.id,
                "complaint_ids": [Command.link(sheet.id)],
                "team_ids": [Command.link(self.employees["quality"].id)],
                "action_ids": [
                    Command.create(
                        {
                            "name": "Change the grease",
                            "employee_id": self.employees["employee"].id,
                            "due_date": self.today,
                        }
                    )
                ],
            }
        )
        accident = self.as_user(self.env["aftersales.accident"], "quality_vp").create(
            {
                "title": "Frame dropped",
                "company_id": self.company.id,
                "department_id": self.department.id,
                "member_ids": [Command.create({"user_id": self.users["quality"].id})],
                "loss_ids": [Command.create({"name": "Frame", "amount": 900})],
                "share_ids": [
                    Command.create({"employee_id": self.technician.id, "share": 100})
                ],
            }
        )
        return [
            record.with_env(self.env)
            for record in (sheet, alert, capa, capa.action_ids, accident)
        ]

    def _create_station_documents(self):
        exchange = self.env["aftersales.exchange"].create(
            {
                "partner_id": self.station.id,
                "product_id": self.seal.id,
                "fault": "Leaks",
                "date_code": self.today.strftime("%y%m%d"),
                "company_id": self.company.id,
            }
        )
        location = self.env["stock.location"].create(
            {"name": "Ganzhou", "location_id": self.warehouse.view_location_id.id}
        )
        station = self.station.with_company(self.company)
        station.aftersales_consignment_location_id = location
        self._create_stock(self.seal, 3, location=location)
        count = self.env["aftersales.consignment.count"].create(
            {"partner_id": self.station.id, "company_id": self.company.id}
        )
        count.action_start()
        settlement = self.env["aftersales.settlement"].create(
            {
                "partner_id": self.station.id,
                "company_id": self.company.id,
                "line_ids": [Command.create({"name": "Work", "amount": 10})],
            }
        )
        return exchange, count, settlement

    def _create_books_documents(self, claim):
        carrier = self.env["res.partner"].create(
            {"name": "Fast Freight", "is_carrier": True}
        )
        damage = self.env["aftersales.carrier.claim"].create(
            {
                "carrier_id": carrier.id,
                "claim_id": claim.id,
                "picking_id": claim.picking_ids[:1].id,
                "amount": 400,
                "company_id": self.company.id,
            }
        )
        policy = self.env["aftersales.provision.policy"].create(
            {"name": "Sales", "percent": 1, "company_id": self.company.id}
        )
        provision = self.env["aftersales.provision"].create(
            {"company_id": self.company.id}
        )
        substitution = self.env["aftersales.substitution"].create(
            {
                "user_id": self.users["sales_vp"].id,
                "substitute_id": self.users["quality_vp"].id,
                "date_to": self.today,
            }
        )
        return damage, policy, provision, substitution

    # === screens ===#
    def _get_actions(self):
        """Return the windows of the addon: {model: set of view types}."""
        data = self.env["ir.model.data"].search(
            [
                ("module", "=", "aftersales_claims"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        views = {}
        for action in self.env["ir.actions.act_window"].browse(data.mapped("res_id")):
            if action.res_model.startswith("aftersales."):
                views.setdefault(action.res_model, set()).update(
                    action.view_mode.split(",")
                )
        return views

    def _open_views(self, record, view_types):
        """Read what the views of ``record`` show, as the browser does for its user."""
        domain = [("id", "in", record.ids)]
        for view_type in sorted(view_types - {"form"}):
            self.env.invalidate_all()
            arch = etree.fromstring(record.get_view(view_type=view_type)["arch"])
            if view_type in GROUP_VIEWS:
                self._read_groups(record.browse(), domain, arch)
                continue
            spec = self._get_spec(record._name, arch)
            found = record.web_search_read(domain, spec)
            self.assertEqual([row["id"] for row in found["records"]], record.ids)
        if "form" in view_types:
            self.env.invalidate_all()
            form = Form(record)
            self.assertEqual(form._record, record)
            buttons = form._view["tree"].xpath(
                "//button[@class='oe_stat_button']/@name"
            )
            self.assertCountEqual(buttons, set(buttons), "a button twice")

    # === tests ===#
    def test_screens_of_every_role(self):
        """R-CLM-01…17, R-INT-11, R-PEN-02: whoever may see a document opens its list,
        cards, analysis and form with all their fields; everybody else is refused
        it, and finds nothing in the list."""
        documents = self._create_documents()
        self.env.flush_all()
        actions = self._get_actions()
        self.assertEqual(set(READERS), set(documents))
        self.assertEqual(
            set(actions), set(READERS) | set(STARTERS) | OF_BUTTONS, "no such window"
        )
        for model, record in documents.items():
            for role in self.users:
                with self.subTest(model=model, role=role):
                    own = self.as_user(record.sudo(False), role)
                    if role in READERS[model]:
                        self._open_views(own, actions[model])
                        continue
                    with self.assertRaises(AccessError):
                        own.read(["display_name"])
                    if own.browse().has_access("read"):
                        self.assertFalse(own.search([("id", "=", record.id)]))

    def test_menus_of_every_role(self):
        """R-CLM-01…17: whatever a role finds in the menu opens, with all that it may
        see of it and with nothing else."""
        documents = self._create_documents()
        self.env.flush_all()
        shown = set()
        for role, user in self.users.items():
            for model, actions in self._get_menu_actions(user).items():
                if model not in READERS:
                    continue
                with self.subTest(role=role, model=model):
                    found = documents[model].browse()
                    for action in actions:
                        found |= self._open_action(action, user)
                    if role not in READERS[model]:
                        self.assertNotIn(documents[model], found.with_env(self.env))
                shown.add(model)
        # each has a menu that somebody finds
        self.assertEqual(shown, set(READERS))

    def test_dialogs_of_every_role(self):
        """R-CLM-11, R-CLM-17: the dialogs open for those whose work they are."""
        for model, starters in STARTERS.items():
            for role in self.users:
                with self.subTest(model=model, role=role):
                    own = self.as_user(self.env[model], role)
                    if role in starters:
                        self.assertTrue(Form(own))
                    else:
                        with self.assertRaises(AccessError):
                            own.create({})

    def test_papers_around_a_claim(self):
        """R-CLM-06, R-CLM-09: request, order and machine of a claim open for every
        role of the service; its transfers and entries also for the stock clerk and
        the bookkeeper who see no claims."""
        statement = self._answer(self._create_statement(receive=True))
        self.as_user(statement, "accountant").action_credit()
        claim = statement.line_ids.claim_id
        users = dict(self.users)
        for login, group in (
            ("stock_clerk", "stock.group_stock_user"),
            ("bookkeeper", "account.group_account_user"),
        ):
            users[login] = new_test_user(
                self.env,
                login=f"as_{login}",
                groups=group,
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            self.assertFalse(claim.with_user(users[login]).has_access("read"))
        machine_view = "aftersales_service.stock_lot_machine_view_form"
        service = SERVICE | VIEWERS | {"technician"}
        entries = claim.cost_ids.account_move_id | statement.line_ids.refund_move_id
        for records, view, roles in (
            (claim.request_id, None, service),
            (claim.order_id, None, service),
            (claim.lot_id, machine_view, service),
            (claim.picking_ids, None, {"storekeeper", "stock_clerk"}),
            (claim.part_return_ids.move_ids.picking_id, None, {"stock_clerk"}),
            (entries, None, {"accountant", "bookkeeper"}),
        ):
            self.assertTrue(records)
            for record in records:
                for role in sorted(roles):
                    with self.subTest(record=record, role=role):
                        self.env.invalidate_all()
                        own = record.sudo(False).with_user(users[role])
                        form = Form(own, view)
                        self.assertEqual(form._record, record)
