import collections, re, traceback
import odoo.sql_db as sd
customer = env["res.partner"].create({"name": "B", "is_company": True, "service_distance": 420})
product = env["product.product"].create({"name": "Crusher", "is_machine": True, "tracking": "serial", "is_storable": True})
lots = env["stock.lot"].create([{"name": f"BE-{n}", "product_id": product.id, "customer_id": customer.id} for n in range(40)])
def mk(l): return env["aftersales.request"].create([{"lot_id": x.id, "fault": "bearing hot"} for x in l])
mk(lots[:5]); env.flush_all(); env.invalidate_all()
C = collections.Counter(); where = {}
orig = sd.Cursor.execute
def ex(self, q, params=None, log_exceptions=True):
    s = q.code if hasattr(q,'code') else str(q)
    k = re.sub(r'\s+',' ',s)[:110]
    C[k]+=1
    where[k]=[f"{f.filename.split('/')[-1]}:{f.lineno}:{f.name}" for f in traceback.extract_stack() if 'aftersales' in f.filename or 'addons' in f.filename][-14:-3]
    return orig(self, q, params, log_exceptions)
sd.Cursor.execute = ex
mk(lots[5:]); env.flush_all()
for k,n in C.most_common(4): print(n,k); print('   ', where[k])
env.cr.rollback()
