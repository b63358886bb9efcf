from . import portal
from . import portal_claim
from . import portal_claim_return
