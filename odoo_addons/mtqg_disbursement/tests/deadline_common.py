"""A province that holds capital of three origin years in 2024, as Quảng Nam did."""

from .common import MtqgCommon

PRESET = "quang_nam_2024"


class DeadlineCommon(MtqgCommon):
    """The reference case: the preset's rules over one balance of each origin year."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["mtqg.deadline.rule"]
        cls.Deadline = cls.env["mtqg.deadline"]

    @classmethod
    def _load(cls, name=PRESET, unit=None, year=2024, user=None):
        """Return the rules of a preset by their codes (superuser)."""
        ids = cls.Rule.with_user(user or cls.finance_p).load_preset(
            name, (unit or cls.province).id, year
        )
        return {rule.code: rule for rule in cls.Rule.browse(ids)}

    @classmethod
    def _make_capital(cls, amount=1_000, **values):
        """Give commune A capital of each origin year; return {year: its balance}."""
        cls.roots = {
            year: cls._assign_root(amount, origin_year=year, **values)
            for year in (2022, 2023, 2024)
        }
        return {
            year: cls._allocate(root, cls.commune_a, amount, tabmis=False)
            for year, root in cls.roots.items()
        }

    def _states(self, date, known_at=None, user=None, rule=None):
        """Return {(rule code, balance id): state} on a date."""
        rows = self.Deadline.with_user(user or self.finance_p).state_at(date, known_at)
        code = {rule.id: rule.code for rule in self.Rule.search([])}
        return {
            (code[row["rule_id"]], row["allocation_id"]): row["state"]
            for row in rows
            if not rule or code[row["rule_id"]] == rule
        }

    def _overdue(self, date, **options):
        """Return the (rule code, balance id) that are overdue on a date."""
        states = self._states(date, **options)
        return {key for key, state in states.items() if state == "overdue"}
