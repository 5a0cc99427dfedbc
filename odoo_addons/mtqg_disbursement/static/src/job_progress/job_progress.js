import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";

const PATIENCE = 1500;

/** Shows how far a job in the background is, and loads the record anew when it ends. */
export class JobProgress extends Component {
    static template = "mtqg_disbursement.JobProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ text: "", percent: 0 });
        onMounted(() => this.look());
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    async look() {
        const { record } = this.props;
        const found = await this.orm.silent.call(record.resModel, "get_progress", [[record.resId]]);
        Object.assign(this.state, found);
        if (found.is_under_way) {
            this.timer = browser.setTimeout(() => this.look(), PATIENCE);
        } else {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("mtqg_job_progress", { component: JobProgress });
