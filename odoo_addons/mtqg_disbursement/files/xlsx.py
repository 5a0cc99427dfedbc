"""XLSX: what is checked before any parser sees the file.

The archive is unpacked here, under caps; every part is searched with plain,
linear patterns; then the checked parts are packed anew, so that the parser
reads exactly what was checked (archives can be written so that two readers
see two different contents).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import BinaryIO

from .limits import Limits
from .refusal import FileRefused
from .sheet import column_letters, position
from .xlsx_extent import quick_extent
from .xlsx_names import sheet_names

Parts = dict[str, bytes]

# Other formats that are archives too, told by a part of theirs.
OTHER_ARCHIVES = {
    "xl/workbook.bin": "XLSB",
    "word/document.xml": "DOCX",
    "ppt/presentation.xml": "PPTX",
    "content.xml": "ODS",
}
WORKBOOK = "xl/workbook.xml"
MACROS = re.compile(r"vbaProject\.bin$", re.IGNORECASE)
XML = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
# two for the cell, two to six for a formula, a value or a text in it
TAGS_PER_CELL = 8
CHUNK = 1024 * 1024
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)

DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODING = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.-]+)""")
PLAIN_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
# "<" never stands inside a tag, so no pattern looks past the next one, and the
# time stays linear whatever a stranger writes; ">" may stand between quotes.
PREFIX = rb"<(?:[^\s<>/:]+:)?"
PLACE = re.compile(PREFIX + rb"""(row|c)(?=[\s/>])((?:[^<>"']|"[^<"]*"|'[^<']*')*)>""")
REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]*[0-9]*)""")
# two patterns that begin with a letter are searched for quicker than one that does not
SHARED_MARKS = re.compile(rb"<si[\s/>]"), re.compile(rb":si[\s/>]")
SHARED_TEXT = re.compile(PREFIX + rb"si(?=[\s/>])")
TEXT_INDEX = re.compile(PREFIX + rb"v(?:\s[^<>]*)?>\s*([0-9]{1,9})\s*<")
# A number hidden from the pattern above behind a comment or an escape.
HIDDEN_INDEX = re.compile(PREFIX + rb"v(?:\s[^<>]*)?>[\s0-9]*(?:<!|&#)")
TAG = re.compile(rb"<[^<>]*>")


def check_xlsx(content: bytes, limits: Limits) -> Parts:
    """Unpack a workbook and check every part of it.

    :return: the XML parts by name, all within ``limits``
    :raise FileRefused: damaged, protected, with macros, unsafe or too large
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_names(archive, limits)
            parts = _unpack(archive, len(content), limits)
    except DAMAGE as error:
        raise FileRefused(code="broken") from error
    for name, part in parts.items():
        _check_xml(name, part, limits)
    titles = sheet_names(parts)
    sheets = {name: part for name, part in parts.items() if b"sheetData" in part}
    cells = sum(
        _check_extent(titles.get(name, name), part, limits)
        for name, part in sheets.items()
    )
    if cells > limits.cells:
        raise FileRefused(code="too_many_cells", limit=limits.cells)
    lengths = array("L")
    for part in parts.values():
        lengths.extend(_text_sizes(part, limits))
    longest = max(lengths, default=0)
    if cells * longest > limits.text_length and (
        sum(map(_count_texts, sheets.values())) * longest > limits.text_length
    ):
        _check_repeated_texts(lengths, list(sheets.values()), limits)
    return parts


def repack(parts: Parts, file: BinaryIO) -> None:
    """Pack checked parts into a fresh archive, without compression.

    Each part is let go as it is written: they are never held twice.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        while parts:
            name = next(iter(parts))
            archive.writestr(zipfile.ZipInfo(name), parts.pop(name))


def _check_names(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse what the table of contents already tells."""
    names = archive.namelist()
    if len(names) > limits.parts:
        raise FileRefused(code="too_many_parts", count=len(names), limit=limits.parts)
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise FileRefused(code="has_password")
    if any(MACROS.search(name) for name in names):
        raise FileRefused(code="has_macros")
    for name, kind in OTHER_ARCHIVES.items():
        if name in names:
            raise FileRefused(code="unsupported_kind", kind=kind)
    if WORKBOOK not in names:
        raise FileRefused(code="unknown_kind")
    if len(set(names)) != len(names):
        raise FileRefused(code="broken")


def _unpack(archive: zipfile.ZipFile, size: int, limits: Limits) -> Parts:
    """Unpack the XML parts, counting what comes out, not what is declared."""
    parts: Parts = {}
    total = 0
    for info in archive.infolist():
        if not XML.search(info.filename):
            continue
        part = io.BytesIO()
        with archive.open(info) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                _check_growth(total, size, limits)
                part.write(chunk)
        parts[info.filename] = part.getvalue()
    return parts


