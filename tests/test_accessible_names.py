# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whoever does not see the screen hears what each input is for."""

import json

from lxml import etree

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.aftersales_claims.tests.common import ClaimsCommon
from odoo.addons.aftersales_service.tests.common import ROLES
from odoo.addons.aftersales_tools.tests.common import ToolsCommon

MODULES = ("aftersales_service", "aftersales_claims", "aftersales_tools")
#: opens one screen after the other and tells the inputs without a name
SCRIPT = """
(async () => {
    const screens = %s;
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const text = (id) => (document.getElementById(id)?.textContent || "").trim();
    const getName = (input) =>
        [...(input.labels || [])].map((label) => label.textContent.trim()).join("") ||
        input.getAttribute("aria-label") ||
        (input.getAttribute("aria-labelledby") || "").split(" ").map(text).join("") ||
        input.title ||
        input.placeholder;
    // the ERP's own: cells of lists (the column names them), its domain editor
    const foreign = ".o_data_row, .o_domain_selector, .o_tree_editor";
    const service = () => odoo.__WOWL_DEBUG__.root.env.services.action;
    const nameless = [];
    let seen = 0;
    for (const [label, action, root] of screens) {
        const old = document.querySelector(root);
        await service().doAction(action, { clearBreadcrumbs: true });
        let now = document.querySelector(root);
        // a slow machine is no missing name: as long as the test itself has time
        const patience = Date.now() + 60000;
        while ((!now || now === old) && Date.now() < patience) {
            await wait(25);
            now = document.querySelector(root);
        }
        if (!now || now === old) {
            const said = document.querySelector(".modal .modal-body, .o_notification");
            nameless.push(`${label}: did not open, ${said?.textContent || "silently"}`);
            continue;
        }
        // what comes after the frame has come once the page stays the same
        let before;
        do {
            before = now.querySelectorAll("*").length;
            await wait(50);
            await new Promise(requestAnimationFrame);
        } while (
            Date.now() < patience && before !== now.querySelectorAll("*").length
        );
        for (const input of now.querySelectorAll("input, textarea, select")) {
            const hidden = ["hidden", "file"].includes(input.type);
            if (hidden || !input.offsetParent || input.closest(foreign)) {
                continue;
            }
            seen++;
            if (!(getName(input) || "").trim()) {
                const field = input.closest("[name]")?.getAttribute("name");
                nameless.push(`${label}: ${field || input.outerHTML}`);
            }
        }
    }
    if (nameless.length) {
        throw new Error(`inputs without a name: ${nameless.join(", ")}`);
    }
    if (seen < %d) {
        throw new Error(`only ${seen} inputs found`);
    }
    console.log("test successful");
})()
"""


@tagged("post_install", "-at_install")
class TestAccessibleNames(HttpCase, ClaimsCommon, ToolsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_order()
        cls._create_claim()
        cls._issue(cls.technician, cls.meter_1)
        cls.all_roles = new_test_user(
            cls.env,
            login="as_all_roles",
            groups=",".join(sorted({*ROLES.values(), "base.group_system"})),
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            tz="Asia/Shanghai",
        )
        cls.all_roles.odoobot_state = "disabled"

    def _get_forms(self):
        """Return our forms, each as that of a new record where one is entered by
        hand and of the first there is: ``[(what, action, where it shows)]``."""
        data = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.view"), ("module", "in", MODULES)]
        )
        views = self.env["ir.ui.view"].search(
            [
                ("id", "in", data.mapped("res_id")),
                ("type", "=", "form"),
                ("inherit_id", "=", False),
            ],
            order="model, id",
        )
        screens = []
        for view in views:
            Model = self.env[view.model].with_user(self.all_roles)
            arch = etree.fromstring(Model.get_view(view.id, "form")["arch"])
            first = Model.search([], limit=1)
            records = [first.id] if first else []
            if Model.has_access("create") and not arch.get("create"):
                records.append(False)
            for record_id in records:
                action = {
                    "type": "ir.actions.act_window",
                    "res_model": view.model,
                    "res_id": record_id,
                    "views": [[view.id, "form"]],
                }
                root = ".o_action_manager .o_form_view .o_form_renderer"
                screens.append((f"{view.model} {record_id or 'new'}", action, root))
        return screens

    def _get_screens(self):
        """Return the screens of our own making, in the form of the forms."""
        actions = self.env["ir.actions.client"].search([])
        xmlids = actions.get_external_id()
        return [
            (xmlid, xmlid, ".o_action_manager > *")
            for xmlid in sorted(xmlids.values())
            if xmlid.split(".")[0] in MODULES
        ]

    def test_inputs_have_names(self):
        """Every visible input of every form and screen of ours has a label, or another
        name that a screen reader tells."""
        forms, screens = self._get_forms(), self._get_screens()
        self.assertGreater(len(forms), 80)
        self.assertGreaterEqual(len(screens), 3)
        self.browser_js(
            "/odoo/action-aftersales_service.aftersales_start_action",
            SCRIPT % (json.dumps([*forms, *screens]), 300),
            "!!document.querySelector('.o_aftersales_start')",
            login="as_all_roles",
            # 15 s for itself, minutes beside other tests
            timeout=900,
        )
