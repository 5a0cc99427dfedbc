"""Sentences for what can be wrong with a file of capital, and how to put it right."""

from ..models.file_messages import cell_texts, fill


def describe_cell(env, error):
    """Return the sentence for something wrong at one cell.

    :param error: an ``engine.table_heading.CellError``
    """
    return fill(_cell_texts(env)[error.code], error.value, error.values)


def _cell_texts(env):
    return (
        cell_texts(env)
        | _number_texts(env)
        | _table_texts(env)
        | _column_texts(env)
        | _unit_texts(env)
        | _program_texts(env)
        | _capital_texts(env)
    )


def _number_texts(env):
    return {
        "ambiguous_number": env._(
            "“%(value)s” may have thousands or decimals: the file uses both ways. "
            "Choose the decimal mark in the form."
        ),
        "negative_amount": env._(
            "“%(value)s” is below zero. Only a decision that adjusts has such amounts."
        ),
        "zero_amount": env._(
            "The amount is zero. Delete the row, or enter the amount."
        ),
        "amount_missing": env._("The row has no amount. Enter it, or delete the row."),
        "total_wrong": env._(
            "The total says %(printed)s đồng, but the amounts add up to %(summed)s "
            "đồng, a difference of %(difference)s đồng. Correct the total or the "
            "amounts."
        ),
    }


def _table_texts(env):
    return {
        "no_sheet": env._(
            "No sheet with cells was found under that name. Sheets: %(sheets)s."
        ),
        "empty_sheet": env._("The sheet holds no table."),
        "several_tables": env._(
            "Several sheets hold a table: %(sheets)s. Name the one to import."
        ),
        "no_heading": env._(
            "No row of headings is recognised. Found: %(found)s. A table needs a "
            "unit, program or project, and amounts. Recognised headings: "
            "%(recognised)s."
        ),
    }


def _column_texts(env):
    return {
        "unknown_column": env._(
            "The heading “%(value)s” is not recognised. Rename or delete the column. "
            "Recognised headings: %(recognised)s."
        ),
        "doubled_column": env._(
            "The heading “%(value)s” means the same as the one in %(first)s. Keep one."
        ),
        "money_unit_unknown": env._(
            "The file does not say in which unit of money it is. Choose it in the form."
        ),
        "no_lines": env._("No amounts were found below the headings."),
        "subject_missing": env._(
            "The row has an amount, but no unit, program or project. Enter one."
        ),
        "unknown_source": env._(
            "“%(value)s” is no source of capital. Use central, provincial, district "
            "or commune budget, foreign, or other."
        ),
    }


def _unit_texts(env):
    return {
        "unit_unknown": env._(
            "No unit “%(value)s” is found among those you see. Use its code, budget "
            "unit code or full name."
        ),
        "unit_ambiguous": env._(
            "“%(value)s” names several units: %(names)s. Use the code."
        ),
        "unit_missing": env._("The row does not say which unit gets the capital."),
        "unit_ended": env._(
            "Unit %(unit)s ended on %(day)s. Give the capital to its "
            "successor%(names)s."
        ),
        "unit_outside": env._(
            "%(unit)s does not belong to %(issuer)s, which issues the decision."
        ),
    }


def _program_texts(env):
    return {
        "program_unknown": env._(
            "No program “%(value)s” is found. Use its code, such as %(names)s."
        ),
        "program_ambiguous": env._(
            "“%(value)s” names several programs: %(names)s. Use the code."
        ),
        "program_missing": env._("The row does not say which program it is for."),
        "program_outside": env._("Program %(program)s is not part of %(parent)s."),
        "project_unknown": env._(
            "No project “%(value)s” is found among those you see. Use its code."
        ),
        "project_ambiguous": env._(
            "“%(value)s” names several projects: %(names)s. Use the code."
        ),
    }


def _capital_texts(env):
    return {
        "nature_missing": env._(
            "Neither the file nor the form says whether this is investment or "
            "recurrent capital. Choose it in the form."
        ),
        "source_missing": env._(
            "Neither the file nor the form says which budget this capital comes from. "
            "Choose it in the form."
        ),
        "plan_year_differs": env._(
            "The row is of plan year %(value)s, the decision of %(year)s."
        ),
        "origin_year_late": env._(
            "The origin year %(origin)s comes after the plan year %(year)s."
        ),
        "parent_missing": env._(
            "%(issuer)s has no balance to take this from: %(wanted)s. Enter the "
            "decision that gives it the capital first, or correct the row."
        ),
        "parent_ambiguous": env._(
            "Several balances fit: %(names)s. Say more in the row: nature, source, "
            "origin year or parent program."
        ),
        "balance_missing": env._(
            "There is no balance to change: %(wanted)s. Correct the row."
        ),
        "duplicate_line": env._(
            "The same balance already gets an amount in %(first)s. Join the two rows."
        ),
        "duplicate_existing": env._(
            "The decision already has a line for this balance. Delete one of them."
        ),
    }
