"""Sentences for what can be wrong with any file of capital, and how to put it right."""

from ..engine.money import group_digits

_MONEY = {"printed", "summed", "difference"}


def fill(text, value, values):
    """Return a sentence about a cell, filled.

    :param value: what stands in the cell
    :param dict values: what else fills the sentence; amounts in đồng are grouped
    """
    said = {"value": value} | values
    said |= {name: group_digits(said[name]) for name in _MONEY & said.keys()}
    return text % said


def cell_texts(env):
    """Return the sentences by code for cells, which every table of capital may need."""
    return {
        "not_a_number": env._("“%(value)s” is no number. Enter the amount in digits."),
        "formula": env._(
            "The formula %(value)s has no result yet. Open the file in your "
            "spreadsheet program, let it calculate, and save it."
        ),
        "scientific": env._(
            "“%(value)s” has lost digits. Format the column as a number and save again."
        ),
        "not_whole": env._(
            "“%(value)s” is not a whole number of đồng. Check the unit of money and "
            "the decimals."
        ),
        "too_large": env._(
            "“%(value)s” is more than 9,000,000,000,000,000 đồng. Check the unit of "
            "money."
        ),
        "unnamed_column": env._(
            "“%(value)s” stands in a column without a heading. Give the column a "
            "heading, or empty it."
        ),
        "unknown_nature": env._(
            "“%(value)s” is no nature of capital. Use investment or recurrent."
        ),
        "bad_year": env._("“%(value)s” is no year. Enter four digits, such as 2024."),
    }


def describe_refusal(env, refusal):
    """Return the sentence for a file that is not opened.

    :param refusal: a ``files.refusal.FileRefused``
    """
    texts = _refusal_texts(env) | _limit_texts(env) | _extent_texts(env)
    return texts[refusal.code] % _readable(refusal.values)


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
