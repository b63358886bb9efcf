# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestCounts(ClaimsCommon):
    """Figures of smart buttons are computed for whoever opens the document."""

    def _get_counts(self):
        """Return {model: names of its figures} of our addons."""
        counts = {}
        for name in self.env.registry:
            Model = self.env[name]
            if Model._abstract or Model._transient:
                continue
            names = [
                field.name
                for field in Model._fields.values()
                if field.type == "integer"
                and field.compute
                and not field.store
                and (field._module or "").startswith("aftersales_")
            ]
            if names:
                counts[name] = names
        return counts

    def test_nobody_is_stopped_by_a_figure(self):
        """R-CLM-05: who may open a document opens it, whatever else he may not read:
        its figures count what he may, or what all may know of."""
        counts = self._get_counts()
        self.assertIn("purchase_count", counts["aftersales.claim"])
        self.assertGreater(len(counts), 20)
        for role, user in self.users.items():
            for name, names in counts.items():
                Model = self.env[name].with_user(user)
                if not Model.has_access("read"):
                    continue
                for fname in names:
                    if not Model._has_field_access(Model._fields[fname], "read"):
                        continue
                    with self.subTest(role=role, model=name, field=fname):
                        try:
                            Model.new({})[fname]
                        except AccessError as error:
                            self.fail(error.args[0])