def _check_growth(total: int, size: int, limits: Limits) -> None:
    """Refuse an archive that grows too large or too fast."""
    if total > limits.unzipped_bytes:
        raise FileRefused(code="too_big_unzipped", limit=limits.unzipped_bytes)
    if total > CHUNK and total > size * limits.ratio:
        raise FileRefused(
            code="packed_too_tightly", ratio=total // size, limit=limits.ratio
        )


def _check_xml(name: str, part: bytes, limits: Limits) -> None:
    """Refuse document types, entities, and encodings the patterns cannot read.

    The time of the searches grows with the tags, so these are counted first.
    """
    if part.count(b"<") > TAGS_PER_CELL * limits.cells:
        raise FileRefused(code="too_many_cells", limit=limits.cells)
    # one letter that hardly any part has is looked for first: it saves most searches
    has_marks = b"!" in part and b"<!" in part
    if has_marks and DOCTYPE.search(part):
        raise FileRefused(code="doctype", part=name)
    encoding = ENCODING.search(part[:400])
    if b"\x00" in part or (encoding and encoding[1].lower() not in PLAIN_ENCODINGS):
        raise FileRefused(code="unknown_encoding")
    if (has_marks or (b"&" in part and b"&#" in part)) and HIDDEN_INDEX.search(part):
        raise FileRefused(code="broken")


def _check_extent(title: str, part: bytes, limits: Limits) -> int:
    """Check how far one sheet reaches; tell the cells of its rectangle.

    A parser allots the whole rectangle up to the farthest cell, which one
    small tag can put at XFD1048576. A cell is placed by its reference or,
    without one, after the cell before it: both are followed.
    """
    found = quick_extent(part)
    if found and found[0] <= limits.rows and found[1] <= limits.columns:
        return found[0] * found[1]
    row = column = last_row = last_column = -1
    for count, match in enumerate(PLACE.finditer(part)):
        if count > limits.cells:
            raise FileRefused(code="too_many_cells", limit=limits.cells)
        is_row = match[1] == b"row"
        row, column = row + is_row, -1 if is_row else column + 1
        for reference in REFERENCE.findall(match[2]):
            row, named = position(reference.decode())
            column = -1 if is_row else named
        if row >= limits.rows or column >= limits.columns:
            raise _far_cell(title, row, column, limits)
        last_row, last_column = max(last_row, row), max(last_column, column)
    return (last_row + 1) * (last_column + 1)


def _far_cell(title: str, row: int, column: int, limits: Limits) -> FileRefused:
    """Tell which cell lies too far out, and where the limit is."""
    return FileRefused(
        "far_cell",
        sheet=title,
        cell=f"{column_letters(min(max(column, 0), 99_999))}{row + 1}",
        rows=limits.rows,
        columns=column_letters(limits.columns - 1),
    )


def _text_sizes(part: bytes, limits: Limits) -> Iterator[int]:
    """Measure the shared texts of a part, in bytes of UTF-8."""
    if not any(mark.search(part) for mark in SHARED_MARKS):
        return
    starts = (match.end() for match in SHARED_TEXT.finditer(part))
    # one text at a time: all of them would be the part once more
    for start, following in pairwise(chain(starts, [len(part)])):
        text = TAG.sub(b"", part[start:following])
        if len(text) > limits.cell_length:
            _check_length(text.decode(errors="replace"), limits)
        yield len(text)


def _check_length(text: str, limits: Limits) -> None:
    """Refuse one text longer than the limit."""
    if len(text) > limits.cell_length:
        raise FileRefused(code="text_too_long", limit=limits.cell_length)


def _count_texts(part: bytes) -> int:
    """Count the cells that show a shared text: never too few."""
    if b"t='" in part or b"t =" in part or b"t=\t" in part or b"t=\n" in part:
        return part.count(b"<")
    return part.count(b't="s"') + part.count(b"t= ")


def _check_repeated_texts(
    lengths: Sequence[int], sheets: list[bytes], limits: Limits
) -> None:
    """Refuse few long texts shown by very many cells.

    A text is stored once and copied for each cell that shows it. Every whole
    number is counted as if it were the number of a text: never too few.
    """
    total = 0
    for part in sheets:
        for match in TEXT_INDEX.finditer(part):
            index = int(match[1])
            total += lengths[index] if index < len(lengths) else 0
    if total > limits.text_length:
        raise FileRefused(code="too_much_text", limit=limits.text_length)
