# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tools.safe_eval import safe_eval

#: views that read records field by field
RECORD_VIEWS = ("list", "kanban", "calendar", "activity")
#: views that group
GROUP_VIEWS = ("pivot", "graph")


class RolesMixin:
    """Opens what a role finds in the menu, as the web client would."""

    def _get_menu_actions(self, user):
        """Return ``{model: actions}`` of the After-Sales menus that ``user`` sees."""
        Menu = self.env["ir.ui.menu"].with_user(user)
        visible = Menu._visible_menu_ids()
        root = self.env.ref("aftersales_service.menu_root")
        result = {}
        for menu in Menu.sudo().search([("id", "child_of", root.id)]):
            parents = set(map(int, filter(None, menu.parent_path.split("/"))))
            action = menu.action
            if not action or not parents <= visible:
                continue
            if action._name == "ir.actions.act_window":
                known = result.setdefault(action.res_model, action.browse())
                result[action.res_model] = known | action
        return result

    def _get_spec(self, model, node):
        """Return the web_read specification of the fields in ``node``."""
        spec = {}
        fields = self.env[model]._fields
        for child in node:
            if child.tag != "field":
                spec.update(self._get_spec(model, child))
                continue
            field = fields[child.get("name")]
            inner = {"display_name": {}}
            if field.type in ("one2many", "many2many"):
                for view in child:
                    inner.update(self._get_spec(field.comodel_name, view))
                spec[field.name] = {"fields": inner}
            elif field.type == "many2one":
                spec[field.name] = {"fields": inner}
            else:
                spec[field.name] = {}
        return spec

    def _open_action(self, action, user):
        """Open every view of ``action`` as ``user``: lists and groups read what the
        action shows, the form each of the first records.

        :return: the records found
        """
        # a request, and a cache, of his own: lines are filtered when they are read
        self.env.invalidate_all()
        context = {"uid": user.id, "active_id": False, "active_ids": []}
        values = safe_eval(action.context or "{}", dict(context))
        Model = self.env[action.res_model].with_user(user).with_context(**values)
        domain = safe_eval(action.domain or "[]", dict(context))
        views = [(view or False, kind) for view, kind in action.sudo().views]
        found = Model.get_views([*views, (False, "search")])["views"]
        # a dialog has no records yet
        records = Model.browse()
        if not Model._transient:
            records = Model.search(domain, limit=3)
        for kind, view in found.items():
            arch = etree.fromstring(view["arch"])
            spec = self._get_spec(action.res_model, arch)
            if kind in RECORD_VIEWS and not Model._transient:
                Model.web_search_read(domain, spec, limit=80)
            elif kind in GROUP_VIEWS:
                self._read_groups(Model, domain, arch)
            elif kind == "form":
                for record in records:
                    record.web_read(spec)
                    if "chatter" in {node.tag for node in arch}:
                        # what the messages beside the form ask for
                        record._message_get_suggested_recipients(
                            reply_discussion=True, no_create=True
                        )
                if arch.get("create") != "0" and Model.has_access("create"):
                    Model.onchange({}, [], spec)
        return records

    def _read_groups(self, Model, domain, arch):
        groups, measures = [], ["__count"]
        for node in arch.iter("field"):
            name = node.get("name")
            if node.get("type") == "measure":
                aggregator = Model._fields[name].aggregator or "sum"
                measures.append(f"{name}:{aggregator}")
            elif node.get("interval"):
                groups.append(f"{name}:{node.get('interval')}")
            elif Model._fields[name].type in ("date", "datetime"):
                groups.append(f"{name}:month")
            else:
                groups.append(name)
        Model.formatted_read_group(domain, groups[:2], measures)

    def assertRoleOpens(self, role, models, among, readable=()):
        """Assert that ``role`` finds exactly ``models`` of ``among`` in its menus and
        can open all of them, and that the others are refused or show nothing.

        :param readable: models without a menu whose records belong to others on screen
        :return: ``{model: records found}``
        """
        user = self.users[role]
        actions = self._get_menu_actions(user)
        self.assertEqual(set(actions) & set(among), set(models), f"menus of {role}")
        found = {}
        for model in models:
            with self.subTest(role=role, model=model):
                for action in actions[model]:
                    records = self._open_action(action, user)
                    found[model] = found.get(model, records.browse()) | records
        for model in set(among) - set(models) - set(readable):
            with self.subTest(role=role, refused=model):
                Model = self.env[model].with_user(user)
                if Model.has_access("read"):
                    self.assertFalse(Model.search([]), f"{model} shown to {role}")
        return found

    def assertReviewsReadBy(self, document, roles):
        """Assert that of all roles exactly ``roles`` read the reviews of ``document``,
        by whichever way, and that the computed fields of the approval say the same to
        each of them."""
        reviews = document.sudo().review_ids
        self.assertTrue(reviews)
        reviews[0].comment = "His third fall"
        by_comment = [("comment", "=", "His third fall")]
        for role, user in self.users.items():
            with self.subTest(role=role):
                # a request, and a cache, of his own
                self.env.invalidate_all()
                Review = self.env["tier.review"].with_user(user)
                mine = Review.browse(reviews.ids)
                sees = role in roles
                self.assertEqual(bool(Review.search(by_comment)), sees)
                self.assertEqual(Review.search_count(by_comment), int(sees))
                groups = Review._read_group(by_comment, ["comment"], ["__count"])
                self.assertEqual(len(groups), int(sees))
                self.assertEqual(mine.has_access("read"), sees)
                decides = reviews.sudo().reviewer_ids[:1].with_user(user)
                found = Review.browse(decides.review_ids.ids) & mine
                self.assertEqual(bool(found), sees)
                if not sees:
                    with self.assertRaises(AccessError):
                        mine.read(["comment"])
                    continue
                mine.read(["comment"])
                seen = document.with_user(user)
                self.assertEqual(seen.review_ids, reviews)
                self.assertFalse(seen.need_validation)
                self.assertEqual(seen.reviewer_ids, document.sudo().reviewer_ids)
