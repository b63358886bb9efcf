# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import account_move
from . import aftersales_order
from . import aftersales_order_check
from . import aftersales_tool_calibration
from . import aftersales_tool_class
from . import aftersales_tool_class_term
from . import aftersales_tool_compensation
from . import aftersales_tool_compensation_approval
from . import aftersales_tool_compensation_posting
from . import aftersales_tool_compensation_report
from . import aftersales_tool_count
from . import aftersales_tool_count_line
from . import aftersales_tool_custody
from . import aftersales_tool_custody_counter
from . import aftersales_tool_custody_line
from . import aftersales_tool_custody_stock
from . import aftersales_tool_custody_workflow
from . import aftersales_tool_kit
from . import aftersales_tool_kit_line
from . import aftersales_tool_reminder
from . import aftersales_tool_request
from . import aftersales_tool_request_line
from . import hr_employee
from . import product_product
from . import product_template
from . import purchase_order_line
from . import res_company
from . import res_config_settings
from . import stock_location
from . import stock_lot
from . import stock_lot_reminder
from . import stock_move
from . import stock_picking
from . import tier_definition
