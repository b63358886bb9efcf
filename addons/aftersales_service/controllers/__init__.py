from . import portal_request
from . import portal
from . import portal_machine
from . import approval_link
from . import portal_survey
