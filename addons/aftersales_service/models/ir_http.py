# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        """The portal's scripts speak the visitor's language, too; the conversation
        on a request's page is of mail."""
        modules = super()._get_translation_frontend_modules_name()
        return [*modules, "mail", "aftersales_service"]
