import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";

const PAUSE = 2000;

/** How far a comparison in the background is; loads the form again when it is over. */
export class ReconciliationProgress extends Component {
    static template = "mtqg_disbursement.ReconciliationProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ percent: 0, text: "" });
        onWillStart(() => this.look());
        onWillDestroy(() => clearTimeout(this.timer));
    }

    async look() {
        const { record } = this.props;
        if (!record.resId) {
            return;
        }
        const found = await this.orm.silent.call(record.resModel, "get_progress", [[record.resId]]);
        Object.assign(this.state, found);
        if (["queued", "running"].includes(found.state)) {
            this.timer = setTimeout(() => this.look(), PAUSE);
        } else if (["queued", "running"].includes(record.data.job_state)) {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("mtqg_reconciliation_progress", {
    component: ReconciliationProgress,
    fieldDependencies: [{ name: "job_state", type: "selection" }],
});
