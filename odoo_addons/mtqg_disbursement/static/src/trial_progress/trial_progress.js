import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useState } from "@odoo/owl";

/** Tries a workflow on past documents, some in each request, and shows how far it is. */
export class TrialProgress extends Component {
    static template = "mtqg_disbursement.TrialProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ isRunning: false, done: 0, total: 0 });
    }

    get percent() {
        return this.state.total ? Math.round((100 * this.state.done) / this.state.total) : 0;
    }

    get label() {
        return this.props.record.data.done_count ? _t("Try again") : _t("Try");
    }

    /** Says that there was nothing to try, once something was tried. */
    get isEmpty() {
        return this.state.hasRun && !this.state.isRunning && !this.state.total;
    }

    async run() {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const call = (method) => this.orm.call(record.resModel, method, [[record.resId]]);
        this.state.isRunning = true;
        try {
            Object.assign(this.state, await call("start"));
            while (this.state.done < this.state.total) {
                Object.assign(this.state, await call("run_slice"));
            }
        } finally {
            this.state.isRunning = false;
            this.state.hasRun = true;
        }
        await record.load();
    }
}

registry.category("view_widgets").add("mtqg_trial_progress", {
    component: TrialProgress,
    fieldDependencies: [{ name: "done_count", type: "integer" }],
});
