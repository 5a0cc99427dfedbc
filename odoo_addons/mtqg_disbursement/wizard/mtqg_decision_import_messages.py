"""Sentences for what can be wrong with a file of capital, and how to put it right."""

from ..engine.money import group_digits

MONEY = {"printed", "summed", "difference"}


def describe_refusal(env, refusal):
    """Return the sentence for a file that is not opened.

    :param refusal: a ``files.refusal.FileRefused``
    """
    texts = _refusal_texts(env) | _limit_texts(env) | _extent_texts(env)
    return texts[refusal.code] % _readable(refusal.values)


def describe_cell(env, error):
    """Return the sentence for something wrong at one cell.

    :param error: an ``engine.table_heading.CellError``
    """
    texts = _cell_texts(env)
    values = {"value": error.value} | error.values
    for name in MONEY & values.keys():
        values[name] = group_digits(values[name])
    return texts[error.code] % values


def _cell_texts(env):
    return (
        _number_texts(env)
        | _table_texts(env)
        | _column_texts(env)
        | _unit_texts(env)
        | _program_texts(env)
        | _capital_texts(env)
    )


def _readable(values):
    """Write sizes in bytes as megabytes."""
    sizes = {"size", "limit"} & values.keys()
    return values | {
        f"{name}_mb": f"{values[name] / 2**20:.1f}"
        for name in sizes
        if isinstance(values[name], int)
    }


def _refusal_texts(env):
    return {
        "empty": env._("The file is empty. Choose the file that holds the table."),
        "unknown_encoding": env._(
            "The file is no readable text. Save it as XLSX, or as CSV in UTF-8."
        ),
        "too_big": env._(
            "The file has %(size_mb)s MB, more than the %(limit_mb)s MB allowed. Keep "
            "only the sheet with the table and save it again."
        ),
        "unsupported_kind": env._(
            "A %(kind)s file cannot be imported. Save the table as XLSX or CSV."
        ),
        "unknown_kind": env._(
            "The file is no workbook. Save the table as XLSX or CSV and choose it "
            "again."
        ),
        "has_password": env._(
            "The file is protected by a password. Save a copy without a password."
        ),
        "has_macros": env._(
            "The file contains macros, which are never opened here. Save it as XLSX "
            "without macros."
        ),
        "broken": env._(
            "The file cannot be read: it is damaged, cut off, or reaches too far. "
            "Open it in your spreadsheet program and save it again as XLSX."
        ),
    }


def _limit_texts(env):
    return {
        "too_many_parts": env._(
            "The file consists of %(count)s parts, more than the %(limit)s allowed. "
            "Copy the table into a new workbook."
        ),
        "too_big_unzipped": env._(
            "Unpacked, the file is larger than the %(limit_mb)s MB allowed. Copy the "
            "table into a new workbook."
        ),
        "packed_too_tightly": env._(
            "The file unpacks to %(ratio)s times its size, which real tables do not. "
            "Copy the table into a new workbook."
        ),
        "doctype": env._(
            "The file contains a document type (in %(part)s), which workbooks do not "
            "have. Copy the table into a new workbook."
        ),
    }


def _extent_texts(env):
    return {
        "far_cell": env._(
            "Sheet “%(sheet)s” has a cell at %(cell)s, beyond row %(rows)s or column "
            "%(columns)s. Delete the empty rows and columns around the table."
        ),
        "too_many_rows": env._(
            "Sheet “%(sheet)s” has more than %(limit)s rows. Split the file."
        ),
        "too_many_columns": env._(
            "Sheet “%(sheet)s” has more than %(limit)s columns. Keep only the columns "
            "of the table."
        ),
        "too_many_cells": env._(
            "The file has more than %(limit)s cells. Keep only the sheet with the "
            "table."
        ),
        "text_too_long": env._(
            "A cell holds more than %(limit)s characters. Shorten the text."
        ),
        "too_much_text": env._(
            "The cells show more than %(limit)s characters in all. Shorten the texts."
        ),
    }


def _number_texts(env):
    return {
        "not_a_number": env._("“%(value)s” is no number. Enter the amount in digits."),
        "formula": env._(
            "The formula %(value)s has no result yet. Open the file in your "
            "spreadsheet program, let it calculate, and save it."
        ),
        "scientific": env._(
            "“%(value)s” has lost digits. Format the column as a number and save again."
        ),
        "ambiguous_number": env._(
            "“%(value)s” may have thousands or decimals: the file uses both ways. "
            "Choose the decimal mark in the form."
        ),
        "not_whole": env._(
            "“%(value)s” is not a whole number of đồng. Check the unit of money and "
            "the decimals."
        ),
        "too_large": env._(
            "“%(value)s” is more than 9,000,000,000,000,000 đồng. Check the unit of "
            "money."
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
        "unnamed_column": env._(
            "“%(value)s” stands in a column without a heading. Give the column a "
            "heading, or empty it."
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
        "unknown_nature": env._(
            "“%(value)s” is no nature of capital. Use investment or recurrent."
        ),
        "bad_year": env._("“%(value)s” is no year. Enter four digits, such as 2024."),
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
