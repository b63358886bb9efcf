# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def order_states(records, groups, domain):
    """Return the states among ``groups`` in the order of the work: the columns of a
    kanban would follow the alphabet of the technical names.

    To be named as ``group_expand`` of a field ``state``.
    """
    states = records._fields["state"].get_values(records.env)
    return [state for state in states if state in groups]
