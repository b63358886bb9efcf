# Copyright 2026 The aftersales contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command
from odoo.tests import tagged

from .common_recovery import RecoveryCommon


@tagged("post_install", "-at_install")
class TestRechargeTaxes(RecoveryCommon):
    """Taxes on what customers are charged of a claim (R-CLM-10, R-CLM-11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        payable = cls.company.aftersales_cost_account_purchasing_id
        cls.tax_account = payable.copy({"code": "222191", "name": "Output VAT"})
        cls.tax = cls._create_tax("VAT 13 %", 13)
        cls.company.account_sale_tax_id = cls.tax

    @classmethod
    def _create_tax(cls, name, amount, company=None, **vals):
        company = company or cls.company
        tax = cls.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "company_id": company.id,
                "country_id": company.account_fiscal_country_id.id,
                "type_tax_use": "sale",
                **vals,
            }
        )
        shares = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
        shares.filtered(
            lambda line: line.repartition_type == "tax"
        ).account_id = cls.tax_account
        return tax

    def _charge(self, percent=15, **vals):
        """Post a decision of 8,070; return the customer's share and its invoice."""
        liability = self.as_user(self.env["aftersales.liability"], "quality_vp").create(
            {
                "claim_id": self._create_spine_claim().id,
                "analysis": "Stones too big",
                "share_ids": [
                    Command.create(
                        {
                            "party": "customer",
                            "partner_id": self.customer.id,
                            "percent": percent,
                        }
                    ),
                    Command.create({"party": "company", "percent": 100 - percent}),
                ],
            }
        )
        liability.action_submit()
        self.as_user(liability, "general_manager").action_approve("Agreed")
        self.as_user(liability, "accountant").action_post()
        share = liability.with_env(self.env).share_ids[0]
        return share, share.account_move_id

    def test_default_is_the_companys_tax(self):
        """R-CLM-10: the company's own default sales tax, followed when it changes, or
        others by the settings; each company has its own."""
        self.assertEqual(self.company.aftersales_recharge_tax_ids, self.tax)
        other = self._create_tax("VAT 9 %", 9)
        self.company.account_sale_tax_id = other
        self.assertEqual(self.company.aftersales_recharge_tax_ids, other)
        sister = self.env["res.company"].create({"name": "Sister"})
        self.assertFalse(sister.aftersales_recharge_tax_ids)
        settings = self.env["res.config.settings"].with_company(self.company).create({})
        settings.aftersales_recharge_tax_ids = [Command.set(self.tax.ids)]
        settings.execute()
        self.assertEqual(self.company.aftersales_recharge_tax_ids, self.tax)
        self.assertFalse(sister.aftersales_recharge_tax_ids)

    def test_chosen_taxes_stay(self):
        """R-CLM-10: taxes somebody has chosen, or none, stay when the default sales
        tax of the company changes; else they follow it."""
        company = self.company
        low = self._create_tax("VAT 9 %", 9)
        company.account_sale_tax_id = low
        self.assertEqual(company.aftersales_recharge_tax_ids, low)
        for chosen in (self._create_tax("VAT 6 %", 6), self.env["account.tax"]):
            company.aftersales_recharge_tax_ids = chosen
            company.account_sale_tax_id = self.tax
            self.assertEqual(company.aftersales_recharge_tax_ids, chosen)
            company.account_sale_tax_id = low
            self.assertEqual(company.aftersales_recharge_tax_ids, chosen)

    def test_customers_share_is_taxed(self):
        """R-CLM-10: the customer's share is the amount before tax: what is recovered is
        never above cost times share, the books are as before when it is reversed."""
        share, invoice = self._charge()
        self.assertEqual(share.amount, 1210.5)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax), (1210.5, 157.37))
        self.assertEqual(invoice.invoice_line_ids.tax_ids, self.tax)
        before = self._balance()
        invoice.action_post()
        self.assertEqual(self._balance(self.warranty_expense_account), 8070 - 1210.5)
        self.assertEqual(self._balance(self.tax_account), -157.37)
        self.assertEqual(share.liability_id.amount_recovered, 1210.5)
        self.as_user(share.liability_id, "accountant").action_reverse("Wrong")
        self.assertEqual(self._balance(), before)

    def test_tax_in_the_price(self):
        """R-CLM-10: a tax that prices include comes on top of the share as well."""
        self.company.aftersales_recharge_tax_ids = self._create_tax(
            "VAT 13 % incl.", 13, price_include_override="tax_included"
        )
        share, invoice = self._charge(33.33)
        self.assertEqual(share.amount, 2689.73)
        self.assertEqual(
            (invoice.amount_untaxed, invoice.amount_tax), (2689.73, 349.66)
        )

    def test_fiscal_position_and_no_tax(self):
        """R-CLM-10: a customer abroad is charged by his fiscal position; a company that
        chose no tax charges none."""
        export = self.env["account.fiscal.position"].create(
            {"name": "Export", "company_id": self.company.id}
        )
        zero = self._create_tax(
            "Export 0 %",
            0,
            fiscal_position_ids=[Command.set(export.ids)],
            original_tax_ids=[Command.set(self.tax.ids)],
        )
        customer = self.customer.with_company(self.company)
        customer.property_account_position_id = export
        _share, invoice = self._charge()
        self.assertEqual(invoice.fiscal_position_id, export)
        self.assertEqual(invoice.invoice_line_ids.tax_ids, zero)
        self.assertEqual((invoice.amount_untaxed, invoice.amount_tax), (1210.5, 0))
        customer.property_account_position_id = False
        self.company.aftersales_recharge_tax_ids = False
        part = self._charge_old_part()
        self.assertFalse(part.charge_move_id.invoice_line_ids.tax_ids)
        self.assertEqual(part.charge_move_id.amount_total, 260)

    def test_old_part_kept_is_taxed(self):
        """R-CLM-11: an old part the customer kept is charged with the same taxes."""
        invoice = self._charge_old_part().charge_move_id
        self.assertEqual((invoice.amount_untaxed, invoice.amount_total), (260, 293.8))
