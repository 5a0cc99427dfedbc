import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { CharField, charField } from "@web/views/fields/char/char_field";

/**
 * A text of which the server knows the usual values: they are chosen from a list; where it
 * knows none, the text is typed. The option `choices` names the field with [value, label].
 */
export class ChoiceField extends CharField {
    static template = "mtqg_disbursement.ChoiceField";
    static props = { ...CharField.props, choices: { type: String } };

    get choices() {
        return this.props.record.data[this.props.choices] || [];
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    /** What is kept but is no usual value stays in sight. */
    get isUnknown() {
        return this.value && !this.choices.some(([value]) => value === this.value);
    }

    get label() {
        return this.choices.find(([value]) => value === this.value)?.[1] || this.value;
    }

    choose(value) {
        return this.props.record.update({ [this.props.name]: value });
    }
}

export const choiceField = {
    ...charField,
    component: ChoiceField,
    displayName: _t("Text of a list"),
    supportedTypes: ["char"],
    fieldDependencies: ({ options }) => [{ name: options.choices, type: "json" }],
    extractProps: (info, dynamic) => ({
        ...charField.extractProps(info, dynamic),
        choices: info.options.choices,
    }),
};

registry.category("fields").add("mtqg_choice", choiceField);
