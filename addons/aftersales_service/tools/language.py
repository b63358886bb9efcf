# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In which language a job writes what people will read."""

import functools


def in_company_language(job):
    """Run a scheduled job in the language of its company.

    A job has no user in front of a screen and so no language of its own; what it
    writes (to-dos, messages, requests) would be English in a Chinese company.
    """

    @functools.wraps(job)
    def run(self, *args, **kwargs):
        if not self.env.context.get("lang"):
            user = self.env.user
            # sudo: the language only, whoever runs the job
            company_lang = self.env.company.sudo().partner_id.lang
            self = self.with_context(lang=company_lang or user.lang)
        return job(self, *args, **kwargs)

    return run


def in_language_of(record, user=None, partner=None, company=None):
    """Return ``record`` in the language of the person who will read what it writes.

    A notice is for its reader: a manager who works in English writes to a technician
    who reads Chinese.

    :param user: the reader's login, if he has one
    :param partner: the reader's contact, if he has no login
    :param company: whose language is taken for a reader without one
    """
    # sudo: the language only, whoever writes
    lang = (
        (user and user.sudo().lang)
        or (partner and partner.sudo().lang)
        or (company and company.sudo().partner_id.lang)
    )
    return record.with_context(lang=lang) if lang else record
