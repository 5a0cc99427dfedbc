"""Ways of writing that looked right and were proved wrong, or that Odoo 19 left behind.

Each rule says why; ruff, pylint-odoo and the OCA hooks know none of them.
"""

import ast
import re

import pytest

from walls import (
    ADDONS,
    ROOT,
    addon_code,
    called,
    functions,
    is_true,
    keywords,
    lines,
    nodes,
    place,
    python_files,
    report,
    xml_files,
)

BANNED_IN_PYTHON = {
    r"_sql_constraints": "models.Constraint, models.Index and models.UniqueIndex",
    r"\.read_group\(": "_read_group, which gives records and no strings",
    r"\bosv\b|\bexpression\.(AND|OR)": "odoo.fields.Domain",
    r"\bMonetary\(": "Dong: Monetary changes amounts from 5.28e14 up",
    r"\bDate\.(context_)?today\b": "today_vn: the server's day is not Vietnam's",
    r"\bdate\.today\b": "today_vn: the server's day is not Vietnam's",
    r"\b(work)?sheet\.write\(|\bws\.write\(": "write_string: write() makes formulas",
    r"\bsafe_eval\b": "data and Domain: an expression with records runs any code",
    r"\.(FOR|lock_for_)update\b": "an UPDATE of the row: the sum would be an old one",
    r"\[\((0, ?0|1, ?\w+|2, ?\w+|3, ?\w+|4, ?\w+|5|6, ?0)[,)]": "fields.Command",
}
BANNED_IN_XML = {
    r"<tree\b": "<list>",
    r"\b(attrs|states)=": "invisible=, readonly= and required= with an expression",
    r"\bt-(esc|raw)=": "t-out",
    r'name="sum_field"|widget="monetary"': 'widget="dong"',
}
# Why a file may step over the rules of access.
SUDO_PLACES = {
    f"{addon}/{folder}/{file}.py": reason
    for addon, folder, file, reason in (
        ("mtqg_disbursement", "models", "mtqg_allocation", "capital is checked whole"),
        ("mtqg_disbursement", "models", "mtqg_commitment_check", "to make versions"),
        ("mtqg_disbursement", "models", "mtqg_day", "one calendar for everybody"),
        ("mtqg_disbursement", "models", "mtqg_deadline_alert", "a job raises alerts"),
        ("mtqg_disbursement", "models", "mtqg_deadline_digest", "tells all concerned"),
        ("mtqg_disbursement", "models", "mtqg_deadline_documents", "finds all who owe"),
        ("mtqg_disbursement", "models", "mtqg_deadline_moves", "nobody writes these"),
        ("mtqg_disbursement", "models", "mtqg_deadline_rule", "nobody writes states"),
        ("mtqg_disbursement", "models", "mtqg_deadline_terms", "rules hold for all"),
        ("mtqg_disbursement", "wizard", "mtqg_deadline_preview", "reads its terms"),
        ("mtqg_disbursement", "models", "mtqg_decision", "capital is checked whole"),
        ("mtqg_disbursement", "models", "mtqg_decision_file", "digests are read-only"),
        ("mtqg_disbursement", "models", "mtqg_decision_line", "the same, line by line"),
        (
            "mtqg_disbursement",
            "models",
            "mtqg_decision_hand_over",
            "all of a unit goes",
        ),
        ("mtqg_disbursement", "models", "mtqg_decision_hand_back", "all of it returns"),
        (
            "mtqg_disbursement",
            "models",
            "mtqg_disbursement",
            "limits need all of it",
        ),
        (
            "mtqg_disbursement",
            "models",
            "mtqg_disbursement_advance",
            "limits need all of it",
        ),
        ("mtqg_disbursement", "models", "mtqg_forecast", "parameters are hidden"),
        ("mtqg_disbursement", "models", "mtqg_reconciliation_run", "nobody writes it"),
        ("mtqg_disbursement", "models", "mtqg_reconciliation_work", "nobody writes it"),
        ("mtqg_disbursement", "models", "mtqg_reconciliation_fix", "after the checks"),
        (
            "mtqg_disbursement",
            "models",
            "mtqg_reconciliation_job",
            "nobody writes jobs",
        ),
        ("mtqg_disbursement", "models", "mtqg_reconciliation_panes", "names of owners"),
        ("mtqg_disbursement", "models", "mtqg_paper", "after the document was checked"),
        (
            "mtqg_disbursement",
            "models",
            "mtqg_reconciliation_minutes",
            "to make versions",
        ),
        (
            "mtqg_disbursement",
            "models",
            "mtqg_reconciliation_content",
            "what is printed is read whole",
        ),
        ("mtqg_disbursement", "models", "mtqg_reversal_mixin", "nobody writes entries"),
        ("mtqg_disbursement", "models", "mtqg_workflow", "definitions serve everybody"),
        ("mtqg_disbursement", "models", "mtqg_workflow_compare", "names in words"),
        ("mtqg_disbursement", "models", "mtqg_workflow_editor", "names of documents"),
        ("mtqg_disbursement", "models", "mtqg_workflow_export", "names of references"),
        ("mtqg_disbursement", "models", "mtqg_workflow_import", "finds references"),
        (
            "mtqg_disbursement",
            "models",
            "mtqg_workflow_migrate",
            "nobody writes stages",
        ),
        ("mtqg_disbursement", "models", "mtqg_workflow_clock", "tasks are read whole"),
        ("mtqg_disbursement", "models", "mtqg_workflow_event", "to say what is hidden"),
        ("mtqg_disbursement", "models", "mtqg_workflow_mixin", "nobody writes stages"),
        ("mtqg_disbursement", "models", "mtqg_workflow_bulk", "names of who is asked"),
        ("mtqg_disbursement", "models", "mtqg_workflow_inbox", "kinds of document"),
        ("mtqg_disbursement", "models", "mtqg_workflow_overview", "whole histories"),
        ("mtqg_disbursement", "models", "mtqg_workflow_return", "names of stages"),
        ("mtqg_disbursement", "models", "mtqg_workflow_task", "names of who is asked"),
        (
            "mtqg_disbursement",
            "models",
            "mtqg_workflow_task_clock",
            "names of who is asked",
        ),
        ("mtqg_disbursement", "models", "mtqg_workflow_delegation", "seats of others"),
        ("mtqg_disbursement", "models", "mtqg_workflow_people", "people are cached"),
        (
            "mtqg_disbursement",
            "models",
            "mtqg_workflow_approver_check",
            "all units count",
        ),
        ("mtqg_disbursement", "models", "mtqg_workflow_health", "nobody writes tasks"),
        (
            "mtqg_disbursement",
            "models",
            "mtqg_workflow_referral",
            "nobody writes tasks",
        ),
        ("mtqg_disbursement", "models", "mtqg_workflow_seats", "opinions and names"),
        ("mtqg_disbursement", "wizard", "mtqg_workflow_referral", "who works where"),
        ("mtqg_disbursement", "models", "mtqg_workflow_verdict", "names who can move"),
        ("mtqg_disbursement", "models", "mtqg_background_mixin", "nobody writes jobs"),
        ("mtqg_disbursement", "models", "mtqg_statement", "nobody writes the state"),
        ("mtqg_disbursement", "models", "mtqg_statement_aside", "forgets the check"),
        ("mtqg_disbursement", "models", "mtqg_statement_check", "shows what it found"),
        ("mtqg_disbursement", "models", "mtqg_statement_column", "keeps the profile"),
        ("mtqg_disbursement", "models", "mtqg_statement_queue", "nobody writes jobs"),
        ("mtqg_disbursement", "models", "mtqg_statement_remarks", "keeps the copy"),
        (
            "mtqg_disbursement",
            "models",
            "workflow_facts",
            "moves see the whole document",
        ),
        ("mtqg_disbursement", "models", "mtqg_workflow_transition", "conditions"),
        ("mtqg_disbursement", "models", "res_config_settings", "parameters are hidden"),
        ("mtqg_reports", "models", "mtqg_evaluation_compute", "nobody writes results"),
        ("mtqg_reports", "models", "mtqg_evaluation_frozen", "nobody writes results"),
        ("mtqg_reports", "models", "mtqg_evaluation_table", "name in the letterhead"),
        ("mtqg_reports", "models", "mtqg_scheme", "nobody writes the state"),
        ("mtqg_reports", "wizard", "mtqg_treasury_month", "nobody writes lines"),
    )
}
# Where the instead itself is made.
HOMES = {"clock.py", "controllers/export.py"}


