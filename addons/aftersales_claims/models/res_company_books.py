# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate
from odoo.tools.translate import LazyGettext

_lt = LazyTranslate(__name__)


class AccountProposal(NamedTuple):
    """An account of the Chinese charts, to be made where a setting has none."""

    #: prefix of its code in the chart of small companies, and of large ones
    small: str
    large: str
    name: LazyGettext
    account_type: str


#: setting -> its account
ACCOUNT_PROPOSALS = {
    "aftersales_warranty_account_id": AccountProposal(
        "5601", "6601", _lt("Warranty expense"), "expense"
    ),
    "aftersales_provision_account_id": AccountProposal(
        "2801", "2801", _lt("Warranty provision"), "liability_current"
    ),
    "aftersales_cost_account_processing_id": AccountProposal(
        "4101", "5101", _lt("Warranty processing"), "expense"
    ),
    "aftersales_cost_account_purchasing_id": AccountProposal(
        "2241", "2241", _lt("Warranty purchases"), "liability_current"
    ),
    "aftersales_cost_account_shipping_id": AccountProposal(
        "2241", "2241", _lt("Warranty freight"), "liability_current"
    ),
    "aftersales_cost_account_labour_id": AccountProposal(
        "2211", "2211", _lt("Warranty labour"), "liability_current"
    ),
    "aftersales_cost_account_travel_id": AccountProposal(
        "2241", "2241", _lt("Warranty travel"), "liability_current"
    ),
    "aftersales_carrier_account_id": AccountProposal(
        "1221", "1221", _lt("Claims on carriers"), "asset_current"
    ),
}


