# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: in the context of the correction itself; no context from outside can hold it
APPLYING = object()

PARTNER_FIELDS = ("name", "street", "street2", "city", "zip", "phone", "email")


class AftersalesRequestCorrection(models.Model):
    """Customer data found wrong on the way, corrected and kept (R-INT-13).

    Creating one makes the correction."""

    _name = "aftersales.request.correction"
    _description = "Correction of Customer Data"
    _order = "corrected_at desc, id desc"
    _rec_name = "request_id"

    request_id = fields.Many2one(
        "aftersales.request", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    target = fields.Selection(
        [
            ("partner", "Customer"),
            ("contact", "Contact"),
            ("site", "Site"),
            ("machine", "Machine"),
        ],
        required=True,
        default="partner",
    )
    field_name = fields.Selection(
        [
            ("name", "Name"),
            ("street", "Street"),
            ("street2", "Street, second line"),
            ("city", "City"),
            ("zip", "Postal code"),
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("product_id", "Model"),
        ],
        string="What",
        required=True,
        default="phone",
    )
    partner_id = fields.Many2one("res.partner", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    old_value = fields.Char(readonly=True)
    new_value = fields.Char(string="Correct Value")
    product_id = fields.Many2one("product.product", string="Correct Model")
    user_id = fields.Many2one(
        "res.users", string="Corrected By", default=lambda s: s.env.user, readonly=True
    )
    corrected_at = fields.Datetime(default=fields.Datetime.now, readonly=True)

    @api.constrains("target", "field_name")
    def _check_target(self):
        for line in self:
            if (line.target == "machine") != (line.field_name == "product_id"):
                raise ValidationError(
                    self.env._(
                        "Of a machine the model can be corrected, of others "
                        "the address."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        for line in lines:
            line._apply()
        return lines

    def write(self, vals):
        frozen = set(vals) & {"target", "field_name", "new_value", "product_id"}
        if frozen and self.env.context.get("aftersales_applying") is not APPLYING:
            raise UserError(
                self.env._("A correction made is kept; make another one instead.")
            )
        return super().write(vals)

    def _apply(self):
        self.ensure_one()
        request = self.request_id
        request.check_access("write")
        if self.target == "machine":
            self._apply_model(request)
        else:
            self._apply_address(request)
        request._message_log(
            body=self.env._(
                "Customer data corrected: %(what)s %(old)s → %(new)s",
                what=dict(self._fields["field_name"]._description_selection(self.env))[
                    self.field_name
                ],
                old=self.old_value or "-",
                new=self.new_value,
            )
        )

    def _apply_address(self, request):
        partner = {
            "partner": request.partner_id,
            "contact": request.contact_id,
            "site": request.site_id,
        }[self.target]
        if not partner:
            raise UserError(self.env._("The request has no such address yet."))
        if not (self.new_value or "").strip():
            raise UserError(self.env._("The correct value is missing."))
        # sudo: who serves the customer corrects his address, and nothing else
        partner = partner.sudo()
        self._check_correctable(partner)
        self.sudo().write(
            {"partner_id": partner.id, "old_value": partner[self.field_name]}
        )
        partner.write({self.field_name: self.new_value.strip()})
        if self.target != "site" and self.field_name in ("phone", "email"):
            fname = "phone" if self.field_name == "phone" else "email_from"
            request[fname] = self.new_value.strip()

    def _check_correctable(self, partner):
        """Corrections reach customers only: who could write the e-mail address of a
        person with a login could have that person's password sent to himself.

        :raise UserError: for colleagues, own companies, and the e-mail of a login
        """
        users = partner.with_context(active_test=False).user_ids
        if (
            users.filtered(lambda user: not user.share)
            or partner.with_context(active_test=False).ref_company_ids
            or (users and self.field_name == "email")
        ):
            raise UserError(
                self.env._(
                    "The data of %(name)s belong to a login or to an own company; "
                    "the administrator corrects them.",
                    name=partner.display_name,
                )
            )

    def _apply_model(self, request):
        lot = request.lot_id
        if not lot:
            raise UserError(self.env._("The request has no machine yet."))
        if not self.product_id:
            raise UserError(self.env._("The correct model is missing."))
        vals = {
            "lot_id": lot.id,
            "old_value": lot.product_id.display_name,
        }
        new = self.product_id
        # sudo: as in _apply_address; stock itself refuses a lot already moved
        self.sudo().with_context(aftersales_applying=APPLYING).write(
            {**vals, "new_value": new.display_name}
        )
        lot.sudo().product_id = new
        request.product_id = new
