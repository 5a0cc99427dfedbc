import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";

const PATIENCE = 1500;
const UNDER_WAY = ["queued", "loading"];

/** Shows how far a job in the background is, and loads the record anew when it ends. */
export class LoadingProgress extends Component {
    static template = "mtqg_disbursement.LoadingProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ state: "queued", done: 0, total: 0 });
        onMounted(() => this.look());
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get percent() {
        return this.state.total ? Math.floor((100 * this.state.done) / this.state.total) : 0;
    }

    async look() {
        const { record } = this.props;
        const found = await this.orm.silent.call(record.resModel, "get_progress", [[record.resId]]);
        Object.assign(this.state, found);
        if (UNDER_WAY.includes(found.state)) {
            this.timer = browser.setTimeout(() => this.look(), PATIENCE);
        } else {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("mtqg_loading_progress", { component: LoadingProgress });
