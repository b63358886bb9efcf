from . import test_accident
from . import test_capa
from . import test_part_return
from . import test_exchange
from . import test_claim
from . import test_books
from . import test_liability
from . import test_recovery
