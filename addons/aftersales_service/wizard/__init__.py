from . import aftersales_warranty_void
