# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

#: what a reading says; warranty by running hours follows from it
READING_FIELDS = {"lot_id", "date", "hours", "user_id"}


class AftersalesMachineReading(models.Model):
    """A reading of a machine's running hours (R-WAR-01)."""

    _name = "aftersales.machine.reading"
    _inherit = "aftersales.guard.mixin"
    _description = "Running Hours Reading"
    _rec_name = "lot_id"
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
                        date=format_date(self.env, reading.date),
                    )
                )
        for reading in self.lot_id.reading_ids:
            for other in reading.lot_id.reading_ids & self:
                if other.date < reading.date and other.hours > reading.hours:
                    raise ValidationError(self._get_backward_message(other, reading))
                if other.date > reading.date and other.hours < reading.hours:
                    raise ValidationError(self._get_backward_message(reading, other))

    # === CRUD METHODS ===#
    def write(self, vals):
        """Correct readings; the machine's log keeps what they said before.

        :raises UserError: too late for anybody but the service manager
        """
        if not READING_FIELDS & vals.keys():
            return super().write(vals)
        self._check_correctable()
        before = {reading: (reading.hours, reading.date) for reading in self}
        res = super().write(vals)
        for reading, (hours, date) in before.items():
            if (hours, date) != (reading.hours, reading.date):
                # sudo: who reads the counter need not write the machine file
                reading.lot_id.sudo()._message_log(
                    body=self.env._(
                        "Reading corrected: %(old_hours)s h on %(old_date)s is now "
                        "%(hours)s h on %(date)s.",
                        old_hours=f"{hours:g}",
                        old_date=format_date(self.env, date),
                        hours=f"{reading.hours:g}",
                        date=format_date(self.env, reading.date),
                    )
                )
        return res

    # === BUSINESS METHODS ===#
    def _check_correctable(self):
        """:raises UserError: somebody else's reading, or one older than a day"""
        if self.env.su or self.env.user.has_group("aftersales_service.group_manager"):
            return
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        if any(
            reading.create_uid != self.env.user or reading.create_date < yesterday
            for reading in self
        ):
            raise UserError(
                self.env._(
                    "The warranty follows from the readings: who entered one corrects "
                    "it within a day, later the service manager does."
                )
            )

    def _get_backward_message(self, earlier, later):
        return self.env._(
            "The counter of %(machine)s cannot run backward: %(hours1)s h on "
            "%(date1)s, %(hours2)s h on %(date2)s.",
            machine=earlier.lot_id.name,
            hours1=earlier.hours,
            date1=format_date(self.env, earlier.date),
            hours2=later.hours,
            date2=format_date(self.env, later.date),
        )
