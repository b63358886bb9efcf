# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "After-Sales Tools",
    "summary": "Tool custody, kits, calibration, yearly needs and compensation",
    "version": "19.0.1.2.0",
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
        "data/form_data.xml",
        # reports (named by the buttons of the views)
        "report/tool_slip_report.xml",
        "report/tool_compensation_report.xml",
        # views
        "views/stock_lot_views.xml",
        "views/aftersales_tool_custody_views.xml",
        "views/aftersales_tool_transfer_views.xml",
        "views/aftersales_tool_compensation_views.xml",
        "views/aftersales_tool_calibration_views.xml",
        "views/aftersales_tool_count_views.xml",
        "views/aftersales_tool_request_views.xml",
        "views/aftersales_tool_class_views.xml",
        "views/aftersales_tool_register_views.xml",
        "views/aftersales_order_views.xml",
        "views/product_template_views.xml",
        "views/hr_views.xml",
        "views/res_config_settings_views.xml",
        "views/menus.xml",
        "data/start_card_data.xml",
    ],
    "assets": {
        "web.assets_backend": ["aftersales_tools/static/src/**/*"],
        "web.assets_tests": ["aftersales_tools/static/tests/tours/**/*"],
    },
    "installable": True,
    "post_init_hook": "post_init_hook",
}
