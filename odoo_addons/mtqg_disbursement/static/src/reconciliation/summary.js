import { localization } from "@web/core/l10n/localization";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import { writeAmount } from "../dong/dong_amount";

/** What a comparison found, by class, as bars; a bar opens the two sides. */
export class ReconciliationSummary extends Component {
    static template = "mtqg_disbursement.ReconciliationSummary";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ classes: [], labels: {} });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((props) => this.load(props));
    }

    async load({ record }) {
        if (record.resId && record.data.date_run) {
            const panes = await this.orm.call(record.resModel, "get_panes", [[record.resId]]);
            Object.assign(this.state, {
                classes: panes.classes,
                labels: panes.labels.difference_class,
            });
        }
    }

    get largest() {
        return Math.max(1, ...this.state.classes.map(({ count }) => count));
    }

    write(amount) {
        return writeAmount(amount, localization);
    }

    open(name) {
        const { record } = this.props;
        return this.action.doAction({
            type: "ir.actions.client",
            tag: "mtqg_reconciliation_panes",
            name: record.data.number,
            params: { reconciliation_id: record.resId, classes: [name] },
        });
    }
}

registry.category("view_widgets").add("mtqg_reconciliation_summary", {
    component: ReconciliationSummary,
    fieldDependencies: [
        { name: "date_run", type: "datetime" },
        { name: "number", type: "char" },
    ],
});
