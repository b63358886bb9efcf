from . import penalty_math
from . import working_time
