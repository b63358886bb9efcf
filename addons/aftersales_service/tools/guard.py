# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What no caller writes by hand, whatever the forms show."""

from odoo.exceptions import AccessError


def check_computed(records, vals):
    """Stored figures follow from others, a document's number from its sequence; a form
    shows them read-only, the ORM alone would take them from anybody.

    :param records: recordset about to be created (an empty one) or written
    :param vals: values given
    :raises AccessError: one of them is computed, or the number of a document that has
        one
    """
    if records.env.su:
        return
    check_number(records, vals)
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


def check_number(records, vals):
    """A document keeps the number it was filed under: papers, entries and transfers
    name it. An administrator may correct an imported one; new documents bring theirs
    from the register kept so far.

    :raises AccessError: somebody else renumbers one of ``records``
    """
    field = records._fields.get("name")
    if (
        "name" not in vals
        or not records
        or field is None
        or not (field.readonly and field.store)
        or field.compute
        or records.env.su
        or records.env.user.has_group("base.group_system")
    ):
        return
    if any(record.name != vals["name"] for record in records):
        raise AccessError(
            records.env._(
                "%(documents)s: a document keeps its number. An administrator may "
                "correct it.",
                documents=", ".join(records.mapped("display_name")),
            )
        )


def check_role(records, *groups):
    """A button hidden from a role can still be called over RPC.

    :param records: recordset the step is about
    :param groups: XML IDs of the roles that may take it
    :raises AccessError: the user has none of them
    """
    env = records.env
    if not env.su and not any(map(env.user.has_group, groups)):
        raise AccessError(env._("This decision is not yours to take."))
