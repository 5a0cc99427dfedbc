"""From what a table says to decision lines: whose capital, taken from where."""

from odoo.fields import Domain

from ..engine.table_heading import CellError
from .mtqg_decision_import_catalogue import list_programs, list_projects, list_units

# lines of these kinds change balances that are there
KINDS_ON_BALANCES = ("recall", "cancel", "adjust")
NAMED = 5  # records named in one message
DIMENSIONS = (
    "unit_id",
    "program_id",
    "project_id",
    "nature",
    "source",
    "origin_year",
    "parent_id",
)


class Resolver:
    """Finds the records that lines are about, as the user who imports.

    What cannot be resolved goes to ``errors`` as a ``CellError``; a line is only
    kept when nothing about it is wrong.
    """

    def __init__(self, wizard):
        self.env = wizard.env
        self.wizard = wizard
        self.header = wizard._get_header()
        self.issuer = self.header["unit_id"]
        self.errors = []
        self.units = list_units(self.env)
        self.programs = list_programs(self.env)
        self.projects = list_projects(self.env)
        self.examples = _names(
            self.env["mtqg.program"].search([("parent_id", "=", False)]), "code"
        )
        # by unit and program: a file of thousands of lines asks for each
        self.balances = self._search_balances().grouped(
            lambda balance: (balance.unit_id.id, balance.program_id.id)
        )
        self.seen = {
            tuple(line[name] for name in DIMENSIONS): None
            for line in wizard.decision_id.line_ids
        }

    def resolve(self, lines):
        """Return the values of the lines, records by field name.

        :param lines: list of ``engine.table_reading.PlanLine``
        """
        names_units = any("unit" in line.texts for line in lines)
        resolved = []
        for line in lines:
            before = len(self.errors)
            values = self._read_subject(line, names_units)
            if len(self.errors) == before:
                values |= self._read_capital(line)
            if len(self.errors) == before:
                values |= self._find_place(line, values)
            if len(self.errors) == before:
                self._check_double(line, values)
                resolved.append(values | {"cell": line.cell, "amount": line.amount})
        return resolved

    # === Who and what for === #

    def _read_subject(self, line, names_units):
        project = self._find(line, "project", self.projects)
        program = self._find(line, "program", self.programs)
        if not program and "program" not in line.texts:
            program = project.program_id or self.wizard.program_id
            if not program and "project" not in line.texts:
                self._fail(line, "program", "program_missing")
        unit = self._find(line, "unit", self.units)
        if not unit and "unit" not in line.texts:
            if names_units:
                self._fail(line, "unit", "unit_missing")
            unit = project.unit_id or self.issuer
        self._check_unit(line, unit)
        self._check_project(line, project, program)
        return {"unit_id": unit, "program_id": program, "project_id": project}

    def _find(self, line, name, catalogue):
        """Return the one record a cell names, or none after noting why."""
        text = line.texts.get(name)
        found = catalogue.find(text) if text else catalogue.by_name.default_factory()
        if text and not found:
            self._fail(line, name, f"{_kind(name)}_unknown", names=self.examples)
        elif len(found) > 1:
            names = _names(found, "code")
            self._fail(line, name, f"{_kind(name)}_ambiguous", names=names)
        return found if len(found) == 1 else found.browse()

    def _check_unit(self, line, unit):
        if not unit:
            return
        day, last = self.header["date"], unit.date_to
        if last and last < day:
            successors = _names(unit.successor_ids.successor_id, "name")
            self._fail(
                line,
                "unit",
                "unit_ended",
                unit=unit.name,
                day=last.strftime("%d/%m/%Y"),
                names=f" ({successors})" if successors else "",
            )
        if not unit.parent_path.startswith(self.issuer.parent_path):
            names = {"unit": unit.name, "issuer": self.issuer.name}
            self._fail(line, "unit", "unit_outside", **names)

    def _check_project(self, line, project, program):
        if project and program and not _is_part(project.program_id, program):
            names = {"program": project.program_id.code, "parent": program.code}
            self._fail(line, "project", "program_outside", **names)

    # === Which capital === #

    def _read_capital(self, line):
        year = self.header["plan_year"]
        if line.plan_year and line.plan_year != year:
            self._fail(line, "plan_year", "plan_year_differs", year=year)
        origin = line.origin_year or self.wizard.origin_year or year
        if origin > year:
            self._fail(
                line, "origin_year", "origin_year_late", origin=origin, year=year
            )
        return {
            "nature": line.nature or self.wizard.nature,
            "source": line.source or self.wizard.source,
            "origin_year": origin,
        }

    # === From where === #

    def _find_place(self, line, values):
        """Return the balance changed, or the parent that capital is taken from."""
        balance = self._find_balance(line, values)
        above = balance or self._find_parent(line, values)
        if above:
            values |= {
                name: above[name] for name in ("nature", "source", "origin_year")
            }
        for name in ("nature", "source"):
            if not values[name]:
                self._fail(line, name, f"{name}_missing")
        return values | {
            "allocation_id": balance,
            "parent_id": balance.parent_id if balance else above,
        }

    def _find_balance(self, line, values):
        none = self.env["mtqg.allocation"]
        kind = self.header["kind"]
        if kind not in KINDS_ON_BALANCES:
            return none
        fitting = self._get_balances(values["unit_id"], values["program_id"].id)
        fitting = fitting.filtered(
            lambda balance: (
                balance.project_id == values["project_id"]
                and self._is_given_by_issuer(balance)
                and _agrees(balance, values)
            )
        )
        if len(fitting) > 1:
            self._fail(line, "", "parent_ambiguous", names=_labels(fitting))
        elif not fitting and (kind != "adjust" or line.amount < 0):
            self._fail(line, "", "balance_missing", wanted=self._wanted(values))
        return fitting if len(fitting) == 1 else none

    def _is_given_by_issuer(self, balance):
        if self.wizard.line_kind == "root":
            return not balance.parent_id
        return balance.parent_id.unit_id == self.issuer

    def _find_parent(self, line, values):
        """Return the nearest balance of the issuer that the capital can come from."""
        if self.wizard.line_kind == "root":
            return self.env["mtqg.allocation"]
        program, project = values["program_id"], values["project_id"]
        named = self._find(line, "parent_program", self.programs)
        if named and not _is_part(program, named):
            names = {"program": program.code, "parent": named.code}
            self._fail(line, "program", "program_outside", **names)
        fitting = self.env["mtqg.allocation"]
        for program_id in _path_up(program):
            if fitting or (named and program_id != named.id):
                continue
            fitting = self._get_balances(self.issuer, program_id).filtered(
                lambda balance: (
                    balance.project_id in (project, project.browse())
                    and _agrees(balance, values)
                )
            )
        if len(fitting) > 1:
            self._fail(line, "", "parent_ambiguous", names=_labels(fitting))
        elif not fitting:
            wanted = {"issuer": self.issuer.name, "wanted": self._wanted(values)}
            self._fail(line, "", "parent_missing", **wanted)
        return fitting[:1]

    def _get_balances(self, unit, program_id):
        found = self.balances.get((unit.id, program_id))
        return found or self.env["mtqg.allocation"]

    def _search_balances(self):
        """Return the balances that lines may change or take from."""
        if self.wizard.line_kind == "root" and (
            self.header["kind"] not in KINDS_ON_BALANCES
        ):
            return self.env["mtqg.allocation"]
        return self.env["mtqg.allocation"].search(
            Domain("plan_year", "=", self.header["plan_year"])
            & Domain("unit_id", "child_of", self.issuer.id)
        )

    def _wanted(self, values):
        """Describe the balance that was looked for."""
        labels = self.env["mtqg.decision.line"].fields_get(["nature", "source"])
        said = [values["program_id"].code] + [
            dict(labels[name]["selection"]).get(values[name])
            for name in ("nature", "source")
        ]
        years = f"{self.header['plan_year']}/{values['origin_year']}"
        return " · ".join([values["unit_id"].code, *filter(None, said), years])

    # === Twice === #

    def _check_double(self, line, values):
        key = tuple(values[name] for name in DIMENSIONS)
        if key in self.seen:
            first = self.seen[key]
            code = "duplicate_line" if first else "duplicate_existing"
            self._fail(line, "", code, first=first)
        self.seen.setdefault(key, line.cell)

    def _fail(self, line, name, code, **values):
        """Note an error at the cell of a field, or else at the amount."""
        self.errors.append(
            CellError(
                line.sheet,
                line.cells.get(name, line.cell),
                _shown(line, name),
                code,
                values,
            )
        )


def _shown(line, name):
    """Return what the cell of a field says."""
    shown = {"plan_year": line.plan_year, "origin_year": line.origin_year}
    return str(shown.get(name) or line.texts.get(name, ""))


def _kind(name):
    """Return which records a field of the table names."""
    return "program" if name == "parent_program" else name


def _path_up(program):
    """Return the ids of a program and of what it is part of, nearest first."""
    return [int(id_) for id_ in reversed(program.parent_path.strip("/").split("/"))]


def _is_part(program, whole):
    """Tell whether a program is another one or lies below it."""
    return (program.parent_path or "").startswith(whole.parent_path or "")


def _agrees(balance, values):
    """Tell whether a balance is of the capital a row means, as far as it says."""
    return (
        values["nature"] in (balance.nature, False, None)
        and values["source"] in (balance.source, False, None)
        and balance.origin_year == values["origin_year"]
    )


def _names(records, field):
    """List a few records."""
    return ", ".join(records[:NAMED].mapped(field))


def _labels(balances):
    """List a few balances."""
    return "; ".join(balances[:NAMED].mapped("display_name"))
