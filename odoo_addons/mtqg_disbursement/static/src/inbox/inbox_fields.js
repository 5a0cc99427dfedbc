import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { describeDue, formatDay } from "../workflow/words";

/** The name of a document, and below it what it is and where it comes from. */
export class InboxDocumentField extends Component {
    static template = "mtqg_disbursement.InboxDocumentField";
    static props = { ...standardFieldProps };

    get task() {
        return this.props.record.data;
    }

    get kind() {
        const { selection } = this.props.record.fields.res_model;
        return selection.find(([model]) => model === this.task.res_model)?.[1];
    }

    get note() {
        const { unit_id: unit, forwarded_by_id: forwarder } = this.task;
        return [
            this.kind,
            unit?.display_name,
            forwarder && _t("forwarded by %s", forwarder.display_name),
        ]
            .filter(Boolean)
            .join(" · ");
    }
}

registry.category("fields").add("mtqg_inbox_document", {
    component: InboxDocumentField,
    displayName: _t("Document that waits"),
    supportedTypes: ["char"],
    fieldDependencies: [
        { name: "kind", type: "selection" },
        { name: "unit_id", type: "many2one" },
        { name: "forwarded_by_id", type: "many2one" },
    ],
    listViewWidth: [220],
});

/** Until when something has to be decided, and how long that is. */
export class DueField extends Component {
    static template = "mtqg_disbursement.DueField";
    static props = { ...standardFieldProps };

    get iso() {
        const date = this.props.record.data[this.props.name];
        return date ? date.toISODate() : "";
    }

    get day() {
        return formatDay(this.iso);
    }

    get left() {
        return describeDue(this.iso);
    }
}

registry.category("fields").add("mtqg_due", {
    component: DueField,
    displayName: _t("Last day, and how far it is"),
    supportedTypes: ["date"],
    fieldDependencies: [{ name: "is_late", type: "boolean" }],
    listViewWidth: [120, 140],
});