@pytest.mark.parametrize(("pattern", "instead"), BANNED_IN_PYTHON.items())
def test_python_goes_without(pattern, instead):
    offenders = [
        place(path, number)
        for path in addon_code()
        if not str(path).endswith(tuple(HOMES))
        for number, line in enumerate(lines(path), 1)
        if re.search(pattern, line.partition("  #")[0])
    ]
    assert not offenders, f"use {instead}: {report(offenders)}"


@pytest.mark.parametrize(("pattern", "instead"), BANNED_IN_XML.items())
def test_xml_goes_without(pattern, instead):
    offenders = [
        place(path, number)
        for path in xml_files()
        if "static" not in path.parts  # templates of the web client speak Owl
        for number, line in enumerate(lines(path), 1)
        if re.search(pattern, line)
    ]
    assert not offenders, f"use {instead}: {report(offenders)}"


def calls(suffix):
    """Yield (path, call) for each call in the addons whose name ends so."""
    for path in addon_code():
        for call in nodes(path, ast.Call):
            if called(call).endswith(suffix):
                yield path, call


def may_hold_money(digits):
    """Tell whether a Float with these digits could hold an amount of đồng."""
    if isinstance(digits, ast.Tuple):
        total, scale = map(ast.literal_eval, digits.elts)
        return total - scale > 8
    return digits is not None


