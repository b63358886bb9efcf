from . import penalty_math
