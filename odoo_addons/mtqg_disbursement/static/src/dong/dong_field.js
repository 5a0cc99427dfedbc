import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useInputField } from "@web/views/fields/input_field_hook";
import { useNumpadDecimal } from "@web/views/fields/numpad_decimal_hook";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { chooseUnit, readAmount, UNITS, writeAmount } from "./dong_amount";

import { Component, useState } from "@odoo/owl";

/** Returns an amount with the name of the unit that it is easiest to read in. */
export function describeDong(amount) {
    const unit = chooseUnit(amount);
    return nameUnit(writeAmount(amount, localization, unit), unit);
}

/**
 * Formats whole đồng; the name "dong" makes lists, pivots and graphs use it for sums.
 *
 * @param {number | false} amount
 * @param {Object} [options]
 * @param {"dong" | "million" | "billion" | "auto"} [options.unit="dong"]
 * @returns {string}
 */
export function formatDong(amount, { unit = "dong" } = {}) {
    if (amount === false || amount === null || amount === undefined) {
        return "";
    }
    return writeAmount(amount, localization, unit === "auto" ? chooseUnit(amount) : unit);
}
formatDong.extractOptions = ({ options }) => ({ unit: options?.unit });

/** Reads what people type as an amount, see `readAmount`. */
export function parseDong(text) {
    return readAmount(text, localization);
}

function nameUnit(figure, unit) {
    if (unit === "billion") {
        return _t("%(figure)s billion đ", { figure });
    }
    if (unit === "million") {
        return _t("%(figure)s million đ", { figure });
    }
    return _t("%(figure)s đ", { figure });
}

export class DongField extends Component {
    static template = "mtqg_disbursement.DongField";
    static props = {
        ...standardFieldProps,
        isInForm: { type: Boolean, optional: true },
        isZeroBlank: { type: Boolean, optional: true },
        placeholder: { type: String, optional: true },
        unit: { type: String, optional: true },
    };
    static defaultProps = { isInForm: false, isZeroBlank: false, unit: "dong" };

    setup() {
        this.state = useState({ reading: "", isWrong: false });
        useInputField({
            getValue: () => (this.isBlank ? "" : formatDong(this.amount)),
            refName: "numpadDecimal",
            parse: parseDong,
        });
        useNumpadDecimal();
    }

    get amount() {
        return this.props.record.data[this.props.name];
    }

    get unit() {
        return this.props.unit === "auto" ? chooseUnit(this.amount) : this.props.unit;
    }

    /** A zero that means "any amount" is not shown. */
    get isBlank() {
        return this.props.isZeroBlank && !this.amount;
    }

    get shownAmount() {
        if (this.isBlank) {
            return "";
        }
        const figure = formatDong(this.amount, { unit: this.unit });
        const isPlain = this.unit === "dong" && !this.props.isInForm;
        return isPlain ? figure : nameUnit(figure, this.unit);
    }

    /** The exact amount where the cell shows a rounded one, else an easier reading. */
    get tooltip() {
        if (this.unit !== "dong") {
            return nameUnit(formatDong(this.amount), "dong");
        }
        return Math.abs(this.amount) >= 1e6 ? describeDong(this.amount) : "";
    }

    onFocus(ev) {
        this.read(ev.target.value);
    }

    onInput(ev) {
        this.read(ev.target.value);
    }

    onBlur() {
        this.state.reading = "";
        this.state.isWrong = false;
    }

    /** Says beside the input how the text is read, while it is typed. */
    read(text) {
        try {
            const amount = parseDong(text);
            this.state.isWrong = false;
            this.state.reading = amount ? describeDong(amount) : "";
        } catch {
            this.state.isWrong = true;
            this.state.reading = _t("not a whole amount of đồng");
        }
    }
}

export const dongField = {
    component: DongField,
    displayName: _t("Amount in đồng"),
    supportedOptions: [
        {
            label: _t("Unit of money"),
            name: "unit",
            type: "selection",
            choices: [
                { label: _t("đồng"), value: "dong" },
                { label: _t("million đồng"), value: "million" },
                { label: _t("billion đồng"), value: "billion" },
                { label: _t("the easiest to read"), value: "auto" },
            ],
            default: "dong",
            help: _t("Where the amount is read only; the tooltip shows it to the đồng."),
        },
        {
            label: _t("Leave zero blank"),
            name: "blank_zero",
            type: "boolean",
        },
    ],
    supportedTypes: ["integer"],
    isEmpty: (record, fieldName) => record.data[fieldName] === false,
    listViewWidth: [130, 190],
    extractProps: ({ options, placeholder, viewType }) => ({
        isInForm: viewType === "form",
        isZeroBlank: Boolean(options.blank_zero),
        placeholder,
        unit: options.unit in UNITS || options.unit === "auto" ? options.unit : "dong",
    }),
};

registry.category("fields").add("dong", dongField);
registry.category("formatters").add("dong", formatDong);
registry.category("parsers").add("dong", parseDong);
