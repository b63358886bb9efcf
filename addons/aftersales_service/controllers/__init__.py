from . import portal_request
from . import portal
