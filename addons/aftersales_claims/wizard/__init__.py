from . import aftersales_part_return_receive
