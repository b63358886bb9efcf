# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The tools of the demo company: bought, issued, calibrated, lost, counted."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command

from odoo.addons.aftersales_service.demo.storyteller import Storyteller, tell_story

#: class, code, name, price, calibration interval in months, pieces
TOOLS = [
    ("durable_1", "T-PC", "笔记本电脑 14 寸", 4600, 0, 10),
    ("durable_1", "T-CAM", "数码相机", 1850, 0, 6),
    ("durable_1", "T-DMM", "数字万用表 F17B", 820, 12, 16),
    ("durable_1", "T-CAL", "游标卡尺 0-300", 460, 12, 16),
    ("durable_1", "T-VIB", "便携式测振仪", 3200, 12, 5),
    ("durable_2", "T-IRT", "红外测温仪", 380, 12, 16),
    ("durable_2", "T-TRQ", "扭力扳手 200-1000N·m", 1380, 12, 10),
    ("durable_2", "T-SOC", "套筒扳手组套", 560, 0, 16),
    ("durable_2", "T-FEE", "塞尺 150", 65, 0, 16),
    ("durable_2", "T-PRG", "液压压力表组", 740, 12, 8),
]
#: code, name, price, pieces
CONSUMABLES = [
    ("T-BOX", "工具箱", 160, 40),
    ("T-CLO", "工作服（夏/冬）", 180, 80),
    ("T-SHO", "劳保鞋", 145, 60),
    ("T-TAP", "卷尺 5m", 18, 60),
    ("T-GLV", "防护手套", 9, 400),
]
#: what each technician gets on the first day
PERSONAL = ["T-DMM", "T-CAL", "T-IRT", "T-SOC", "T-FEE"]