class ResCompany(models.Model):
    """Accounts of the warranty claims; everything else comes from the ERP."""

    _inherit = "res.company"

    aftersales_claim_journal_id = fields.Many2one(
        "account.journal",
        string="Claim Journal",
        check_company=True,
        domain=[("type", "=", "general")],
        help="Journal of claim costs; the company's first miscellaneous one if empty.",
    )
    aftersales_warranty_account_id = fields.Many2one(
        related="aftersales_warranty_location_id.valuation_account_id",
        string="Warranty Expense Account",
        readonly=False,
        help="Valuation account of the warranty location.",
    )
    aftersales_provision_method = fields.Selection(
        [("expense", "Direct expense"), ("provision", "Provision")],
        string="Warranty Method",
        default="expense",
        required=True,
        help="Claims are expensed when they arise, or use the provision accrued "
        "with the sales.",
    )
    aftersales_provision_from = fields.Date(
        string="Provision From",
        help="Claims from this date on use the provision; earlier ones are expensed.",
    )
    aftersales_provision_account_id = fields.Many2one(
        "account.account", string="Warranty Provision Account", check_company=True
    )
    aftersales_cost_account_processing_id = fields.Many2one(
        "account.account", string="Processing Costs Account", check_company=True
    )
    aftersales_cost_account_purchasing_id = fields.Many2one(
        "account.account", string="Purchasing Costs Account", check_company=True
    )
    aftersales_cost_account_shipping_id = fields.Many2one(
        "account.account", string="Shipping Costs Account", check_company=True
    )
    aftersales_cost_account_labour_id = fields.Many2one(
        "account.account", string="Labour Costs Account", check_company=True
    )
    aftersales_cost_account_travel_id = fields.Many2one(
        "account.account", string="Travel Costs Account", check_company=True
    )
    aftersales_carrier_account_id = fields.Many2one(
        "account.account", string="Carrier Receivable Account", check_company=True
    )

    # === BUSINESS METHODS ===#
    def _get_aftersales_account(self, fname):
        """Return the account set in ``fname``.

        :raises UserError: it is empty or archived; the message names the setting
        """
        self.ensure_one()
        # sudo: service staff trigger postings without reading the chart
        account = self.sudo()[fname]
        if not account:
            raise UserError(
                self.env._(
                    "Set the %(setting)s of %(company)s in the after-sales settings.",
                    setting=self._fields[fname]._description_string(self.env),
                    company=self.name,
                )
            )
        self._check_aftersales_in_use(fname)
        return account

    def _get_aftersales_warranty_account(self, date, check_location=False):
        """Return the account claims of ``date`` are charged to: warranty expense, or
        the provision where the company's method says so (R-CLM-09).

        :param check_location: goods are about to move, so the location needs one too
        """
        self.ensure_one()
        use_provision = self.aftersales_provision_method == "provision" and (
            not self.aftersales_provision_from or self.aftersales_provision_from <= date
        )
        if check_location or not use_provision:
            expense = self._get_aftersales_account("aftersales_warranty_account_id")
        if use_provision:
            return self._get_aftersales_account("aftersales_provision_account_id")
        return expense

    def _get_aftersales_warranty_accounts(self):
        """Return every account claims may have been charged to."""
        # sudo: see _get_aftersales_account
        company = self.sudo()
        return (
            company.aftersales_warranty_account_id
            | company.aftersales_provision_account_id
        )

    def _get_aftersales_cost_account(self, kind):
        """Return the counterpart account of a kind of claim cost."""
        return self._get_aftersales_account(
            "aftersales_cost_account_"
            + {"material": "purchasing"}.get(kind, kind)
            + "_id"
        )

    def _get_aftersales_claim_journal(self):
        """Return the journal of claim costs.

        :raises UserError: the company has no miscellaneous journal, or the one of the
            settings is archived
        """
        self.ensure_one()
        self._check_aftersales_in_use("aftersales_claim_journal_id")
        journal = self.aftersales_claim_journal_id or self.env[
            "account.journal"
        ].search(
            [
                *self.env["account.journal"]._check_company_domain(self),
                ("type", "=", "general"),
            ],
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._(
                    "Set the %(setting)s of %(company)s in the after-sales settings.",
                    setting=self._fields[
                        "aftersales_claim_journal_id"
                    ]._description_string(self.env),
                    company=self.name,
                )
            )
        return journal

    def _setup_aftersales_accounts(self):
        """Fill empty account settings with those of the company it is a branch of, else
        with sub-accounts of the company's chart, created where missing, and name the
        journal. Idempotent.

        :return: the accounts set
        :raises UserError: the company has no miscellaneous journal
        """
        Account = self.env["account.account"]
        created = Account
        for company in self:
            accounts = Account.with_company(company)
            domain = accounts._check_company_domain(company)
            large = accounts.search_count([*domain, ("code", "=like", "66%")], limit=1)
            for fname, (small, big, name, kind) in ACCOUNT_PROPOSALS.items():
                if company[fname]:
                    continue
                # sudo: settings of a company above, whose chart is the branch's too
                above = company.sudo().parent_ids - company
                if inherited := above[fname][-1:]:
                    company[fname] = inherited
                    created |= inherited
                    continue
                prefix = big if large else small
                names = company._get_aftersales_account_names(name)
                account = accounts.search(
                    [*domain, ("code", "=like", prefix + "%")]
                ).filtered(
                    lambda item, names=names: any(
                        item.with_context(lang=lang).name == text
                        for lang, text in names.items()
                    )
                )[:1]
                if not account:
                    account = accounts.with_context(lang="en_US").create(
                        {
                            "name": names["en_US"],
                            "code": accounts._search_new_account_code(prefix + "01"),
                            "account_type": kind,
                            "company_ids": [fields.Command.set(company.root_id.ids)],
                        }
                    )
                    account.update_field_translations("name", names)
                company[fname] = account
                created |= account
            company.aftersales_claim_journal_id = (
                company._get_aftersales_claim_journal()
            )
        return created

    def _get_aftersales_account_names(self, name):
        """Return {language: name} of an account in every language the books are read
        in, as the ERP names those of its charts; English first."""
        languages = [
            "en_US",
            *(code for code, _name in self.env["res.lang"].get_installed()),
        ]
        return {lang: self.with_context(lang=lang).env._(name) for lang in languages}
