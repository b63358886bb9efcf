# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import history_xlsx
from . import aftersales_request_report
from . import aftersales_order_report
from . import aftersales_sla_report
from . import aftersales_satisfaction_report
from . import aftersales_analysis_xlsx
from . import aftersales_analysis_xlsx_people
from . import aftersales_analysis_xlsx_quality
from . import aftersales_analysis_xlsx_service
from . import aftersales_analysis_xlsx_supervision
