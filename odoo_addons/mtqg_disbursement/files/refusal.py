"""The one way a file is refused: a code with its values, no sentence."""


class FileRefused(Exception):  # noqa: N818 - a refusal, not a fault
    """A file that is not opened, and why.

    ``code`` is stable; ``values`` fill the sentence that the caller makes of
    it in the user's language. Codes and their values:

    ========================= ==================================================
    empty                     --
    too_big                   size, limit (bytes)
    unsupported_kind          kind
    unknown_kind              --
    has_password              --
    has_macros                --
    broken                    --
    too_many_parts            count, limit
    too_big_unzipped          limit (bytes)
    packed_too_tightly        ratio, limit
    doctype                   part
    far_cell                  sheet, cell, rows, columns (limits)
    too_many_rows             sheet, limit
    too_many_columns          sheet, limit
    too_many_cells            limit
    text_too_long             limit (characters)
    too_much_text             limit (characters)
    unknown_encoding          --
    ========================= ==================================================
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return f"{self.code} {self.values}" if self.values else self.code
