# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import format_date


class AftersalesBatchAlert(models.Model):
    """A batch that was cleared or settled and fails again (R-INT-11): its alert is
    raised anew, nothing of the first time is lost."""

    _inherit = "aftersales.batch.alert"

    closed_at = fields.Datetime(string="Closed On", readonly=True, copy=False)

    # === BUSINESS METHODS ===#
    def _needs_raising(self, requests):
        """Whether as many machines as make a batch problem failed after the alert was
        decided.

        :param requests: aftersales.request on this batch inside the window
        """
        self.ensure_one()
        decided_at = self.closed_at or self.recognised_at
        if self.state not in ("rejected", "closed") or not decided_at:
            return False
        since = requests.filtered(lambda request: request.reported_at > decided_at)
        return len(since.lot_id) >= self.company_id.aftersales_batch_count

    def _raise_again(self):
        """Take the alert up again, with its days to look on site."""
        for alert in self:
            alert.message_post(
                body=self.env._(
                    "Raised again: more machines of the batch have failed since it was "
                    "decided on %(date)s.",
                    date=format_date(
                        self.env,
                        alert.company_id._get_aftersales_date(
                            alert.closed_at or alert.recognised_at
                        ),
                    ),
                )
            )
        self._write_guarded(
            {
                "state": "raised",
                "raised_at": fields.Datetime.now(),
                "recognised_at": False,
                "recognised_by_id": False,
                "closed_at": False,
                "warned": False,
            }
        )
        self._create_lines()
        self._notify_raised()
