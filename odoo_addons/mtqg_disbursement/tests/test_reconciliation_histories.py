"""Random books through the database: it finds what the engine finds."""

import random
from datetime import date, timedelta

from odoo.tests import tagged

from odoo.addons.mtqg_disbursement.engine.matching import match, match_exactly
from odoo.addons.mtqg_disbursement.engine.matching_items import Item, Rules
from odoo.addons.mtqg_disbursement.store import reconciliations
from odoo.addons.mtqg_disbursement.store.reconciliation_scope import read_scope
from odoo.addons.mtqg_disbursement.tests.statement_case import ReconciliationCase

HISTORIES = 40
PERIOD = date(2024, 3, 1), date(2024, 3, 31)
# entry, as the Treasury's columns name it
MEASURES = {"advance": "advance", "completed": "completed", "recover": "recovered"}


@tagged("post_install", "-at_install")
class TestReconciliationHistories(ReconciliationCase):
    """Few amounts, days and numbers, so that many payments look alike."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_project = cls._make_project("7000012")
        cls.other = cls._allocate(
            cls.root,
            cls.commune_a,
            300 * 10**9,
            program=cls.content,
            project=cls.other_project,
        )
        cls.balances = {cls.balance: cls.project, cls.other: cls.other_project}

    def test_exact_keys_in_the_database_leave_what_the_engine_leaves(self):
        for seed in range(HISTORIES):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self._compare_history(random.Random(seed))
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_proposals_are_those_of_the_engine(self):
        for seed in range(HISTORIES):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self._compare_proposals(random.Random(f"proposals {seed}"))
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_planted_differences_are_found(self):
        """One payment of ten is falsified; all are in a difference, none twice."""
        for seed in range(10):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                chance = random.Random(f"planted {seed}")
                own, treasury = self._write_books(chance, grain=1)
                reconciliation = self._reconcile(self._statement_of(treasury))
                items = reconciliation.line_ids.item_ids
                self.assertEqual(
                    len(items), len(items.entry_id) + len(items.statement_line_id)
                )
                agreeing = len(own) - len(items.entry_id)
                self.assertEqual(reconciliation.matched_count, agreeing)
                gap = sum(i.amount for i in treasury) - sum(i.amount for i in own)
                differences = reconciliation.line_ids.mapped("amount_difference")
                self.assertEqual(sum(differences), gap)
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    # === BOOKS === #

    def _write_books(self, chance, grain=10**8):
        """Post random entries; return both books as the engine's items."""
        own, treasury = [], []
        for number in range(chance.randint(5, 40)):
            balance = chance.choice(list(self.balances))
            item = Item(
                0,
                chance.randint(1, 5) * 10**8 + chance.randrange(0, 10**8, grain),
                chance.choice(["advance", "completed", "completed"]),
                self.balances[balance].code,
                self.content.code,
                self.commune_a.code,
                2024,
                "investment",
                date(2024, 3, chance.randint(8, 12)),
                chance.choice(["", "A", "B", f"N{number}"]),
            )
            shares = chance.random()
            if shares < 0.9:
                (id_,) = self._post(
                    (item.kind, item.amount, item.date, item.voucher or None),
                    balance=balance,
                )
                own.append(item._replace(id=id_))
            if shares > 0.1:
                treasury.append(self._falsify(item, chance))
        return own, treasury

    def _falsify(self, item, chance):
        """Return what the Treasury has: mostly the same."""
        way = chance.random()
        if way < 0.03:
            return item._replace(date=item.date + timedelta(days=2))
        if way < 0.06:
            return item._replace(amount=item.amount + 9_000_000)
        if way < 0.1:
            kind = {"advance": "completed", "completed": "advance"}[item.kind]
            return item._replace(kind=kind)
        return item._replace(voucher=chance.choice([item.voucher, "", "B"]))

    def _statement_of(self, items):
        projects = {project.code: project for project in self.balances.values()}
        return self._import(
            *(
                self._said(
                    item.amount,
                    item.date,
                    item.kind,
                    voucher=item.voucher or None,
                    project=item.project,
                    project_id=projects[item.project].id,
                )
                for item in items
            )
        )

    def _read_left(self, statement):
        """Return the statement's lines as items, and what exact keys leave."""
        scope = read_scope(self.env, self.commune_a.id, None, *PERIOD, statement.ids)
        said, _programs = reconciliations.read_said(self.env, scope)
        return reconciliations.find_left(self.env, scope, said)

    def _with_ids(self, items, statement):
        """Give items the ids of the lines that were written for them, in order."""
        ids = sorted(statement.line_ids.ids)
        return [item._replace(id=i) for item, i in zip(items, ids, strict=True)]

    def _compare_history(self, chance):
        own, treasury = self._write_books(chance)
        statement = self._statement_of(treasury)
        treasury = self._with_ids(treasury, statement)
        _pairs, here, there = match_exactly(own, treasury)
        left = self._read_left(statement)
        found = {
            side: sorted(one.item.id[0] for one in left if one.side == side)
            for side in ("own", "treasury")
        }
        self.assertEqual(found["own"], sorted(item.id for item in here))
        self.assertEqual(found["treasury"], sorted(item.id for item in there))
        by_id = {item.id: item for item in (*here, *there)}
        for one in left:
            self.assertEqual(one.item[1:], by_id[one.item.id[0]][1:])

    def _compare_proposals(self, chance):
        own, treasury = self._write_books(chance)
        statement = self._statement_of(treasury)
        treasury = self._with_ids(treasury, statement)
        _pairs, here, there = match_exactly(own, treasury)
        expected = {
            (p.difference_class, frozenset(p.own), frozenset(p.treasury))
            for p in match(here, there, Rules(period=PERIOD))
        }
        found = {
            (
                line.difference_class,
                frozenset(line.item_ids.entry_id.ids),
                frozenset(line.item_ids.statement_line_id.ids),
            )
            for line in self._reconcile(statement).line_ids
        }
        self.assertEqual(found, expected)
