# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the web client asks of the server when somebody opens his menus."""

from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.aftersales_claims.tests.common import ClaimsCommon
from odoo.addons.aftersales_service.tests.common import ROLES
from odoo.addons.aftersales_tools.tests.common import ToolsCommon

APP = "aftersales_service.menu_root"
#: the least number of menus that lead somewhere, by role
MENUS = {
    "hotline": 15,
    "dispatcher": 20,
    "technician": 10,
    "service_manager": 50,
    "sales_vp": 30,
    "quality": 15,
    "quality_vp": 20,
    "general_manager": 30,
    "storekeeper": 8,
    "accountant": 12,
    "hr": 5,
}


def get_fields(arch):
    """Return the names of the fields of a view, not those of lists inside it."""
    return {
        node.get("name")
        for node in arch.iter("field")
        if not any(parent.tag == "field" for parent in node.iterancestors())
    }


@tagged("post_install", "-at_install")
class TestMenus(ClaimsCommon, ToolsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_order()
        cls._create_claim()

    def _get_actions(self, role):
        """Return {name of the menu: window action} the role's menus lead to."""
        menus = self.env["ir.ui.menu"].with_user(self.users[role]).load_web_menus(False)
        found = {}

        def walk(menu, path):
            path = [*path, menu["name"]]
            if menu["actionModel"] == "ir.actions.act_window":
                found[" / ".join(path)] = menu["actionID"]
            for child in menu["children"]:
                walk(menus[child], path)

        for menu in menus.values():
            if menu.get("xmlid") == APP:
                walk(menu, [])
        return found

    def _open(self, user, action_id):
        """Read what the client reads for an action: its views, the first page of
        each, the first record and the values of a new one."""
        # sudo: the client gets actions whoever asks
        action = self.env["ir.actions.act_window"].sudo().browse(action_id)
        scope = {"uid": user.id, "active_id": False, "active_ids": []}
        context = safe_eval(action.context or "{}", scope)
        domain = safe_eval(action.domain or "[]", {**scope, **context})
        Model = self.env[action.res_model].with_user(user).with_context(**context)
        views = [*action.views, (action.search_view_id.id, "search")]
        result = Model.get_views(
            views, {"action_id": action_id, "toolbar": True, "load_filters": True}
        )
        search = etree.fromstring(result["views"]["search"]["arch"])
        for key in context:
            if key.startswith("search_default_"):
                name = key.removeprefix("search_default_")
                self.assertTrue(search.xpath(f"//*[@name='{name}']"), key)
        records = Model.browse()
        for kind, view in result["views"].items():
            arch = etree.fromstring(view["arch"])
            names = get_fields(arch)
            spec = {name: {} for name in names}
            if kind in ("list", "kanban", "calendar", "activity"):
                page = Model.web_search_read(domain, spec, limit=40)
                records = Model.browse(row["id"] for row in page["records"])
            elif kind in ("pivot", "graph"):
                self._group(Model, domain, arch)
            elif kind == "form":
                records[:1].web_read(spec)
                if Model.has_access("create") and arch.get("create") != "0":
                    Model.onchange({}, [], {"display_name": {}, **spec})

    def _group(self, Model, domain, arch):
        """Ask for the groups a pivot or graph opens with."""
        groupby, measures = [], ["__count"]
        for node in arch.iterchildren("field"):
            name = node.get("name")
            field = Model._fields[name]
            if node.get("type") == "measure":
                self.assertTrue(field.aggregator, f"{Model._name}.{name}")
                measures.append(f"{name}:{field.aggregator}")
            else:
                interval = node.get("interval", "month")
                dated = field.type in ("date", "datetime")
                groupby.append(f"{name}:{interval}" if dated else name)
        # a pivot with several measures in each column is wider than the screen
        if arch.xpath("./field[@type='col']"):
            self.assertLessEqual(len(measures), 3, f"{Model._name}: too wide")
        Model.formatted_read_group(domain, groupby, measures)

    def test_every_menu_opens(self):
        """Each role opens every menu it sees: views, first page, first record, a new
        one, pivots and charts, without a right missing."""
        for role in ROLES:
            with self.subTest(role):
                actions = self._get_actions(role)
                self.assertGreaterEqual(len(actions), MENUS.get(role, 0))
                for path, action_id in actions.items():
                    with self.subTest(path):
                        self._open(self.users[role], action_id)
