from . import aftersales_warranty_void
from . import aftersales_penalty_answer
from . import aftersales_penalty_verdict
