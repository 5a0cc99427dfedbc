import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

import { formatDong } from "../dong/dong_field";

const KINDS = {
    line: _t("Line"),
    group: _t("Sum of the rows below"),
    sum: _t("Sum"),
    total: _t("Total"),
    text: _t("Text row"),
};

/** Shows the first rows of a statement as they were understood. */
export class StatementPreview extends Component {
    static template = "mtqg_disbursement.StatementPreview";
    static props = { ...standardFieldProps };

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    kind(row) {
        return KINDS[row.kind] || row.kind;
    }

    amount(value) {
        return formatDong(value);
    }
}

registry.category("fields").add("mtqg_statement_preview", {
    component: StatementPreview,
    supportedTypes: ["json", "jsonb"],
});
