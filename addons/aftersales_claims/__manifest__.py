# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "After-Sales Claims",
    "summary": "Warranty claims, liability, old parts, supplier recovery and books",
    "version": "19.0.1.0.0",
    "category": "Services/Field Service",
    "author": "The aftersales contributors",
    "license": "AGPL-3",
    "depends": ["aftersales_service", "purchase_stock"],
    "data": [
        # security
        "security/accident_security.xml",
        "security/ir.model.access.csv",
        "security/ir_rule.xml",
        "security/ir_rule_recovery.xml",
        # data
        "data/ir_sequence_data.xml",
        "data/claim_cause_data.xml",
        "data/tier_definition_data.xml",
        "data/recovery_sequence_data.xml",
        "data/capa_symptom_data.xml",
        "data/exchange_rule_data.xml",
        "data/recovery_cron_data.xml",
        # reports
        "report/aftersales_part_return_reports.xml",
        "report/aftersales_recovery_reports.xml",
        "report/aftersales_quality_reports.xml",
        "report/aftersales_settlement_reports.xml",
        "data/accident_data.xml",
        # views
        "views/menus.xml",
        "views/claim_version_templates.xml",
        "views/aftersales_claim_views.xml",
        "views/aftersales_part_return_views.xml",
        "views/aftersales_recovery_views.xml",
        "views/aftersales_quality_complaint_views.xml",
        "views/aftersales_capa_views.xml",
        "views/aftersales_batch_alert_views.xml",
        "views/aftersales_exchange_views.xml",
        "views/aftersales_settlement_views.xml",
        "views/aftersales_consignment_count_views.xml",
        "views/res_config_settings_recovery_views.xml",
        "views/menus_recovery.xml",
        "views/aftersales_accident_views.xml",
    ],
    "installable": True,
    "post_init_hook": "post_init_hook",
}
