# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
# It talks to the person who waits, and keeps each part of the story it has told.
# pylint: disable=print-used,invalid-commit
"""What the stories of the three addons share: the clock, the people, files.

A story lives months of the demo company through the same buttons as a user's. It
runs in an Odoo shell of ``./aftersales up``; no installation does.
"""

import random
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields

from .pictures import draw_paper, draw_signature


class Storyteller:
    """Acts for the people of the demo company at moments of its past.

    Each story adds ``run``.

    :param env: environment of the shell
    :param clock: the frozen time, moved by :meth:`at`
    """

    def __init__(self, env, clock):
        self.env = env(
            context={
                **env.context,
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "tracking_disable": True,
                "mail_notify_force_send": False,
                "mail_auto_subscribe_no_notify": True,
                "no_reset_password": True,
            }
        )
        self.company = self.env.ref("base.main_company")
        self.clock = clock
        self.random = random.Random(20240618)
        self.now = fields.Datetime.now()
        self.today = self.now.date()
        users = self.env["res.users"].with_context(active_test=False).search([])
        self.users = {user.login: user for user in users}
        self.signature = draw_signature()

    def at(self, moment):
        """Move the clock to ``moment``, never beyond today."""
        self.clock.move_to(min(moment, self.now))

    def ago(self, days, hour=2):
        """Move the clock to ``hour`` (UTC) of the day ``days`` days ago, and
        return the moment."""
        moment = (self.now - timedelta(days=days)).replace(
            hour=hour, minute=0, second=0, microsecond=0
        )
        self.at(moment)
        return min(moment, self.now)

    def by(self, record, login):
        """Return ``record`` in the hands of the demo user ``login``."""
        return record.with_user(self.users[login]).with_company(self.company)

    def employee(self, login):
        return self.users[login].employee_ids[:1]

    def is_past(self, moment):
        return moment < self.now

    def add_hours(self, moment, low, high):
        """Return a time some hours later, at any time of the day."""
        return moment + timedelta(hours=self.random.uniform(low, high))

    def office_time(self, moment, low, high):
        """Return a time some hours later when the office is open: eight to six in
        Shanghai, Monday to Saturday."""
        moment = self.add_hours(moment, low, high)
        if moment.hour >= 10:
            moment = moment.replace(hour=moment.hour % 10) + timedelta(days=1)
        if moment.weekday() == 6:
            moment += timedelta(days=1)
        return moment

    def office_ago(self, minutes):
        """Return the time since which the office was open for so many minutes."""
        moment = self.now
        while minutes:
            moment -= timedelta(minutes=1)
            minutes -= moment.hour < 10 and moment.weekday() != 6
        return moment

    def attach(self, record, name, picture=None):
        """Return ``picture``, or else a page of writing, attached to ``record``."""
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "datas": picture or draw_paper(record.display_name),
                "res_model": record._name,
                "res_id": record.id,
            }
        )


def tell_story(env, title, make_story):
    """Live the story that ``make_story(env, clock)`` gives; say how long it took."""
    begin = datetime.now()
    clock = freeze_time(fields.Datetime.now(), ignore=["psycopg2"])
    frozen = clock.start()
    try:
        make_story(env, frozen).run()
    finally:
        clock.stop()
    _file_mails(env)
    env.cr.commit()
    print(f"demo: {title} in {(datetime.now() - begin).seconds} s", flush=True)


def _file_mails(env):
    """What the year had to send was sent: a company just started is not busy for
    minutes with the copies and links of last spring."""
    env["mail.mail"].search([("state", "=", "outgoing")]).unlink()
    env["tier.review"].search([("is_link_due", "=", True)]).is_link_due = False
    for order in env["aftersales.order"].search(
        [("report_mail_state", "=", "to_send")]
    ):
        reached = order._get_report_recipient()
        order._set_values(report_mail_state="sent" if reached else "no_address")