class Story(Storyteller):
    """Tools enter the company a year and a half ago and go through its hands."""

    def run(self):
        self.technicians = self.env["hr.employee"].search(
            [("is_technician", "=", True)], order="id"
        )
        self.ago(540)
        self.buy()
        self.make_kits()
        self.issue_equipment()
        self.lend()
        self.hand_over()
        self.change_hands()
        self.bring_back()
        self.calibrate()
        self.lose()
        self.count()
        self.ask_for_tools()

    def product(self, code):
        return self.env["product.product"].search([("default_code", "=", code)])

    def free(self, code):
        """Tools of the kind that are in the store, and may be issued."""
        return self.env["stock.lot"].search(
            [("product_id.default_code", "=", code), ("tool_state", "=", "stock")],
            order="name",
        )

    # === STORE ===#
    def buy(self):
        """The tools and their serial numbers, counted in."""
        supplier = self.env["res.partner"].create(
            {"name": "南昌五湖工具商行", "is_company": True, "supplier_rank": 1}
        )
        category = self.env["product.category"].create({"name": "服务器械"})
        rows = [(*row[:4], row[4], row[5]) for row in TOOLS]
        rows += [("consumable", *row[:3], 0, row[3]) for row in CONSUMABLES]
        products = self.env["product.product"].create(
            [
                {
                    "name": name,
                    "default_code": code,
                    "barcode": f"69000{index:08d}",
                    "standard_price": price,
                    "categ_id": category.id,
                    "tool_class_id": self.env.ref(
                        f"aftersales_tools.tool_class_{tool_class}"
                    ).id,
                    "calibration_interval": interval,
                    "sale_ok": False,
                    "seller_ids": [
                        Command.create({"partner_id": supplier.id, "price": price})
                    ],
                }
                for index, (tool_class, code, name, price, interval, _n) in enumerate(
                    rows
                )
            ]
        )
        location = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        vals_list = []
        for product, row in zip(products, rows, strict=True):
            if product.tracking == "serial":
                lots = self.env["stock.lot"].create(
                    [
                        {
                            "name": f"{product.default_code[2:]}-{number:03d}",
                            "product_id": product.id,
                            "company_id": self.company.id,
                            "tool_price": row[3],
                            "calibration_due": self.today
                            + timedelta(days=self.random.randint(20, 330))
                            if row[4]
                            else False,
                        }
                        for number in range(1, row[5] + 1)
                    ]
                )
                vals_list += [(product, lot, 1) for lot in lots]
            else:
                vals_list.append((product, self.env["stock.lot"], row[5]))
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            [
                {
                    "product_id": product.id,
                    "lot_id": lot.id,
                    "location_id": location.lot_stock_id.id,
                    "inventory_quantity": quantity,
                }
                for product, lot, quantity in vals_list
            ]
        ).action_apply_inventory()

    def make_kits(self):
        self.by(self.env["aftersales.tool.kit"], "manager").create(
            [
                {
                    "name": "轴承更换工具包",
                    "order_kind": "repair",
                    "line_ids": [
                        Command.create({"product_id": self.product(code).id})
                        for code in ("T-DMM", "T-IRT", "T-SOC")
                    ],
                },
                {
                    "name": "高级工程师个人器械",
                    "technician_grade": "senior",
                    "line_ids": [
                        Command.create({"product_id": self.product(code).id})
                        for code in PERSONAL
                    ],
                },
            ]
        )

    # === COUNTER ===#
    def slip(self, kind, person, lines, **vals):
        """A slip signed at the storekeeper's counter, carried out."""
        slip = self.by(self.env["aftersales.tool.custody"], "store").create(
            {
                "kind": kind,
                "employee_id": person.id,
                "signature": self.signature,
                "signed_by": person.name,
                "line_ids": [Command.create(line) for line in lines],
                **vals,
            }
        )
        slip.action_done()
        return slip

    def issue_equipment(self):
        for number, person in enumerate(self.technicians):
            self.ago(520 - number * 9)
            lots = [self.free(code)[:1] for code in PERSONAL]
            lines = [{"lot_id": lot.id} for lot in lots if lot]
            lines += [
                {"product_id": self.product(code).id, "quantity": quantity}
                for code, quantity in (("T-BOX", 1), ("T-CLO", 2), ("T-GLV", 10))
            ]
            if number < 8:
                lines.append({"lot_id": self.free("T-PC")[:1].id})
            self.slip("issue", person, lines)

    def lend(self):
        """Test instruments lent for a job; one is overdue."""
        for number, (code, days, due) in enumerate(
            (("T-VIB", 12, 5), ("T-TRQ", 6, -4), ("T-PRG", 3, -7))
        ):
            self.ago(days)
            self.slip(
                "issue",
                self.technicians[number * 2],
                [{"lot_id": self.free(code)[:1].id}],
                date_due=self.today - timedelta(days=due),
            )

    def hand_over(self):
        self.ago(75)
        giver, taker = self.technicians[1], self.technicians[10]
        lot = self.env["stock.lot"].search(
            [("custodian_id", "=", giver.id), ("product_id.default_code", "=", "T-PC")],
            limit=1,
        )
        self.slip(
            "handover",
            giver,
            [{"lot_id": lot.id}],
            to_employee_id=taker.id,
            to_signature=self.signature,
        )

    def change_hands(self):
        """A laptop follows its work to the quality department, by a transfer."""
        self.ago(55)
        giver, taker = self.technicians[3], self.employee("quality")
        lot = self.env["stock.lot"].search(
            [("custodian_id", "=", giver.id), ("product_id.default_code", "=", "T-PC")],
            limit=1,
        )
        self.by(self.env["aftersales.tool.transfer"], "store").create(
            {
                "employee_id": giver.id,
                "to_employee_id": taker.id,
                "lot_ids": [Command.set(lot.ids)],
                "reason": "远程诊断改由质量管理部负责，电脑随之移交",
                "signature": self.signature,
                "to_signature": self.signature,
            }
        ).action_transfer()

    def bring_back(self):
        """One worn, one damaged: the damaged one waits for its repair."""
        self.ago(40)
        person = self.technicians[4]
        held = self.env["stock.lot"].search([("custodian_id", "=", person.id)], limit=2)
        self.slip(
            "return",
            person,
            [
                {"lot_id": held[0].id, "condition": "damaged", "note": "屏幕不亮"},
                {"lot_id": held[1].id, "condition": "worn"},
            ],
        )
        held[0].action_tool_repair()

    def calibrate(self):
        self.ago(30)
        lots = self.env["stock.lot"].search(
            [("product_id.default_code", "=", "T-DMM")], limit=4
        )
        laboratory = self.env["res.partner"].create(
            {"name": "江西省计量测试研究院", "is_company": True}
        )
        self.by(self.env["aftersales.tool.calibration"], "store").create(
            [
                {
                    "lot_id": lot.id,
                    "date": self.today - timedelta(days=30),
                    "certificate_number": f"JZ{self.today.year}-{number:04d}",
                    "partner_id": laboratory.id,
                }
                for number, lot in enumerate(lots, 318)
            ]
        )

    # === LOSS, COUNT, YEARLY NEED ===#
    def lose(self):
        """Three sheets: paid at finance, waiting for approval, just reported."""
        held = self.env["stock.lot"].search(
            [("custodian_id", "!=", False), ("product_id.default_code", "=", "T-SOC")],
            order="name",
        )
        sheets = self.env["aftersales.tool.compensation"]
        for number, lot in enumerate(held[2:5]):
            self.ago(35 - 12 * number)
            login = lot.custodian_id.user_id.login
            sheet = self.by(sheets, login).create(
                {
                    "lot_id": lot.id,
                    "date_loss": self.today - timedelta(days=36 - 12 * number),
                    "circumstances": "在客户现场收工时遗落，返回寻找未果",
                }
            )
            if number == 2:
                continue
            sheet.write(
                {"signature": self.signature, "signed_by": lot.custodian_id.name}
            )
            sheet.action_confirm()
            if not number:
                self.settle(sheet)

    def settle(self, sheet):
        self.ago(30)
        sheet.invalidate_recordset()
        approver = self.by(sheet, "manager")
        approver._validate_tier(approver.review_ids)
        sheet = self.by(sheet, "accountant")
        sheet.action_post()
        self.ago(22)
        self.by(self.env["aftersales.tool.payment"], "accountant").create(
            {"compensation_id": sheet.id}
        ).action_pay()

    def count(self):
        self.ago(10)
        self.by(self.env["aftersales.tool.campaign"], "store").create(
            {
                "name": f"{self.today.year} 年度器械核对",
                "date_deadline": self.today + timedelta(days=4),
            }
        ).action_start()
        self.ago(6)
        for count in self.env["aftersales.tool.count"].search([], limit=4):
            self.by(count, count.employee_id.user_id.login).action_confirm()

    def ask_for_tools(self):
        """Next year's need, gathered and waiting for approval."""
        self.ago(15)
        request = self.by(self.env["aftersales.tool.request"], "manager").create(
            {
                "year": (self.today + relativedelta(months=2)).year,
                "budget": 30000,
                "line_ids": [
                    Command.create(
                        {
                            "employee_id": person.id,
                            "product_id": self.product(code).id,
                            "quantity": quantity,
                            "reason": reason,
                        }
                    )
                    for person, code, quantity, reason in (
                        (self.technicians[0], "T-VIB", 1, "圆锥破轴承诊断"),
                        (self.technicians[2], "T-TRQ", 2, "动锥螺栓紧固"),
                        (self.technicians[5], "T-CLO", 4, "工作服到期"),
                        (self.technicians[9], "T-PC", 1, "原机到寿命"),
                        (self.technicians[12], "T-DMM", 1, "新员工配备"),
                    )
                ],
            }
        )
        request.action_submit()


def tell(env):
    """Tell the tools' year."""
    tell_story(env, "a year of tools", Story)
