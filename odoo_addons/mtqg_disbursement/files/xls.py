"""XLS: the old binary format, opened in a process of its own.

How far its cells reach and how often one text is copied cannot be told from
its bytes without a second parser. So a child opens it under hard caps of
memory and time; whatever happens there, the caller gets rows or a refusal.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import python_calamine

from .cells import plain_cell
from .limits import Limits
from .refusal import FileRefused
from .sheet import Cell, Sheet

MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
PASSWORD = "EncryptedPackage".encode("utf-16-le")
CHILD = Path(__file__).with_name("xls_child.py")
SECONDS = 20


def read_xls(content: bytes, limits: Limits) -> list[Sheet]:
    """Read an OLE file: an XLS workbook, or an XLSX with a password.

    :raise FileRefused: protected, with macros, no workbook, damaged or too large
    """
    if PASSWORD in content:
        raise FileRefused(code="has_password")
    if MACROS in content:
        raise FileRefused(code="has_macros")
    answer = _ask_child(content, limits)
    if "code" in answer:
        raise FileRefused(answer["code"], **answer["values"])
    return [
        Sheet(
            name,
            [[_cell(cell) for cell in row] for row in rows],
            is_hidden,
            [tuple(area) for area in merged],
        )
        for name, rows, is_hidden, merged in answer["sheets"]
    ]


def _ask_child(content: bytes, limits: Limits) -> dict:
    """Run the child on the bytes; its death, whatever the cause, is a damage."""
    caps = {
        "rows": limits.rows,
        "columns": limits.columns,
        "cells": limits.cells,
        "cell_length": limits.cell_length,
        "seconds": SECONDS,
    }
    packages = str(Path(python_calamine.__file__).parents[1])
    command = [sys.executable, "-I", str(CHILD), packages, json.dumps(caps)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS, check=True
        )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise FileRefused(code="broken") from error


def _cell(value: object) -> Cell:
    """Undo what JSON cannot carry: a date travels as a list of one text."""
    return (
        date.fromisoformat(value[0]) if isinstance(value, list) else plain_cell(value)
    )
