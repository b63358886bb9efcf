from . import aftersales_warranty_void
from . import aftersales_penalty_answer
from . import aftersales_penalty_verdict
from . import aftersales_request_reason
from . import aftersales_request_handover_wizard
from . import aftersales_request_merge
from . import aftersales_request_split
from . import aftersales_sla_agree
