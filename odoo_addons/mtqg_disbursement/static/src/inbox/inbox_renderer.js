import { useExternalListener, useState } from "@odoo/owl";
import { ListRenderer } from "@web/views/list/list_renderer";

/** The list of the inbox: one row is the current one, and shown beside the list. */
export class InboxRenderer extends ListRenderer {
    setup() {
        super.setup();
        this.inbox = useState(this.env.inbox);
        useExternalListener(window, "dblclick", (ev) => {
            const row = ev.target.closest?.(".o_mtqg_inbox .o_data_row");
            if (row) {
                this.env.openCurrent();
            }
        });
    }

    /** Many can be chosen on a telephone too. */
    get hasSelectors() {
        return this.props.allowSelectors;
    }

    getActiveColumns() {
        const columns = super.getActiveColumns();
        if (!this.env.isSmall && !this.inbox.isPreviewed) {
            return columns;
        }
        // beside the preview there is room for what matters
        return columns.filter(({ name }) => ["document_name", "date_limit"].includes(name));
    }

    getRowClass(record) {
        const current = record.resId === this.inbox.currentId ? "o_mtqg_current" : "";
        return `${super.getRowClass(record)} ${current}`;
    }
}
