# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What no caller writes by hand, whatever the forms show."""

from odoo.exceptions import AccessError, UserError


def is_copied(field):
    """Return whether ``field`` keeps what another document says."""
    return bool(field.related and field.store and field.readonly)


def check_computed(records, vals, written=False):
    """Stored figures follow from others, a document's number from its sequence; a form
    shows them read-only, the ORM alone would take them from anybody.

    :param records: recordset about to be created (an empty one) or written
    :param vals: values given
    :param written: the records exist: then also what they keep of other documents
    :raises AccessError: one of them is computed, or the number of a document that has
        one
    """
    if records.env.su:
        return
    check_number(records, vals)
    for name in vals:
        field = records._fields.get(name)
        if field is None or not (field.store and field.readonly):
            continue
        if (field.compute and not field.related) or (written and is_copied(field)):
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


def without_copies(records, vals_list):
    """Return ``(records, vals_list)`` ready to create, without what new records take
    over from other documents: given with them, or as a default of the context, it would
    stay as it was given."""
    copied = {name for name, field in records._fields.items() if is_copied(field)}
    if records.env.su or not copied:
        return records, vals_list
    defaults = {f"default_{name}" for name in copied} & set(records.env.context)
    if defaults:
        context = {k: v for k, v in records.env.context.items() if k not in defaults}
        records = records.with_env(records.env(context=context))
    return records, [
        {name: value for name, value in vals.items() if name not in copied}
        for vals in vals_list
    ]


def check_role(records, *groups):
    """A button hidden from a role can still be called over RPC.

    :param records: recordset the step is about
    :param groups: XML IDs of the roles that may take it
    :raises AccessError: the user has none of them
    """
    env = records.env
    if not env.su and not any(map(env.user.has_group, groups)):
        raise AccessError(env._("This decision is not yours to take."))


def check_stays_on_file(records, *states):
    """What has happened is cancelled, ended or answered; deleted it would be as if it
    had not.

    :param records: recordset about to be deleted
    :param states: values of ``state`` in which nothing has happened yet
    :raises UserError: one of them is past these states
    """
    begun = records.filtered(lambda record: record.state not in states)
    if begun:
        raise UserError(
            records.env._(
                "%(documents)s: this stays on file; only what has not been dealt with "
                "yet is deleted.",
                documents=", ".join(begun.mapped("display_name")),
            )
        )
