from . import aftersales_claim_report
from . import claims_xlsx
from . import claims_xlsx_quarter
from . import claims_xlsx_lists
