# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Master data of the demo company: a Chinese maker of crushing and screening plant.

Run by ``./aftersales up`` in an Odoo shell, never by an installation.
"""

import random
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

PASSWORD = "demo"
#: which of the machines are feeders of one production batch
BATCH = (6, 13, 20)

#: login, name, department, job, group
STAFF = [
    ("hotline", "李娜", "售后服务部", "热线接待", "group_hotline"),
    ("dispatcher", "周敏", "售后服务部", "售后内勤", "group_dispatcher"),
    ("manager", "陈国强", "售后服务部", "售后服务经理", "group_manager"),
    ("salesvp", "刘志远", "销售部", "销售副总", "group_sales_vp"),
    ("quality", "唐伟", "质量管理部", "质量工程师", "group_quality"),
    ("qualityvp", "何晓东", "质量管理部", "质量副总", "group_quality_vp"),
    ("gm", "罗建华", "总经理办公室", "总经理", "group_general_manager"),
    ("store", "孙丽", "仓储物流部", "仓库管理员", "group_storekeeper"),
    ("accountant", "吴敏", "财务部", "会计", "group_accountant"),
    ("hr", "郑洁", "人力资源部", "人事专员", None),
]

#: login, name, grade, region
TECHNICIANS = [
    ("tech01", "张伟", "expert", "赣中"),
    ("tech02", "王强", "senior", "赣中"),
    ("tech03", "刘洋", "senior", "赣北"),
    ("tech04", "陈军", "senior", "赣南"),
    ("tech05", "杨波", "senior", "湘东"),
    ("tech06", "赵勇", "intermediate", "湘东"),
    ("tech07", "黄磊", "intermediate", "闽西"),
    ("tech08", "周涛", "intermediate", "闽西"),
    ("tech09", "吴斌", "intermediate", "鄂东"),
    ("tech10", "徐鹏", "intermediate", "鄂东"),
    ("tech11", "孙浩", "intermediate", "赣北"),
    ("tech12", "胡杰", "intermediate", "赣南"),
    ("tech13", "朱峰", "junior", "赣中"),
    ("tech14", "高翔", "junior", "湘东"),
    ("tech15", "林凯", "junior", "闽西"),
]

#: name, city, region, distance in km, key customer
CUSTOMERS = [
    ("江西德业采石有限公司", "上饶", "赣北", 420, True),
    ("宜春恒远矿业有限公司", "宜春", "赣中", 210, True),
    ("萍乡安源建材有限公司", "萍乡", "赣中", 268, False),
    ("赣州信丰石料厂", "赣州", "赣南", 395, False),
    ("瑞金红都矿业有限公司", "瑞金", "赣南", 356, False),
    ("九江柴桑骨料有限公司", "九江", "赣北", 132, True),
    ("景德镇浮梁石业有限公司", "景德镇", "赣北", 188, False),
    ("吉安泰和砂石有限公司", "吉安", "赣中", 226, False),
    ("新余渝水建材集团有限公司", "新余", "赣中", 158, True),
    ("抚州临川矿山开发有限公司", "抚州", "赣中", 96, False),
    ("湖南浏阳大围山石材有限公司", "长沙", "湘东", 298, False),
    ("株洲攸县骨料有限公司", "株洲", "湘东", 352, True),
    ("郴州宜章矿业有限公司", "郴州", "湘东", 588, False),
    ("岳阳临湘建材有限公司", "岳阳", "湘东", 376, False),
    ("衡阳耒阳石料有限公司", "衡阳", "湘东", 506, False),
    ("龙岩新罗水泥有限公司", "龙岩", "闽西", 540, True),
    ("三明永安矿业有限公司", "三明", "闽西", 486, False),
    ("南平建瓯采石场", "南平", "闽西", 448, False),
    ("泉州安溪骨料有限公司", "泉州", "闽西", 702, False),
    ("黄石大冶矿业有限公司", "黄石", "鄂东", 286, True),
    ("黄冈蕲春石材有限公司", "黄冈", "鄂东", 244, False),
    ("咸宁赤壁砂石有限公司", "咸宁", "鄂东", 332, False),
    ("武汉江夏建材有限公司", "武汉", "鄂东", 358, False),
    ("浙江衢州常山石业有限公司", "衢州", "赣北", 386, False),
    ("广东韶关曲江矿业有限公司", "韶关", "赣南", 690, False),
]

#: province by the first sign of the region, except of some cities
PROVINCES = {"赣": "江西省", "湘": "湖南省", "闽": "福建省", "鄂": "湖北省"}
OTHER_PROVINCES = {"衢州": "浙江省", "韶关": "广东省"}

CONTACTS = [
    "王建国",
    "李志刚",
    "赵德明",
    "钱学文",
    "孙国栋",
    "周大勇",
    "郑海涛",
    "冯立新",
]

#: code, name, price
MACHINES = [
    ("PE-600X900", "颚式破碎机 PE-600×900", 260000),
    ("PE-750X1060", "颚式破碎机 PE-750×1060", 420000),
    ("HP300", "多缸液压圆锥破碎机 HP300", 980000),
    ("PF-1214", "反击式破碎机 PF-1214", 310000),
    ("VSI-7611", "立轴冲击式制砂机 VSI-7611", 450000),
    ("2YK1860", "圆振动筛 2YK1860", 118000),
    ("ZSW-380X96", "振动给料机 ZSW-380×96", 86000),
]

#: class xmlid, [(name, cost, tracked by serial number)]
PARTS = {
    "bearing": [
        ("调心滚子轴承 23148", 6200, True),
        ("调心滚子轴承 23152", 8400, True),
        ("调心滚子轴承 22328", 2380, True),
        ("圆柱滚子轴承 NJ2318", 960, False),
        ("推力轴承 51156", 1480, False),
        ("激振器轴承 22320", 1290, False),
        ("深沟球轴承 6318", 310, False),
        ("圆锥滚子轴承 32226", 1120, False),
        ("滑动轴承铜套 HP300", 3650, False),
        ("锁紧螺母 KM32", 185, False),
    ],
    "electrical": [
        ("主电机 YE3-315M 90kW", 11800, True),
        ("振动电机 YZO-50-6", 2650, True),
        ("软启动器 90kW", 5200, True),
        ("温度传感器 PT100", 86, False),
        ("接近开关 M18", 64, False),
        ("交流接触器 CJX2-95", 310, False),
        ("热继电器 JRS1-80", 145, False),
        ("控制变压器 500VA", 420, False),
        ("变频器 45kW", 6900, True),
        ("PLC 主机 CPU224", 2150, True),
        ("触摸屏 7 寸", 1380, True),
        ("料位传感器", 560, False),
        ("急停按钮", 38, False),
        ("电缆 YJV 3×95（米）", 165, False),
    ],
    "hydraulic": [
        ("液压站齿轮泵 CBF-E32", 1680, True),
        ("清腔液压缸", 4200, True),
        ("蓄能器 NXQ-10L", 1360, True),
        ("电磁换向阀 4WE6", 480, False),
        ("高压胶管 19-4SP", 190, False),
        ("滤芯 TZX2-63", 128, False),
        ("油冷却器 BR0.1", 2950, False),
        ("稀油润滑泵 XB-40", 1180, True),
        ("压力继电器 HED40", 265, False),
        ("溢流阀 DBW10", 720, False),
        ("调整排料口液压缸", 3850, True),
        ("油位计 YWZ-150", 75, False),
        ("O 形圈组套", 48, False),
    ],
    "structure": [
        ("动颚总成 PE-600", 23800, True),
        ("偏心轴 PE-600", 16500, True),
        ("飞轮 PE-600", 7800, False),
        ("筛箱侧板 2YK1860", 3600, False),
        ("弹簧座", 260, False),
        ("螺旋弹簧 Ø28", 145, False),
        ("主轴 HP300", 28600, True),
        ("转子体 PF-1214", 19800, True),
        ("肘板 PE-600", 980, False),
        ("肘板座 PE-600", 540, False),
        ("拉杆弹簧 PE-600", 320, False),
        ("振动器皮带轮", 860, False),
        ("地脚螺栓 M36", 62, False),
        ("防尘罩", 240, False),
    ],
    "wear": [
        ("密封套件 PE-600", 260, False),
        ("密封套件 PE-750", 320, False),
        ("活动颚板 PE-600 高锰钢", 3950, False),
        ("固定颚板 PE-600 高锰钢", 3680, False),
        ("侧护板 PE-600", 860, False),
        ("轧臼壁 HP300", 9800, False),
        ("破碎壁 HP300", 9200, False),
        ("板锤 PF-1214", 2450, False),
        ("反击衬板 PF-1214", 780, False),
        ("抛料头 VSI-7611", 640, False),
        ("聚氨酯筛网 305×610", 98, False),
        ("三角带 SPC-5000", 168, False),
        ("活动颚板 PE-750 高锰钢", 5650, False),
        ("固定颚板 PE-750 高锰钢", 5280, False),
        ("侧护板 PE-750", 1240, False),
        ("板锤 PF-1214 高铬", 3680, False),
        ("分料锥 VSI-7611", 1150, False),
        ("耐磨块 VSI-7611", 96, False),
        ("流道板 VSI-7611", 380, False),
        ("编织筛网 20×20", 285, False),
        ("给料机衬板 ZSW", 460, False),
        ("密封毡圈", 22, False),
        ("润滑脂 3 号锂基 15kg", 290, False),
        ("齿轮油 L-CKD220 18L", 420, False),
        ("石墨密封环 HP300", 510, False),
        ("填料 HP300 组套", 880, False),
    ],
}


class Masters:
    """Creates the demo company's master data in ``env``; keeps what the story needs."""

    def __init__(self, env):
        self.random = random.Random(20240618)
        self.env = env
        self.today = fields.Date.today()

    def make(self):
        self._create_company()
        self._create_departments()
        self._create_staff()
        self._create_customers()
        self._create_products()
        self._create_machines()
        return self

    def _create_company(self):
        self.company = self.env.ref("base.main_company")
        self.company.write(
            {
                "name": "赣江重工机械有限公司",
                "country_id": self.env.ref("base.cn").id,
                "state_id": self._get_province("江西省").id,
                "city": "南昌市",
                "street": "高新技术产业开发区创新路 88 号",
                "phone": "0791-8800 6600",
                "email": "service@example.com",
                "currency_id": self.env.ref("base.CNY").id,
            }
        )
        self.env.ref("base.CNY").active = True
        # what the scheduled jobs write is read in Chinese
        self.company.partner_id.lang = "zh_CN"
        self.env["account.chart.template"].try_loading(
            "cn_large_bis", company=self.company, install_demo=False
        )
        self.env = self.env(
            context={
                **self.env.context,
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "allowed_company_ids": self.company.ids,
            }
        )
        self.env.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.company._create_aftersales_config()
        self.warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self._name_places()

    def _name_places(self):
        """What was set up in English, before anybody had a language, is read in
        Chinese by the storekeeper, too."""
        company = self.env.company
        self.warehouse.name = company.name
        for prepared in (
            company._prepare_aftersales_location_vals(),
            company._prepare_aftersales_picking_type_vals(self.warehouse),
        ):
            for fname, vals in prepared.items():
                company[fname].name = vals["name"]

    def _create_departments(self):
        names = dict.fromkeys(
            [row[2] for row in STAFF] + ["装配车间", "机加车间", "采购部"]
        )
        self.departments = {
            department.name: department
            for department in self.env["hr.department"].create(
                [{"name": name, "company_id": self.company.id} for name in names]
            )
        }
        self.company.aftersales_department_id = self.departments["售后服务部"]
        self.regions = {
            region.name: region
            for region in self.env["aftersales.region"].create(
                [{"name": name} for name in dict.fromkeys(c[2] for c in CUSTOMERS)]
            )
        }

    def _create_user(self, login, name, group):
        xmlid = f"aftersales_service.{group}" if group else "hr.group_hr_user"
        Users = self.env["res.users"].with_context(no_reset_password=True)
        # no robot's chat window over the first page
        quiet = (
            {"odoobot_state": "disabled"} if "odoobot_state" in Users._fields else {}
        )
        return Users.create(
            {
                **quiet,
                "login": login,
                "password": PASSWORD,
                "name": name,
                "email": f"{login}@example.com",
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.link(self.env.ref(xmlid).id)],
                # the app's start page, not Odoo's first menu
                "action_id": self.env.ref(
                    "aftersales_service.aftersales_start_action"
                ).id
                if group
                else False,
            }
        )

    def _create_staff(self):
        self.users = {}
        employee_vals = []
        for login, name, department, job, group in STAFF:
            user = self.users[login] = self._create_user(login, name, group)
            employee_vals.append(
                {
                    "name": name,
                    "user_id": user.id,
                    "company_id": self.company.id,
                    "department_id": self.departments[department].id,
                    "job_title": job,
                    "work_email": user.email,
                }
            )
        for login, name, grade, region in TECHNICIANS:
            user = self.users[login] = self._create_user(
                login, name, "group_technician"
            )
            employee_vals.append(
                {
                    "name": name,
                    "user_id": user.id,
                    "company_id": self.company.id,
                    "department_id": self.departments["售后服务部"].id,
                    "job_title": "售后服务工程师",
                    "work_email": user.email,
                    "is_technician": True,
                    "technician_grade": grade,
                    "aftersales_region_id": self.regions[region].id,
                }
            )
        employees = self.env["hr.employee"].create(employee_vals)
        self.employees = {employee.user_id.login: employee for employee in employees}
        self.technicians = employees.filtered("is_technician")
        self._create_skills()
        for name, login in (("售后服务部", "manager"), ("质量管理部", "qualityvp")):
            self.departments[name].manager_id = self.employees[login]
        self.env.user.write({"lang": "zh_CN", "tz": "Asia/Shanghai"})

    def _create_skills(self):
        """What each technician knows, so that the board can ask for it."""
        skill_type = self.env["hr.skill.type"].create(
            {
                "name": "维修专业",
                "skill_ids": [
                    Command.create({"name": name})
                    for name in ("破碎机机械", "液压系统", "电气控制", "筛分设备")
                ],
                "skill_level_ids": [
                    Command.create({"name": "合格", "level_progress": 60}),
                    Command.create({"name": "精通", "level_progress": 100}),
                ],
            }
        )
        skills = skill_type.skill_ids.sorted("id")
        levels = skill_type.skill_level_ids.sorted("level_progress")
        self.env["hr.employee.skill"].create(
            [
                {
                    "employee_id": person.id,
                    "skill_type_id": skill_type.id,
                    "skill_id": skills[(number + offset) % len(skills)].id,
                    "skill_level_id": levels[(number + offset) % 2].id,
                }
                for number, person in enumerate(self.technicians)
                for offset in range(3 if person.technician_grade == "expert" else 2)
            ]
        )

    def _get_province(self, name):
        return self.env["res.country.state"].search(
            [("name", "=", name), ("country_id", "=", self.env.ref("base.cn").id)]
        )

    def _create_customers(self):
        china = self.env.ref("base.cn").id
        self.customers = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "street": f"矿区路 {10 + index} 号",
                    "city": f"{city}市",
                    "state_id": self._get_province(
                        OTHER_PROVINCES.get(city) or PROVINCES[region[0]]
                    ).id,
                    "country_id": china,
                    "phone": f"07{90 + index % 10}-{3000000 + index * 13721}",
                    "email": f"customer{index + 1:02d}@example.com",
                    "service_distance": distance,
                    "aftersales_region_id": self.regions[region].id,
                    "is_key_customer": key,
                    "followup_interval": 6 if key else 0,
                    "child_ids": [
                        Command.create(
                            {
                                "name": CONTACTS[index % len(CONTACTS)],
                                "function": "设备科长",
                                "phone": f"138{10000000 + index * 370261}",
                                "email": f"contact{index + 1:02d}@example.com",
                            }
                        )
                    ],
                }
                for index, (name, city, region, distance, key) in enumerate(CUSTOMERS)
            ]
        )
        self.supplier_bearing, self.supplier_motor, self.supplier_hydraulic = self.env[
            "res.partner"
        ].create(
            [
                {"name": name, "is_company": True, "supplier_rank": 1}
                for name in (
                    "辽南岳成轴承有限公司",
                    "赣北宏川电器有限公司",
                    "晋中岳泰液压配套有限公司",
                )
            ]
        )
        self.carrier = self.env["res.partner"].create(
            {"name": "赣通物流有限公司", "is_company": True, "is_carrier": True}
        )
        self.dealer = self.env["res.partner"].create(
            {"name": "长沙湘矿设备经销有限公司", "is_company": True, "is_dealer": True}
        )
        self.station = self.env["res.partner"].create(
            {
                "name": "龙岩鑫发特约维修点",
                "is_company": True,
                "is_service_station": True,
            }
        )
        self.customers.filtered(
            lambda customer: customer.aftersales_region_id == self.regions["湘东"]
        ).dealer_id = self.dealer
        contacts = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": company.id, "email": f"{login}@example.com"}
                for login, name, company in (
                    ("dealer", "曾广林", self.dealer),
                    ("station", "林建平", self.station),
                    ("supplier", "宋晓明", self.supplier_bearing),
                )
            ]
        )
        self._create_portal_users(
            {
                "customer": self.customers[0].child_ids[0],
                **{contact.email.split("@")[0]: contact for contact in contacts},
            }
        )

    def _create_portal_users(self, people):
        """Logins of those outside: ``{login: res.partner}``."""
        self.env["res.users"].with_context(no_reset_password=True).create(
            [
                {
                    "login": login,
                    "password": PASSWORD,
                    "partner_id": contact.id,
                    "lang": "zh_CN",
                    "tz": "Asia/Shanghai",
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                    "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                }
                for login, contact in people.items()
            ]
        )

    def _create_products(self):
        categories = self.env["product.category"].create(
            [
                {"name": name, "property_valuation": "real_time"}
                for name in ("整机", "备品配件")
            ]
        )
        machine_category, part_category = categories
        self.machine_products = self.env["product.product"].create(
            [
                {
                    "name": name,
                    "default_code": code,
                    "list_price": price,
                    "standard_price": round(price * 0.62),
                    "type": "consu",
                    "is_storable": True,
                    "tracking": "serial",
                    "is_machine": True,
                    "categ_id": machine_category.id,
                }
                for code, name, price in MACHINES
            ]
        )
        suppliers = {
            "bearing": self.supplier_bearing,
            "electrical": self.supplier_motor,
            "hydraulic": self.supplier_hydraulic,
        }
        part_vals = []
        for xmlid, parts in PARTS.items():
            for number, (name, cost, serial) in enumerate(parts, 1):
                part_vals.append(
                    {
                        "name": name,
                        "default_code": f"{xmlid[:3].upper()}-{number:03d}",
                        "list_price": round(cost * 1.45),
                        "standard_price": cost,
                        "type": "consu",
                        "is_storable": True,
                        "tracking": "serial" if serial else "none",
                        "categ_id": part_category.id,
                        "component_class_id": self.env.ref(
                            f"aftersales_service.component_class_{xmlid}"
                        ).id,
                        "seller_ids": [
                            Command.create({"partner_id": suppliers[xmlid].id})
                        ]
                        if xmlid in suppliers
                        else [],
                    }
                )
        self.parts = self.env["product.product"].create(part_vals)
        self.bearing = self.parts[0]
        self.seal = self.parts.filtered(lambda part: part.default_code == "WEA-001")
        self._create_stock()

    def _create_stock(self):
        """Opening stock, received like any other receipt so that it is valued."""
        Lot = self.env["stock.lot"]
        Quant = self.env["stock.quant"].with_context(inventory_mode=True)
        location = self.warehouse.lot_stock_id
        vals = []
        for part in self.parts:
            if part.tracking == "serial":
                lots = Lot.create(
                    [
                        {
                            "name": f"{part.default_code}-26{number:04d}",
                            "product_id": part.id,
                            "company_id": self.company.id,
                        }
                        for number in range(1, 31)
                    ]
                )
                vals += [(part, lot, 1) for lot in lots]
            else:
                vals.append((part, Lot, 160))
        Quant.create(
            [
                {
                    "product_id": part.id,
                    "lot_id": lot.id,
                    "location_id": location.id,
                    "inventory_quantity": quantity,
                }
                for part, lot, quantity in vals
            ]
        ).action_apply_inventory()

    def _create_machines(self):
        vals = []
        for number in range(60):
            product = self.machine_products[number % len(self.machine_products)]
            customer = self.customers[(number * 7) % len(self.customers)]
            delivered = self.today - timedelta(days=self.random.randint(40, 900))
            produced = delivered - timedelta(days=self.random.randint(15, 60))
            if number in BATCH:
                delivered = self.today - timedelta(days=150)
                produced = delivered - timedelta(days=30)
            vals.append(
                {
                    "name": f"{product.default_code}-{produced:%y%m}-{number + 1:03d}",
                    "product_id": product.id,
                    "company_id": self.company.id,
                    "customer_id": customer.id,
                    "site_id": customer.id,
                    "contract_ref": f"GJ-{delivered:%Y}-{100 + number}",
                    "production_date": produced,
                    "production_batch": f"{product.default_code}/{produced:%Y%m}",
                    "delivery_date": delivered,
                    "acceptance_date": delivered + relativedelta(days=14),
                    "running_hours": (self.today - delivered).days * 9,
                }
            )
        self.machines = self.env["stock.lot"].create(vals)
        self.batch = self.machines.browse(self.machines[number].id for number in BATCH)