def test_no_money_in_a_rounded_float():
    """Float(digits=...) changes whole amounts above 5.28e14 as Monetary does."""
    offenders = [
        place(path, call)
        for path, call in calls("fields.Float")
        if may_hold_money(keywords(call).get("digits"))
    ]
    assert not offenders, report(offenders)


def test_every_amount_is_dong():
    """A field called amount holds money, and money is whole đồng."""
    offenders = [
        place(path, assign)
        for path in addon_code()
        for assign in nodes(path, ast.Assign)
        if isinstance(assign.value, ast.Call)
        and called(assign.value) in {"fields.Integer", "fields.Float"}
        and any(re.match(r"amount(_|$)", name_of(target)) for target in assign.targets)
    ]
    assert not offenders, report(offenders)


def name_of(target):
    """Return the name that an assignment gives a value to, or nothing."""
    return target.id if isinstance(target, ast.Name) else ""


def field_definitions(path):
    """Yield the calls that define a field: fields.X(...) and Dong(...)."""
    for call in nodes(path, ast.Call):
        if re.fullmatch(r"(odoo\.)?fields\.[A-Z]\w+|Dong", called(call)):
            yield call


def test_whose_rights_a_related_field_uses_is_written():
    """By default it reads as the superuser, and shows what record rules hide."""
    offenders = [
        place(path, call)
        for path in addon_code()
        for call in field_definitions(path)
        if "related" in keywords(call) and "related_sudo" not in keywords(call)
    ]
    assert not offenders, report(offenders)


def test_whose_rights_a_stored_compute_uses_is_written():
    """Stored means computed as the superuser, unless it is said otherwise."""
    offenders = [
        place(path, call)
        for path in addon_code()
        for call in field_definitions(path)
        if "compute" in keywords(call)
        and is_true(keywords(call).get("store"))
        and "compute_sudo" not in keywords(call)
    ]
    assert not offenders, report(offenders)


GUARDS = re.compile(
    r"create|write|unlink|copy|load|_has_field_access|_check_\w+|_ensure_\w+|action_\w+"
)


def is_context_flag(node):
    """Tell whether a node reads the context, but for comparing with a sentinel."""
    if isinstance(node, ast.Call):
        return called(node).endswith("context.get")
    return isinstance(node, ast.Subscript) and (
        isinstance(node.value, ast.Attribute) and node.value.attr == "context"
    )


def sentinels(function):
    """Return the nodes compared by ``is``: an object can't be sent over RPC."""
    return {
        id(node)
        for compare in ast.walk(function)
        if isinstance(compare, ast.Compare)
        and any(isinstance(operator, (ast.Is, ast.IsNot)) for operator in compare.ops)
        for node in ast.walk(compare)
    }


def test_no_guard_believes_the_context():
    """Anybody can send any context over RPC: a flag in it protects nothing."""
    offenders = [
        place(path, node)
        for path in addon_code()
        for function in functions(path)
        if GUARDS.fullmatch(function.name)
        for node in ast.walk(function)
        if is_context_flag(node) and id(node) not in sentinels(function)
    ]
    assert not offenders, report(offenders)


def test_sudo_only_in_named_places():
    """A step over the rules of access is taken where its reason is known."""
    offenders = [
        place(path, call)
        for path, call in calls(".sudo")
        if not call.args and str(path.relative_to(ADDONS)) not in SUDO_PLACES
    ]
    assert not offenders, report(offenders)


def test_named_places_still_need_sudo():
    used = {str(path.relative_to(ADDONS)) for path, _call in calls(".sudo")}
    assert not SUDO_PLACES.keys() - used


def test_no_address_of_a_registry_or_mirror():
    """The machine's own settings of apt, pip and npm serve."""
    address = re.compile(r"https?://[\w.-]*(pypi|pythonhosted|npmjs|debian|mirror)")
    places = [ROOT / "mtqg", ROOT / "conftest.py", ROOT / "pyproject.toml"]
    for folder in ("docker", "tools", ".ci"):
        places += (path for path in (ROOT / folder).rglob("*") if path.is_file())
    offenders = [
        place(path, number)
        for path in places
        for number, line in enumerate(lines(path), 1)
        if address.search(line)
    ]
    assert not offenders, report(offenders)


def test_no_test_is_switched_off():
    """A test that is skipped proves nothing."""
    pattern = re.compile(
        r"@(unittest\.|pytest\.mark\.)?(skip|xfail)|\bassert " + "True"
    )
    offenders = [
        place(path, number)
        for path in python_files("odoo_addons", "tests")
        for number, line in enumerate(lines(path), 1)
        if pattern.search(line)
    ]
    assert not offenders, report(offenders)
