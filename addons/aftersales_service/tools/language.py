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
