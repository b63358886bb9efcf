# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What no caller writes by hand, whatever the forms show."""

from odoo.exceptions import AccessError


def check_computed(records, vals):
    """Stored figures follow from others; a form shows them read-only, the ORM alone
    would take them from anybody.

    :param records: recordset about to be created or written
    :param vals: values given
    :raises AccessError: one of them is computed
    """
    if records.env.su:
        return
    for name in vals:
        field = records._fields.get(name)
        if (
            field is not None
            and field.compute
            and field.store
            and field.readonly
            and not field.related
        ):
            raise AccessError(
                records.env._(
                    "“%(field)s” is computed and not written by hand.",
                    field=field._description_string(records.env),
                )
            )
