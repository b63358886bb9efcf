from . import test_spine
from . import test_history
