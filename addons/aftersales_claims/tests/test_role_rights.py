# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common_recovery import RecoveryCommon
from .test_role_views import CASES, COSTS, DIRECTION, QUALITY, READERS, SERVICE, VIEWERS

NOBODY = set()
STAFF = CASES | {"hr", "employee"}
#: who reads, changes, enters and deletes what: the roles of the fixture, with a portal
#: user. Which records these are is said by the rules, what of them by the guards.
RIGHTS = {
    "aftersales.accident": (STAFF, STAFF, STAFF, {"quality_vp"}),
    "aftersales.accident.loss": (STAFF, STAFF, STAFF, STAFF),
    "aftersales.accident.measure": (
        STAFF,
        {"chairman", "general_manager", "hr", "quality_vp"},
        {"hr", "quality_vp"},
        {"quality_vp"},
    ),
    "aftersales.accident.member": (STAFF, STAFF, STAFF, STAFF),
    "aftersales.accident.share": (STAFF, STAFF, STAFF, STAFF),
    "aftersales.batch.alert": (
        DIRECTION | SERVICE,
        QUALITY | {"service_manager"},
        QUALITY | {"service_manager"},
        NOBODY,
    ),
    "aftersales.batch.alert.line": (
        DIRECTION | SERVICE,
        QUALITY | {"service_manager"},
        NOBODY,
        NOBODY,
    ),
    "aftersales.capa": (STAFF, STAFF, QUALITY, QUALITY),
    "aftersales.capa.action": (STAFF, STAFF, STAFF, STAFF),
    "aftersales.capa.symptom": (
        STAFF,
        QUALITY | {"service_manager"},
        QUALITY | {"service_manager"},
        {"service_manager"},
    ),
    "aftersales.carrier.claim": (
        COSTS | VIEWERS,
        {"accountant", "service_manager", "storekeeper"},
        {"accountant", "service_manager", "storekeeper"},
        {"accountant", "service_manager"},
    ),
    "aftersales.claim": (
        CASES,
        CASES - {"chairman", "storekeeper"},
        SERVICE | {"technician"},
        {"service_manager"},
    ),
    "aftersales.claim.appeal": (CASES, SERVICE, SERVICE, NOBODY),
    "aftersales.claim.cause": (
        STAFF,
        {"service_manager"},
        {"service_manager"},
        {"service_manager"},
    ),
    "aftersales.claim.cost": (
        COSTS | {"chairman"},
        {"accountant"},
        {"accountant"},
        {"accountant"},
    ),
    "aftersales.claim.evidence": (
        CASES,
        CASES - {"accountant", "chairman", "storekeeper"},
        SERVICE | {"quality", "quality_vp", "technician"},
        SERVICE | {"technician"},
    ),
    "aftersales.claim.line": (
        CASES,
        CASES - {"accountant", "chairman", "storekeeper"},
        SERVICE | {"technician"},
        SERVICE | {"technician"},
    ),
    "aftersales.claim.line.piece": (NOBODY, NOBODY, NOBODY, NOBODY),
    "aftersales.claim.report": (COSTS | {"chairman"}, NOBODY, NOBODY, NOBODY),
    "aftersales.claim.version": (CASES, NOBODY, NOBODY, NOBODY),
    "aftersales.claim.xlsx": (COSTS, COSTS, COSTS, COSTS),
    "aftersales.consignment.count": (
        DIRECTION | COSTS,
        {"service_manager", "storekeeper"},
        {"service_manager", "storekeeper"},
        {"service_manager"},
    ),
    "aftersales.consignment.count.line": (
        DIRECTION | COSTS,
        {"service_manager", "storekeeper"},
        {"service_manager", "storekeeper"},
        {"service_manager", "storekeeper"},
    ),
    "aftersales.decision": (
        CASES - {"chairman", "storekeeper"},
        CASES - {"chairman", "storekeeper"},
        CASES - {"chairman", "storekeeper"},
        NOBODY,
    ),
    "aftersales.due.change": (STAFF, STAFF, STAFF, NOBODY),
    "aftersales.exchange": (
        DIRECTION | SERVICE,
        SERVICE | {"storekeeper"},
        SERVICE,
        {"service_manager"},
    ),
    "aftersales.exchange.check": (DIRECTION | SERVICE, SERVICE, SERVICE, SERVICE),
    "aftersales.exchange.condition": (
        STAFF,
        {"service_manager"},
        {"service_manager"},
        {"service_manager"},
    ),
    "aftersales.exchange.rule": (
        STAFF,
        {"service_manager"},
        {"service_manager"},
        {"service_manager"},
    ),
    "aftersales.liability": (
        COSTS | {"chairman"},
        QUALITY | {"general_manager"},
        {"quality_vp"},
        {"quality_vp"},
    ),
    "aftersales.liability.share": (COSTS | {"chairman"}, QUALITY, QUALITY, QUALITY),
    "aftersales.part.return": (
        CASES,
        QUALITY | {"service_manager", "storekeeper"},
        {"service_manager", "storekeeper"},
        {"service_manager"},
    ),
    "aftersales.part.return.receive": (
        {"service_manager", "storekeeper"},
        {"service_manager", "storekeeper"},
        {"service_manager", "storekeeper"},
        {"service_manager", "storekeeper"},
    ),
    "aftersales.part.return.receive.line": (
        {"service_manager", "storekeeper"},
        {"service_manager", "storekeeper"},
        {"service_manager", "storekeeper"},
        {"service_manager", "storekeeper"},
    ),
    "aftersales.provision": (
        {"accountant", "general_manager"},
        {"accountant"},
        {"accountant"},
        {"accountant"},
    ),
    "aftersales.provision.line": (
        {"accountant", "general_manager"},
        {"accountant"},
        {"accountant"},
        {"accountant"},
    ),
    "aftersales.provision.policy": (
        {"accountant", "general_manager"},
        {"accountant"},
        {"accountant"},
        {"accountant"},
    ),
    "aftersales.quality.complaint": (STAFF, STAFF, SERVICE | QUALITY, QUALITY),
    "aftersales.recovery": (
        READERS["aftersales.recovery"] | {"portal"},
        QUALITY | {"accountant"},
        QUALITY | {"accountant"},
        QUALITY,
    ),
    "aftersales.recovery.line": (
        READERS["aftersales.recovery"] | {"portal"},
        QUALITY | {"accountant"},
        QUALITY | {"accountant"},
        QUALITY,
    ),
    "aftersales.settlement": (
        {"accountant", "general_manager", "portal", "sales_vp", "service_manager"},
        {"accountant", "service_manager"},
        {"accountant", "service_manager"},
        {"service_manager"},
    ),
    "aftersales.settlement.line": (
        {"accountant", "general_manager", "portal", "sales_vp", "service_manager"},
        {"accountant", "service_manager"},
        {"accountant", "service_manager"},
        {"accountant", "service_manager"},
    ),
    "aftersales.substitution": (
        DIRECTION | COSTS,
        DIRECTION | COSTS,
        DIRECTION | COSTS,
        DIRECTION | COSTS,
    ),
}


@tagged("post_install", "-at_install")
class TestRoleRights(RecoveryCommon):
    """What each role may do with each kind of document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = {
            **cls.users,
            "portal": cls.portal_user,
            "chairman": new_test_user(
                cls.env,
                login="as_chairman",
                groups="aftersales_claims.group_chairman",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            ),
        }
        # the same role twice
        del cls.roles["technician2"]

    def test_rights_of_every_role(self):
        """R-CLM-01…17, R-PEN-02, R-DSP-16: a role reads, changes, enters and deletes
        what is its own to work on, and nothing else."""
        access = self.env["ir.model.data"].search(
            [("module", "=", "aftersales_claims"), ("model", "=", "ir.model.access")]
        )
        lines = self.env["ir.model.access"].browse(access.mapped("res_id"))
        models = lines.model_id.mapped("model")
        self.assertEqual(set(RIGHTS), set(models))
        for model, rights in RIGHTS.items():
            for operation, expected in zip(
                ("read", "write", "create", "unlink"), rights, strict=True
            ):
                with self.subTest(model=model, operation=operation):
                    allowed = {
                        role
                        for role, user in self.roles.items()
                        if self.env[model].with_user(user).has_access(operation)
                    }
                    self.assertEqual(allowed, expected)
