from . import aftersales_claim_xlsx
from . import aftersales_claim_xlsx_notice
from . import aftersales_part_return_receive
from . import aftersales_decision
from . import aftersales_due_change
from . import stock_return_picking
