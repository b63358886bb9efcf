# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesMachineReading(models.Model):
    """A reading of a machine's running hours."""

    _name = "aftersales.machine.reading"
    _description = "Running Hours Reading"
    _order = "date desc, hours desc, id desc"
    _check_company_auto = True

    lot_id = fields.Many2one(
        "stock.lot",
        string="Machine",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        domain=[("is_machine", "=", True)],
    )
    company_id = fields.Many2one(related="lot_id.company_id", store=True, index=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    hours = fields.Float(required=True, aggregator="max")
    order_id = fields.Many2one(
        "aftersales.order",
        string="Service Order",
        index="btree_not_null",
        check_company=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Read by", default=lambda self: self.env.user
    )
    note = fields.Char()

    _positive_hours = models.Constraint(
        "CHECK(hours >= 0)", "Running hours cannot be negative."
    )

    @api.constrains("date", "hours", "lot_id")
    def _check_order_of_readings(self):
        """The counter only runs forward, and not in the future."""
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        for reading in self:
            if reading.date > tomorrow:
                raise ValidationError(
                    self.env._(
                        "A reading cannot lie in the future (%(date)s).",
                        date=reading.date,
                    )
                )
        for reading in self.lot_id.reading_ids:
            for other in reading.lot_id.reading_ids & self:
                if other.date < reading.date and other.hours > reading.hours:
                    raise ValidationError(self._get_backward_message(other, reading))
                if other.date > reading.date and other.hours < reading.hours:
                    raise ValidationError(self._get_backward_message(reading, other))

    def _get_backward_message(self, earlier, later):
        return self.env._(
            "The counter of %(machine)s cannot run backward: %(hours1)s h on "
            "%(date1)s, %(hours2)s h on %(date2)s.",
            machine=earlier.lot_id.name,
            hours1=earlier.hours,
            date1=earlier.date,
            hours2=later.hours,
            date2=later.date,
        )
