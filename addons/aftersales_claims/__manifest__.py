# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "After-Sales Claims",
    "summary": "Warranty parts claims, liability, old parts, supplier recovery and books",
    "version": "19.0.1.0.0",
    "category": "Services/Field Service",
    "author": "The aftersales contributors",
    "license": "AGPL-3",
    "depends": ["aftersales_service", "purchase_stock"],
    "data": [
        # security
        "security/ir.model.access.csv",
        "security/ir_rule.xml",
        # data
        "data/ir_sequence_data.xml",
        "data/claim_cause_data.xml",
        "data/tier_definition_data.xml",
        # views
        "views/menus.xml",
        "views/claim_version_templates.xml",
        "views/aftersales_claim_views.xml",
    ],
    "installable": True,
    "post_init_hook": "post_init_hook",
}
