"""Files room: bytes of a table file -> sheets of plain cells.

Imports the standard library and python-calamine only; knows neither Odoo nor
what the tables mean. Whatever a stranger uploads is checked before a parser
sees it, so that no file can harm the process that opens it.

``reading.read_sheets`` is the door; ``refusal.FileRefused`` its one refusal.
"""
