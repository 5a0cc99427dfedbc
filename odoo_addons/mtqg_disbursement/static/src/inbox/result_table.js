// a cell that starts with one of these would be a formula to a spreadsheet
const FORMULA = /^[=+\-@\t\r]/;

function writeCell(value) {
    const text = FORMULA.test(value) ? `'${value}` : value;
    return `"${text.replaceAll('"', '""')}"`;
}

/** Writes rows of texts as CSV; what is text in a cell stays text in a spreadsheet. */
export function writeTable(rows) {
    return rows.map((row) => row.map((value) => writeCell(`${value}`)).join(",")).join("\r\n");
}
