import { browser } from "@web/core/browser/browser";
import { ConnectionLostError } from "@web/core/network/rpc";
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
        this.isGone = false;
        onMounted(() => this.look());
        onWillUnmount(() => {
            this.isGone = true;
            browser.clearTimeout(this.timer);
        });
    }

    /** Tells whether it is known how much there is to do. */
    get isMeasured() {
        return this.state.percent !== false;
    }

    get label() {
        return this.state.percent ? `${this.state.percent}%` : "";
    }

    async look() {
        const found = await this.ask();
        if (this.isGone) {
            return;
        }
        if (found.is_under_way) {
            Object.assign(this.state, found);
            this.timer = browser.setTimeout(() => this.look(), PATIENCE);
        } else {
            await this.showEnd();
        }
    }

    /** Returns what the server says; while it does not answer, what it said before. */
    async ask() {
        const { record } = this.props;
        try {
            return await this.orm.silent.call(record.resModel, "get_progress", [[record.resId]]);
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return { is_under_way: true };
            }
            throw error;
        }
    }

    /** Loads the record anew; what somebody has typed meanwhile is saved first. */
    async showEnd() {
        const { record } = this.props;
        if (!(await record.isDirty()) || (await record.save())) {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("mtqg_job_progress", { component: JobProgress });
