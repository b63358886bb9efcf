# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AftersalesToolRegister(models.Model):
    """Who held what from when to when, read off the finished stock moves (R-TOL-03).

    A serial tool gives one row for each time in one person's custody. Consumables
    have no identity: each receipt is a row, each return or scrap a negative one, so
    that the sum over rows up to a day is what was held that day.

    With ``tool_register_date`` in the context the calibration due is the one known
    on that day, and the department the one the person belonged to; it is set by the
    dialog that asks for the day."""

    _name = "aftersales.tool.register"
    _description = "Tool Register"
    _auto = False
    _order = "date_from desc, id desc"
    _rec_name = "product_id"
    _depends = {
        "aftersales.tool.calibration": ["date", "lot_id", "result", "valid_until"],
        "hr.employee": ["current_version_id"],
        "hr.version": ["active", "date_version", "department_id", "employee_id"],
        "product.product": ["standard_price"],
        "product.template": [
            "calibration_interval",
            "is_tool",
            "tool_class_id",
            "tracking",
        ],
        "stock.location": ["aftersales_holder_id"],
        "stock.lot": [
            "calibration_due",
            "end_of_life",
            "tool_currency_id",
            "tool_price",
        ],
        "stock.move.line": [
            "company_id",
            "date",
            "location_dest_id",
            "location_id",
            "lot_id",
            "product_id",
            "quantity_product_uom",
            "state",
        ],
    }

    employee_id = fields.Many2one("hr.employee", string="Person", readonly=True)
    department_id = fields.Many2one("hr.department", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    location_id = fields.Many2one("stock.location", readonly=True)
    product_id = fields.Many2one("product.product", string="Tool", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Serial Number", readonly=True)
    tool_class_id = fields.Many2one("aftersales.tool.class", readonly=True)
    date_from = fields.Datetime(string="Held Since", readonly=True)
    date_to = fields.Datetime(string="Until", readonly=True)
    is_current = fields.Boolean(readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    end_of_life = fields.Date(readonly=True)
    calibration_due = fields.Date(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    value = fields.Monetary(
        string="Original Value",
        readonly=True,
        groups="aftersales_service.group_costs,aftersales_service.group_storekeeper",
        help="Original price of a tool; present cost of what has no serial number.",
    )

    # === ACTION METHODS ===#
    def action_report_tool_lost(self):
        """Open the loss report of a tool the user holds, filled in (R-TOL-06).

        :raises UserError: he does not hold it (any more)"""
        self.ensure_one()
        self._check_held_by_user()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Loss Report"),
            "res_model": "aftersales.tool.compensation",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_lot_id": self.lot_id.id,
                "default_employee_id": self.employee_id.id,
                "default_company_id": self.company_id.id,
                "holder": True,
            },
        }

    def action_hand_over(self):
        """Open the hand-over of the tools chosen, to name who gets them and sign
        (R-TOL-04).

        :raises UserError: the user does not hold one of them, or they are of several
            companies"""
        self._check_held_by_user()
        if len(self.company_id) != 1 or len(self.employee_id) != 1:
            raise UserError(
                self.env._("Hand over the tools of one company at a time, please.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand-over"),
            "res_model": "aftersales.tool.custody",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_kind": "handover",
                "default_employee_id": self.employee_id.id,
                "default_company_id": self.company_id.id,
                "default_line_ids": [
                    fields.Command.create(
                        {"product_id": row.product_id.id, "lot_id": row.lot_id.id}
                    )
                    for row in self
                ],
            },
        }

    def _check_held_by_user(self):
        self.check_access("read")
        # sudo: where the tools are now, which their holder has no right on
        for row in self.sudo():
            if (
                not row.lot_id
                or row.lot_id.custodian_id != row.employee_id
                or row.employee_id.user_id != self.env.user
            ):
                raise UserError(
                    self.env._(
                        "You do not hold %(tool)s.",
                        tool=row.lot_id.display_name or row.product_id.display_name,
                    )
                )

    # === SQL ===#
    def _get_calibration_sql(self):
        """Return the SQL of the calibration due of row ``r``: today's, or as it was
        known at the day in the context."""
        date = self.env.context.get("tool_register_date")
        if not date:
            return SQL("lot.calibration_due")
        return SQL(
            """
            CASE WHEN r.calibration_interval > 0 THEN COALESCE(
                (SELECT CASE WHEN cal.result = 'failed' THEN cal.date
                             ELSE cal.valid_until END
                   FROM aftersales_tool_calibration cal
                  WHERE cal.lot_id = r.lot_id AND cal.date <= %(date)s
               ORDER BY cal.date DESC, cal.id DESC
                  LIMIT 1),
                (lot.create_date + r.calibration_interval * interval '1 month')::date
            ) END
            """,
            date=fields.Date.to_date(date),
        )

    def _get_version_sql(self):
        """Return the SQL of the id of the person's version: today's, or the one in
        force at the day in the context."""
        date = self.env.context.get("tool_register_date")
        if not date:
            return SQL("employee.current_version_id")
        return SQL(
            """
            COALESCE(
                (SELECT past.id
                   FROM hr_version past
                  WHERE past.employee_id = employee.id AND past.active
                    AND past.date_version <= %(date)s
               ORDER BY past.date_version DESC
                  LIMIT 1),
                employee.current_version_id
            )
            """,
            date=fields.Date.to_date(date),
        )

    @property
    def _table_query(self):
        # A report view: window functions over the finished lines of tools, which
        # the ORM cannot express. The only input is a date, passed as a parameter.
        return SQL(
            """
            WITH moved AS (
                SELECT sml.id, sml.lot_id, sml.product_id, sml.company_id, sml.date,
                       sml.location_id, sml.location_dest_id,
                       sml.quantity_product_uom AS quantity, pt.tool_class_id,
                       pt.calibration_interval,
                       (pp.standard_price ->> sml.company_id::text)::numeric AS cost,
                       CASE WHEN pt.tracking = 'serial' THEN
                           LEAD(sml.date) OVER (
                               PARTITION BY pt.tracking, sml.lot_id
                               ORDER BY sml.date, sml.id
                           )
                       END AS date_to,
                       pt.tracking = 'serial' AS is_serial
                  FROM stock_move_line sml
                  JOIN product_product pp ON pp.id = sml.product_id
                  JOIN product_template pt ON pt.id = pp.product_tmpl_id
                 WHERE sml.state = 'done' AND pt.is_tool
            ), rows AS (
                SELECT id * 2 AS id, lot_id, product_id, company_id, tool_class_id,
                       location_dest_id AS location_id, date AS date_from, date_to,
                       quantity, is_serial, calibration_interval, cost
                  FROM moved
                 UNION ALL
                SELECT id * 2 + 1, lot_id, product_id, company_id, tool_class_id,
                       location_id, date, NULL, -quantity, is_serial,
                       calibration_interval, cost
                  FROM moved
                 WHERE NOT is_serial
            )
            SELECT r.id, r.lot_id, r.product_id, r.company_id, r.tool_class_id,
                   r.location_id, r.date_from, r.date_to, r.quantity,
                   r.date_to IS NULL AS is_current,
                   loc.aftersales_holder_id AS employee_id, version.department_id,
                   lot.end_of_life, %(calibration)s AS calibration_due,
                   COALESCE(lot.tool_currency_id, company.currency_id) AS currency_id,
                   COALESCE(lot.tool_price, r.cost, 0) * r.quantity AS value
              FROM rows r
              JOIN stock_location loc ON loc.id = r.location_id
              JOIN res_company company ON company.id = r.company_id
              JOIN hr_employee employee ON employee.id = loc.aftersales_holder_id
         LEFT JOIN hr_version version ON version.id = %(version)s
         LEFT JOIN stock_lot lot ON lot.id = r.lot_id
            """,
            calibration=self._get_calibration_sql(),
            version=self._get_version_sql(),
        )
