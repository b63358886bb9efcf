# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from odoo.addons.aftersales_service.tests.common import AftersalesCommon


class CapaCommon(AftersalesCommon):
    """Complaint sheets, measures sheets and requests on one batch."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(
            "aftersales_service.group_quality_vp"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.symptom = cls.env.ref("aftersales_claims.symptom_overheating")
        cls.engineer = cls.users["employee"]

    def _attach(self, name="photo.png", role=None):
        """Return a file as it is uploaded, by the user of ``role`` if given."""
        files = self.env["ir.attachment"]
        files = self.as_user(files, role) if role else files
        return files.create({"name": name, "raw": b"x"})

    def _create_sheet(self, **vals):
        return self.env["aftersales.quality.complaint"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.bearing.id,
                "symptom_id": self.symptom.id,
                "description": "Main bearing runs hot after two weeks",
                "engineer_id": self.engineer.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def _create_capa(self, **vals):
        today = fields.Date.today()
        return self.env["aftersales.capa"].create(
            {
                "product_id": self.bearing.id,
                "symptom_id": self.symptom.id,
                "problem": "Hot bearing",
                "containment": "Stock of the lot blocked",
                "cause": "Wrong grease",
                "company_id": self.company.id,
                "action_ids": [
                    Command.create(
                        {
                            "kind": kind,
                            "name": f"{kind} action",
                            "employee_id": self.employees["employee"].id,
                            "due_date": today + relativedelta(days=10),
                        }
                    )
                    for kind in ("corrective", "preventive")
                ],
                **vals,
            }
        )

    def _close(self, capa):
        capa.action_start()
        capa.action_ids.result = "done"
        capa.action_ids.action_done()
        capa.action_implement()
        capa.write(
            {
                "effect": "effective",
                "effect_evidence_ids": [Command.link(self._attach("test.pdf").id)],
                "standard_ref": "QS-ASM-014 Rev B",
            }
        )
        self.as_user(capa, "quality").action_verify()

    def _create_batch_requests(self, count, batch="B2401", **vals):
        requests = self.env["aftersales.request"]
        for index in range(count):
            lot = self._create_machine(f"{batch}-{index}", production_batch=batch)
            requests |= self._create_request(lot_id=lot.id, **vals)
        return requests

    def _create_many_requests(self, batches):
        """Return a request on a machine of its own for each of ``batches``, too few
        for any alert."""
        self.company.aftersales_batch_count = 1000
        lots = self.env["stock.lot"].create(
            [
                {
                    "name": f"MANY{number}",
                    "product_id": self.machine_product.id,
                    "company_id": self.company.id,
                    "production_batch": batch,
                }
                for number, batch in enumerate(batches)
            ]
        )
        return self.env["aftersales.request"].create(
            [
                {
                    "lot_id": lot.id,
                    "fault": "x",
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                }
                for lot in lots
            ]
        )

    def _create_cost(self, request, amount):
        """Return a claim of ``request`` that has cost ``amount``."""
        claim = self.env["aftersales.claim"].create(
            {
                "partner_id": self.customer.id,
                "request_id": request.id,
                "lot_id": request.lot_id.id,
                "company_id": self.company.id,
            }
        )
        self.env["aftersales.claim.cost"].create(
            {"claim_id": claim.id, "kind": "travel", "amount": amount}
        )
        return claim

    def _find_alert(self, batch="B2401"):
        return self.env["aftersales.batch.alert"].search(
            [
                ("production_batch", "=", batch.upper()),
                ("company_id", "=", self.company.id),
            ]
        )

    def _create_led(self, leader="technician2", **vals):
        """A sheet drawn up by quality and led by somebody else."""
        measures = [
            Command.create(
                {
                    "kind": kind,
                    "name": f"{kind} measure",
                    "employee_id": self.employees["employee"].id,
                    "due_date": fields.Date.today() + relativedelta(days=10),
                    "due_set_by_id": self.users["quality"].id,
                }
            )
            for kind in ("corrective", "preventive")
        ]
        capa = (
            self.env["aftersales.capa"]
            .sudo()
            .create(
                {
                    "product_id": self.seal.id,
                    "symptom_id": self.symptom.id,
                    "problem": "Seal leaks",
                    "containment": "Stock blocked",
                    "cause": "Wrong rubber",
                    "company_id": self.company.id,
                    "user_id": self.users[leader].id,
                    "due_set_by_id": self.users["quality"].id,
                    "action_ids": measures,
                    **vals,
                }
            )
        )
        return capa.with_env(self.env)

    def _implement(self, capa):
        capa.action_start()
        capa.action_ids.result = "done"
        capa.action_ids.action_done()
        capa.action_implement()
        return capa
