import { Component, onWillDestroy, onWillStart, useExternalListener, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

const EVERY = 3 * 60 * 1000;
// whatever moves a document, from whatever screen
const MOVES = /^action_(submit|approve|return|reject|withdraw|bulk|confirm|forward|give_opinion)/;

/** How many documents wait for the user, on every screen. */
export class InboxBadge extends Component {
    static template = "mtqg_disbursement.InboxBadge";
    static props = {};

    setup() {
        this.orm = useService("orm").silent;
        this.action = useService("action");
        this.state = useState({ isShown: false, total: 0, late: 0 });
        onWillStart(async () => {
            this.state.isShown = await user.hasGroup("mtqg_disbursement.group_viewer");
            if (this.state.isShown) {
                this.refresh();
            }
        });
        const soon = useDebounced(() => this.refresh(), 500);
        useBus(this.env.bus, "MTQG:INBOX-COUNTED", ({ detail }) => this.show(detail));
        useBus(rpcBus, "RPC:RESPONSE", ({ detail }) => {
            if (MOVES.test(detail.data.params?.method || "")) {
                soon();
            }
        });
        useExternalListener(window, "focus", soon);
        const timer = browser.setInterval(() => !document.hidden && this.refresh(), EVERY);
        onWillDestroy(() => browser.clearInterval(timer));
    }

    async refresh() {
        if (this.state.isShown) {
            this.show(await this.orm.call("mtqg.workflow.task", "count_mine", []));
        }
    }

    show({ total, late }) {
        Object.assign(this.state, { total, late });
    }

    open() {
        this.action.doAction("mtqg_disbursement.mtqg_workflow_task_action", {
            clearBreadcrumbs: true,
        });
    }
}

registry
    .category("systray")
    .add("mtqg_disbursement.InboxBadge", { Component: InboxBadge }, { sequence: 30 });
