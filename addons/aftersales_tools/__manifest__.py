# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "After-Sales Tools",
    "summary": "Tool custody, kits, calibration, yearly needs and compensation",
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
        "data/tool_class_data.xml",
        "data/tier_definition_data.xml",
        "data/ir_cron_data.xml",
    ],
    "installable": True,
    "post_init_hook": "post_init_hook",
}
