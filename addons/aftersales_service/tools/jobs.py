# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def trigger_job(env, xmlid):
    """Have a job run as soon as this transaction is over, if it still exists.

    :param xmlid: of the ``ir.cron``
    """
    # cached, which `env.ref` is not: it asks whether the record is still there
    job_id = env["ir.model.data"]._xmlid_to_res_id(xmlid)
    if job_id:
        # sudo: jobs are the system's, whoever has something for them
        env["ir.cron"].sudo().browse(job_id)._trigger()
