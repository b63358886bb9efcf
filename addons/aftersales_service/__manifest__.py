# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "After-Sales Service",
    "summary": "Service requests, time limits, dispatch, visits, reports and warranty",
    "version": "19.0.1.0.0",
    "category": "Services/Field Service",
    "author": "The aftersales contributors",
    "license": "AGPL-3",
    "depends": [
        "barcodes",
        "base_import",
        "base_tier_validation",
        "crm",
        "hr_holidays",
        "hr_skills",
        "portal",
        "rating",
        "repair",
        "report_xlsx",
        "sale_management",
        "sale_stock",
        "stock_account",
        "web_timeline",
    ],
    "data": [
        # security
        "security/aftersales_service_security.xml",
        "security/ir.model.access.csv",
        "security/ir_rule.xml",
        # data
        "data/ir_sequence_data.xml",
        "data/request_kind_data.xml",
        "data/component_class_data.xml",
        "data/product_data.xml",
        # views
        "views/menus.xml",
        "views/res_config_settings_views.xml",
        "views/aftersales_request_views.xml",
        "views/aftersales_order_views.xml",
        "views/aftersales_history_views.xml",
        "report/history_xlsx.xml",
    ],
    "application": True,
    "installable": True,
    "post_init_hook": "post_init_hook",
}
