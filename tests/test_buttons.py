# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a role is shown, it may use; the models' own rights say who writes."""

from lxml import etree

from odoo.tests import tagged

from odoo.addons.aftersales_claims.tests.common import ClaimsCommon

#: what a button calls without changing the document: it opens or prints something
READING = ("action_view_", "action_open_", "action_print", "action_export_", "preview_")
#: decided by those who may only read the document: its approvers, found per document
DECIDING = {"validate_tier", "reject_tier", "action_approve", "action_reject"}
#: what opens or makes another document, or is another one's right, by model and button
ELSEWHERE = {
    ("aftersales.sla.status", "action_agree"): "aftersales.sla.agree",
    ("aftersales.order", "action_create_lead"): "aftersales.order.lead",
    ("aftersales.order", "action_create_claim"): "aftersales.claim",
    ("aftersales.order", "action_create_charge_invoice"): "account.move",
    ("aftersales.request", "action_create_complaint_sheet"): (
        "aftersales.quality.complaint"
    ),
    ("aftersales.liability", "action_post"): "account.move",
    ("aftersales.liability", "action_adjust_costs"): "account.move",
    ("aftersales.tool.register", "action_hand_over"): "aftersales.tool.custody",
    ("aftersales.tool.register", "action_report_tool_lost"): (
        "aftersales.tool.compensation"
    ),
}
#: a person's own day, answer or start page, though he writes none of it by hand
OWN_STEPS = {
    ("aftersales.penalty", "action_open_answer"),
    ("aftersales.start.card", "action_new"),
}


@tagged("post_install", "-at_install")
class TestButtons(ClaimsCommon):
    def _get_views(self, model, kind):
        """Return the views of the addons for ``model`` that a window may show."""
        View = self.env["ir.ui.view"]
        found = View.search(
            [("model", "=", model), ("type", "=", kind), ("mode", "=", "primary")]
        )
        return found.filtered(lambda view: (view.xml_id or "").startswith("aftersales"))

    def _get_steps(self, node, model):
        """Yield (model, button) of the buttons in ``node`` that change something; those
        of a list in a form belong to the model of its rows."""
        for child in node:
            inner = model
            field = self.env[model]._fields.get(child.get("name"))
            if child.tag == "field" and field and field.comodel_name:
                inner = field.comodel_name
            if child.tag == "button" and child.get("type") == "object":
                name = child.get("name")
                if not name.startswith(READING) and name not in DECIDING:
                    yield model, child
            yield from self._get_steps(child, inner)

    def _may_press(self, user, step):
        if step in ELSEWHERE:
            return self.env[ELSEWHERE[step]].with_user(user).has_access("create")
        return self.env[step[0]].with_user(user).has_access("write")

    def test_who_only_reads_is_shown_no_step(self):
        """R-CLM-01…17, R-INT-12, R-DSP-09, R-FUP-01, R-TOL-03, R-KPI-05: whoever may
        only read a kind of document is shown none of the buttons that change it, on any
        form, card or list."""
        models = [
            name
            for name, model in self.env.registry.items()
            if name.startswith("aftersales.")
            and not model._abstract
            and not model._transient
        ]
        wrong = set()
        pressed = 0
        for name in sorted(models):
            for kind in ("form", "list", "kanban"):
                for view in self._get_views(name, kind):
                    for role, user in self.users.items():
                        Model = self.env[name].with_user(user)
                        if not Model.has_access("read"):
                            continue
                        arch = etree.fromstring(Model.get_view(view.id, kind)["arch"])
                        for model, button in self._get_steps(arch, name):
                            pressed += 1
                            step = (model, button.get("name"))
                            if step in OWN_STEPS or self._may_press(user, step):
                                continue
                            # asked of each record
                            if "may_" not in (button.get("invisible") or ""):
                                wrong.add((view.xml_id, *step, role))
        self.assertGreater(pressed, 500)
        self.assertFalse(wrong, "\n".join(" ".join(line) for line in sorted(wrong)))
