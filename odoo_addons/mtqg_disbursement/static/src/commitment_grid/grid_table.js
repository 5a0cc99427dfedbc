/**
 * The table of a commitment: what is typed, pasted and added up in it.
 *
 * Nothing here knows the screen. Amounts are whole đồng below 2^53 each; sums of many of
 * them may lie beyond, so they are added as BigInt.
 */

import { InvalidAmountError, readAmount, UNITS } from "../dong/dong_amount";

export const MONTHS = 13;

/**
 * Writes an amount in a unit of money with all its decimals: nothing is rounded.
 *
 * @param {number | bigint} amount đồng
 * @param {{ thousandsSep: string, decimalPoint: string }} language
 * @param {"dong" | "million"} unit
 * @returns {string} empty for zero
 */
export function writeExact(amount, language, unit) {
    const dong = BigInt(amount);
    if (!dong) {
        return "";
    }
    const { power } = UNITS[unit];
    const digits = (dong < 0n ? -dong : dong).toString().padStart(power + 1, "0");
    const whole = digits.slice(0, digits.length - power);
    const fraction = digits.slice(digits.length - power).replace(/0+$/, "");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, language.thousandsSep);
    return (dong < 0n ? "-" : "") + grouped + (fraction && language.decimalPoint + fraction);
}

/**
 * Reads a cell: an amount in the unit of the table, or with a unit of its own ("5 tỷ").
 *
 * @returns {number} whole đồng, zero or more
 * @throws {InvalidAmountError} whose message is the text
 */
export function readCell(text, language, unit) {
    try {
        return readPlain(text, language, unit);
    } catch {
        throw new InvalidAmountError(text);
    }
}

function readPlain(text, language, unit) {
    const plain = text.trim().replace(/^"(.*)"$/s, "$1").trim();
    // how spreadsheets show nothing in columns of money
    if (!plain || /^[-−–]$/.test(plain)) {
        return 0;
    }
    const isBare = /^[-−–]?[\d.,\s]+$/.test(plain);
    const amount = readAmount(isBare && unit === "million" ? `${plain} tr` : plain, language);
    if (amount < 0) {
        throw new InvalidAmountError("below zero");
    }
    return amount;
}

/**
 * Reads a block copied from a spreadsheet.
 *
 * @param {string} text rows end with a line break, cells are parted by tabs
 * @returns {number[][]} whole đồng
 * @throws {InvalidAmountError} whose message is the first cell that is no amount
 */
export function readBlock(text, language, unit) {
    const rows = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    return rows.map((row) => row.split("\t").map((cell) => readCell(cell, language, unit)));
}

/** Returns the rows with a block put in from a cell on; what has no place stays out. */
export function putBlock(rows, block, rowAt, monthAt, locked) {
    return rows.map((row, index) => {
        const cells = block[index - rowAt];
        if (!cells) {
            return row;
        }
        const amounts = row.amounts.map((amount, month) => {
            const value = cells[month - monthAt];
            return value === undefined || month < locked ? amount : value;
        });
        return { ...row, amounts };
    });
}

/** Adds amounts up, exactly. */
export function addUp(amounts) {
    return amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);
}

/** Returns the totals of the thirteen months, each a BigInt. */
export function addMonths(rows, name = "amounts") {
    return Array.from({ length: MONTHS }, (_, month) =>
        addUp(rows.map((row) => row[name][month] || 0))
    );
}

/** Returns the name of a month: "04", and "01/2025" for January of the next year. */
export function nameMonth(month, planYear) {
    return month < 12 ? String(month + 1).padStart(2, "0") : `01/${planYear + 1}`;
}
