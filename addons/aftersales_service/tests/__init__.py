from . import test_deduction
from . import test_penalty
from . import test_request
from . import test_spine
from . import test_history
from . import test_warranty
from . import test_start_card
