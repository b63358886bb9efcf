# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """Accounts and journals named in the settings (R-CLM-09, R-PEN-06, R-TOL-06)."""

    _inherit = "res.company"

    def _check_aftersales_in_use(self, *fnames):
        """Settings are checked before a step begins: the ERP says only that some line
        uses an archived account, and drafts an invoice with it all the same.

        :param fnames: settings, each an account or a journal; empty ones are passed
        :raises UserError: one is archived; the message names it and the setting
        """
        for company in self:
            for fname in fnames:
                # sudo: service staff trigger postings without reading the chart
                record = company.sudo()[fname]
                if record and not record.active:
                    raise UserError(
                        self.env._(
                            "%(name)s is archived, the %(setting)s of %(company)s: "
                            "choose another one in the after-sales settings, or "
                            "restore it.",
                            name=record.display_name,
                            setting=self._fields[fname]._description_string(self.env),
                            company=company.name,
                        )
                    )
