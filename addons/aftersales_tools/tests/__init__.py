# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from . import test_forms
from . import test_tool_compensation
from . import test_tool_compensation_bill
from . import test_tool_compensation_math
from . import test_tool_counter_tour
from . import test_tool_custody
from . import test_tool_holder
from . import test_tool_register
from . import test_tool_shelf
from . import test_tool_transfer
