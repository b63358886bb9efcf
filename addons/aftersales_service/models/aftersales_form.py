# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class AftersalesForm(models.Model):
    """Number and edition printed on a form, as the company's document control has
    them."""

    _name = "aftersales.form"
    _description = "Printed Form"
    _order = "code, company_id"

    name = fields.Char(string="Title", required=True, translate=True)
    code = fields.Char(
        string="Key",
        required=True,
        help="Names the form to the system; not printed.",
    )
    number = fields.Char(string="Form No.", required=True)
    edition = fields.Char(required=True, default="A/0")
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Empty: for every company without a line of its own.",
    )

    _code_unique = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))",
        "A company numbers each form once.",
    )

    @api.model
    def _get_numbering(self, code, company):
        """Return {number, edition} to print on a form of ``company``: its own line,
        else everybody's, else the key itself.

        :param code: key the form's template names
        """
        # sudo: portal users print forms, too; what is read is printed on them
        forms = self.sudo().search(
            [("code", "=", code), ("company_id", "in", (False, company.id))]
        )
        form = forms.sorted(lambda line: not line.company_id)[:1]
        return {"number": form.number or code, "edition": form.edition or "A/0"}
