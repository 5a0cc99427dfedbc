"""Sentences for what a Treasury statement leaves open or gets wrong: with a remedy."""

from .file_messages import cell_texts, fill


def describe_finding(env, code, value, values):
    """Return the sentence for a question or an error at one cell.

    :param str code: a code of docs/treasury.md
    :param value: what stands in the cell
    :param dict values: what fills the sentence
    """
    texts = cell_texts(env) | _question_texts(env) | _table_texts(env)
    texts |= _number_texts(env) | _row_texts(env) | _sum_texts(env)
    return fill(texts[code], value or "", values)


def describe_totals(env, status, checked, uncovered):
    """Return in words what the sums of a statement prove.

    :param str status: agrees, partly, differs or none
    :param int checked: sums that were added up again
    :param int uncovered: amounts that no sum covers
    """
    texts = {
        "agrees": env._(
            "Every amount is part of a sum that is right (%(checked)s sums were added "
            "up again)."
        ),
        "partly": env._(
            "No sum is wrong (%(checked)s were added up again), but %(uncovered)s "
            "amounts are part of none: nothing in the file proves them."
        ),
        "differs": env._(
            "A sum of the file is not what its lines add up to. The list of errors "
            "names it."
        ),
        "none": env._("The file prints no sums: nothing in it proves the amounts."),
    }
    return texts[status] % {"checked": checked, "uncovered": uncovered}


def _table_texts(env):
    return {
        "no_sheet": env._(
            "No sheet with cells was found under that name. Sheets: %(sheets)s. Name "
            "one of them."
        ),
        "empty_sheet": env._(
            "The sheet holds no table. Choose the file that holds it."
        ),
        "several_tables": env._(
            "Several sheets hold a table: %(sheets)s. Name the one to read under "
            "“Sheet”."
        ),
        "no_heading": env._(
            "No row of headings is recognised. Found: %(found)s. Say in which row the "
            "headings begin, or rename them."
        ),
        "no_lines": env._(
            "No amounts were found below the headings. Check what the columns hold."
        ),
    }


def _question_texts(env):
    return {
        "unknown_column": env._(
            "What does the column “%(value)s” hold? Choose its meaning in the table of "
            "columns; if it is of no concern, choose that it is not read."
        ),
        "doubled_column": env._(
            "“%(value)s” means the same as the column at %(first)s. Choose for one of "
            "them that it is not read."
        ),
        "money_unit_unknown": env._(
            "The file does not say in which unit of money it is. Choose it under “Unit "
            "of money”."
        ),
        "several_units": env._(
            "The title names several units of money. Choose the right one under “Unit "
            "of money”."
        ),
        "measure_unknown": env._(
            "“%(value)s” does not say what the amounts are. Choose the meaning of the "
            "column."
        ),
        "no_amounts": env._(
            "No column of amounts is recognised. Choose what the columns hold."
        ),
        "whole_unclear": env._(
            "Does “%(value)s” contain the column beside it, or stand next to it? "
            "Choose its meaning in the table of columns."
        ),
        "looks_like_sum": env._(
            "This row is the sum of rows beside it. Is it a sum or a line of its own? "
            "Name it as a sum, or set it aside."
        ),
    }


def _number_texts(env):
    return {
        "ambiguous_number": env._(
            "“%(value)s” may have thousands or decimals. Choose the decimal mark in "
            "the form."
        ),
        "other_mark": env._(
            "“%(value)s” uses the other decimal mark than the table. Write the amount "
            "as the other rows do."
        ),
        "mixed_numbers": env._(
            "“%(value)s” is a small number among amounts written with points: a "
            "spreadsheet program has probably read 12.000 as 12. Check it in the "
            "source, or choose the decimal mark in the form."
        ),
        "implausible": env._(
            "“%(value)s” is more than the public investment of the whole country. "
            "Check the unit of money."
        ),
    }


def _row_texts(env):
    return {
        "bad_date": env._("“%(value)s” is no day. Write it as 31/05/2025."),
        "ambiguous_date": env._(
            "“%(value)s” may be day/month or month/day: the column shows both. Choose "
            "the order of dates in the form."
        ),
        "bad_code": env._(
            "“%(value)s” has lost digits of a code. Format the column as text and "
            "save again."
        ),
        "unknown_kind": env._(
            "“%(value)s” is no kind of payment. Use advance, completed volume, advance "
            "recovered or refund."
        ),
        "subject_missing": env._(
            "The row has an amount, but no project, program, unit or content. Enter "
            "one, or set the row aside."
        ),
        "amount_missing": env._(
            "The row names a voucher but has no amount. Enter it, or set the row aside."
        ),
        "refund_unclear": env._(
            "The text speaks of money that comes back, the amount is above zero. "
            "Enter the kind of payment, or a minus."
        ),
    }


def _sum_texts(env):
    return {
        "row_wrong": env._(
            "This column says %(printed)s đồng, but its parts in the row add up to "
            "%(summed)s đồng, a difference of %(difference)s đồng. Correct one of them."
        ),
        "total_wrong": env._(
            "The total says %(printed)s đồng, but its lines add up to %(summed)s đồng, "
            "a difference of %(difference)s đồng. Correct the total or the lines, or "
            "set the total aside."
        ),
    }
