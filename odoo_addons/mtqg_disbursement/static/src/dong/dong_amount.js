/**
 * Amounts in whole đồng as people write and read them.
 *
 * Nothing here computes with fractions: digits are moved as text and as BigInt, so every
 * amount up to MAX_DONG (below 2^53, hence exact as a Number) comes back unchanged.
 */

export const MAX_DONG = 9_000_000_000_000_000;

export class InvalidAmountError extends Error {}

/** Power of ten of each unit of money, and the decimals it is shown with. */
export const UNITS = {
    dong: { power: 0, decimals: 0 },
    million: { power: 6, decimals: 3 },
    billion: { power: 9, decimals: 3 },
};

/** Words after a number, without accents: power of ten. */
const UNIT_WORDS = {
    d: 0,
    dong: 0,
    vnd: 0,
    "₫": 0,
    k: 3,
    ng: 3,
    ngan: 3,
    nghin: 3,
    thousand: 3,
    m: 6,
    tr: 6,
    trieu: 6,
    million: 6,
    b: 9,
    bn: 9,
    ti: 9,
    ty: 9,
    billion: 9,
};

const TERM = /\s*(\d[\d.,\s]*)([a-z₫]*)/gy;
const MINUS = /^[-−–]\s*/;

/**
 * Reads an amount: `1.234.567`, `1,5 tỷ`, `500 tr`, `1 tỷ 200 triệu`, `2 nghìn đồng`.
 *
 * A lone separator that could mean either (`1.500 tỷ`) is read by the user's language;
 * without a unit it groups digits, as there is no fraction of a đồng. An amount that would
 * leave one is refused, never rounded.
 *
 * @param {string} text
 * @param {{ thousandsSep: string, decimalPoint: string }} language
 * @returns {number} whole đồng
 * @throws {InvalidAmountError}
 */
export function readAmount(text, language) {
    const plain = toPlainText(text);
    if (!plain) {
        return 0;
    }
    const isNegative = MINUS.test(plain);
    const amount = addTerms(splitTerms(plain.replace(MINUS, ""), language));
    if (amount > BigInt(MAX_DONG)) {
        throw new InvalidAmountError(`"${text}" is beyond ${MAX_DONG} đồng`);
    }
    return isNegative && amount ? -Number(amount) : Number(amount);
}

/**
 * Writes an amount in groups of three digits, in a unit of money. Display only: a figure that has
 * more decimals than the unit shows is rounded half up, away from zero.
 *
 * @param {number} amount đồng; a fraction (an average) is rounded to whole đồng
 * @param {{ thousandsSep: string, decimalPoint: string }} language
 * @param {"dong" | "million" | "billion"} [unit]
 * @returns {string}
 */
export function writeAmount(amount, language, unit = "dong") {
    const { power, decimals } = UNITS[unit];
    const dong = BigInt(Math.round(Math.abs(amount)));
    const step = 10n ** BigInt(power - decimals);
    const shown = ((dong + step / 2n) / step).toString().padStart(decimals + 1, "0");
    const whole = shown.slice(0, shown.length - decimals);
    const fraction = shown.slice(shown.length - decimals).replace(/0+$/, "");
    const sign = amount < 0 && /[1-9]/.test(shown) ? "-" : "";
    const grouped = groupDigits(whole, language.thousandsSep);
    return sign + grouped + (fraction && language.decimalPoint + fraction);
}

/**
 * Returns the unit in which an amount is easiest to read.
 *
 * @param {number} amount đồng
 * @returns {"dong" | "million" | "billion"}
 */
export function chooseUnit(amount) {
    const size = Math.abs(amount);
    if (size >= 1e9) {
        return "billion";
    }
    return size >= 1e6 ? "million" : "dong";
}

function toPlainText(text) {
    return String(text)
        .toLowerCase()
        .normalize("NFD")
        .replace(/[\u0300-\u036f]/g, "")
        .replaceAll("đ", "d")
        .trim();
}

function splitTerms(text, language) {
    const terms = [];
    let end = 0;
    for (const match of text.matchAll(TERM)) {
        const [whole, number, word] = match;
        if (word && !(word in UNIT_WORDS)) {
            throw new InvalidAmountError(`"${word}" is no unit of money`);
        }
        const power = UNIT_WORDS[word] ?? 0;
        terms.push({ ...splitNumber(number.trim(), language, power), word, power });
        end = match.index + whole.length;
    }
    // "2 nghìn đồng": the last word only names the currency
    if (!terms.length || !/^\s*(d|dong|vnd|₫)?$/.test(text.slice(end))) {
        throw new InvalidAmountError(`"${text}" is not an amount`);
    }
    return terms;
}

function addTerms(terms) {
    let total = 0n;
    let lastPower = Infinity;
    for (const { whole, fraction, word, power } of terms) {
        // "1 tỷ 500" may mean 1,5 tỷ or 1.000.000.500: not ours to guess
        if (power >= lastPower || (terms.length > 1 && !word)) {
            throw new InvalidAmountError("say the unit of each part, the larger first");
        }
        if (fraction.length > power) {
            throw new InvalidAmountError("a fraction of a đồng");
        }
        total += BigInt(whole + fraction.padEnd(power, "0"));
        lastPower = power;
    }
    return total;
}

/** Splits "1.234,50" into its whole digits and its decimals without trailing zeros. */
function splitNumber(text, language, power) {
    const separators = text.match(/[.,]|\s+/g) || [];
    const decimal = findDecimalSeparator(text, separators, language, power);
    const at = decimal ? text.lastIndexOf(decimal) : text.length;
    const whole = text.slice(0, at);
    const fraction = text.slice(at + 1);
    const isGrouped = /^\d{1,3}(?:([.,]|\s)\d{3})(?:\1\d{3})*$/.test(whole);
    if (!(isGrouped || /^\d+$/.test(whole)) || !/^\d*$/.test(fraction)) {
        throw new InvalidAmountError(`"${text}" is not a number`);
    }
    return { whole: whole.replace(/\D/g, ""), fraction: fraction.replace(/0+$/, "") };
}

function findDecimalSeparator(text, separators, language, power) {
    const last = separators.at(-1);
    if (!last || !last.trim() || separators.filter((mark) => mark === last).length > 1) {
        return "";
    }
    if (separators.length > 1 || !/^[1-9]\d{0,2}[.,]\d{3}$/.test(text)) {
        return last;
    }
    return power && last === language.decimalPoint ? last : "";
}

function groupDigits(digits, separator) {
    return digits.replace(/\B(?=(\d{3})+$)/g, separator);
}
