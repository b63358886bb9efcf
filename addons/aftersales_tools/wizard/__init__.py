# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import aftersales_tool_campaign
from . import aftersales_tool_payment
from . import aftersales_tool_register_date
from . import hr_departure_wizard
from . import hr_departure_wizard_tool
