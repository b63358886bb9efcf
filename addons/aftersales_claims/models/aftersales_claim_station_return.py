# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.exceptions import UserError


class AftersalesClaim(models.Model):
    _inherit = "aftersales.claim"

    def _get_station_return(self):
        """Return the version that sent a station's claim back and that the station
        did not answer yet, else an empty one."""
        self.ensure_one()
        # sudo: versions hold amounts; the station reads the comment
        last = self.sudo().version_ids.sorted("id")[-1:]
        sent_back = self.state == "draft" and last.event == "returned"
        return last if sent_back else last.browse()

    def _get_station_files(self):
        """Return the ir.attachment the station itself handed in with its claim
        (R-DSP-16); what staff attach stays inside."""
        self.ensure_one()
        station = self.station_id.commercial_partner_id
        # sudo: the station's own files, on its own claim
        Attachment = self.env["ir.attachment"].sudo()
        return Attachment.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("create_uid.partner_id.commercial_partner_id", "=", station.id),
            ],
            order="id",
        )

    def _get_station_line(self):
        """Return the part the station claimed, which it may correct; none where staff
        have added others."""
        self.ensure_one()
        return self.line_ids if len(self.line_ids) == 1 else self.line_ids.browse()

    def _resubmit_from_station(self, values, files):
        """Hand a claim that was sent back in again (R-DSP-16).

        :param values: damage and, where the station claimed one part, part, quantity,
            old_serial and part_note as corrected, all strings
        :param files: list of (name, bytes), further evidence
        :raises UserError: it was not sent back, no damage report, unknown part, bad
            quantity, or still not complete
        """
        self.ensure_one()
        if not self._get_station_return():
            raise UserError(
                self.env._("%(claim)s was handed in already.", claim=self.name)
            )
        # sudo: a station has no rights on claims; it completes its own
        claim = self.sudo()
        self._check_station_report(values)
        claim.damage = values.get("damage")
        line = claim._get_station_line()
        if line and values.get("part"):
            line.write(claim._prepare_station_correction(values))
        self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": claim._name,
                    "res_id": claim.id,
                }
                for name, content in files
            ]
        )
        claim.action_submit()

    def _prepare_station_correction(self, values):
        """Return the values of the part as the station corrected it."""
        quantity, *_others = self._read_station_figures(values)
        part = self._find_station_part(values["part"])
        self._check_station_figures(self.lot_id, part, quantity, False)
        return {
            "product_id": part.id,
            "quantity": quantity,
            "old_lot_name": values.get("old_serial") or False,
            "part_note": values.get("part_note") or False,
        }
