import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** A percentage as a bar with its figure to two decimals, as reports print it. */
export class PercentBarField extends Component {
    static template = "mtqg_disbursement.PercentBarField";
    static props = { ...standardFieldProps };

    get percent() {
        return this.props.record.data[this.props.name] || 0;
    }

    get figure() {
        return `${formatFloat(this.percent, { digits: [16, 2] })} %`;
    }

    get width() {
        return Math.min(Math.max(this.percent, 0), 100);
    }
}

export const percentBarField = {
    component: PercentBarField,
    displayName: _t("Percentage with a bar"),
    supportedTypes: ["float"],
    listViewWidth: [110, 140],
};

registry.category("fields").add("mtqg_percent_bar", percentBarField);
