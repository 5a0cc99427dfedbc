import { reactive, useEffect, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

import { BulkDialog } from "./bulk_dialog";
import { InboxHelp } from "./help_dialog";
import { useKeys } from "./inbox_keys";
import { InboxModel } from "./inbox_model";
import { InboxRenderer } from "./inbox_renderer";
import { Preview } from "./preview";

const DONE = {
    approve: _t("Approved: %s"),
    return: _t("Returned: %s"),
    reject: _t("Rejected: %s"),
};

/** “Waiting for me”: a list to decide in, by mouse or keyboard, one by one or many. */
export class InboxController extends ListController {
    static template = "mtqg_disbursement.InboxView";
    static components = { ...ListController.components, Preview };

    setup() {
        const { currentId = false, isPreviewed = true } = this.props.state?.inbox || {};
        const inbox = reactive({ currentId, isPreviewed, stamp: 0 });
        useSubEnv({ inbox, openCurrent: () => this.openDocument() });
        super.setup();
        this.inbox = useState(inbox);
        this.notification = useService("notification");
        // who comes back from a document finds the inbox as it was
        useSetupAction({ getLocalState: () => ({ inbox: { ...inbox } }) });
        // what was current a moment ago is decided: the one in its place comes next
        this.place = 0;
        useEffect(
            () => this.keepCurrent(),
            () => [this.records.map(({ resId }) => resId).join(), this.env.isSmall]
        );
        useKeys({
            j: () => this.step(1),
            k: () => this.step(-1),
            ArrowDown: () => this.step(1),
            ArrowUp: () => this.step(-1),
            a: () => this.decide("approve"),
            r: () => this.decide("return"),
            f: () => this.refer("action_open_forward"),
            x: () => this.toggleCurrent(),
            o: () => this.openDocument(),
            Enter: (ev) => !ev.target.closest("button, a") && this.openDocument(),
            p: () => this.togglePreview(),
            "/": () => this.focusSearch(),
            Escape: () => this.env.isSmall && this.closePreview(),
            u: () => this.help("undo"),
            "?": () => this.help(),
        });
    }

    get className() {
        return `${this.props.className} o_mtqg_inbox`;
    }

    /** The records in the order of the screen, those of open groups too. */
    get records() {
        return this.model.root?.records || [];
    }

    get current() {
        return this.records.find(({ resId }) => resId === this.inbox.currentId);
    }

    /** What the preview has to know of the current record. */
    get task() {
        const { kind, question, res_model, res_id, document_name } = this.current.data;
        return {
            id: this.current.resId,
            kind,
            question,
            res_model,
            res_id: res_id.resId,
            document_name,
            stamp: this.inbox.stamp,
        };
    }

    get counters() {
        return this.model.counters;
    }

    get filter() {
        return this.model.filter;
    }

    // === WHERE ONE IS === //

    /** Something is current as long as something waits; a telephone starts with the list. */
    keepCurrent() {
        const ids = this.records.map(({ resId }) => resId);
        if (!ids.includes(this.inbox.currentId)) {
            const next = ids[this.place] ?? ids.at(-1) ?? false;
            this.inbox.currentId = this.env.isSmall ? false : next;
        }
    }

    step(by) {
        const { records } = this;
        const index = records.indexOf(this.current) + by;
        if (records[index]) {
            this.inbox.currentId = records[index].resId;
            // Enter opens the document, and not again the menu that was clicked before
            document.activeElement?.blur();
            this.rootRef.el
                .querySelector(`.o_data_row[data-id='${records[index].id}']`)
                ?.scrollIntoView({ block: "nearest" });
        }
    }

    /** A click shows the document beside the list; a new window shows all of it. */
    async openRecord(record, { newWindow } = {}) {
        this.inbox.currentId = record.resId;
        if (newWindow) {
            await this.openDocument(newWindow);
        }
    }

    openDocument(newWindow) {
        if (!this.current) {
            return;
        }
        const { res_model, res_id } = this.task;
        this.actionService.doAction(
            {
                type: "ir.actions.act_window",
                res_model,
                res_id,
                views: [[false, "form"]],
            },
            { newWindow: newWindow === true }
        );
    }

    toggleCurrent() {
        this.current?.toggleSelection();
    }

    togglePreview() {
        this.inbox.isPreviewed = !this.inbox.isPreviewed;
    }

    closePreview() {
        if (this.env.isSmall) {
            this.inbox.currentId = false;
        } else {
            this.inbox.isPreviewed = false;
        }
    }

    focusSearch() {
        this.rootRef.el.querySelector(".o_searchview_input")?.focus();
    }

    async filterBy(filter) {
        this.place = 0;
        await this.model.filterBy(filter);
    }

    isFiltered(kind, isLate) {
        return this.filter.kind === kind && this.filter.isLate === isLate;
    }

    openSubmitted() {
        return this.actionService.doAction("mtqg_disbursement.mtqg_workflow_task_action_all");
    }

    help(part) {
        this.dialogService.add(InboxHelp, { part });
    }

    // === DECISIONS === //

    async decide(move) {
        const { root } = this.model;
        const isMany = root.selection.length || root.isDomainSelected;
        if (!isMany && this.current?.data.kind === "opinion") {
            return move === "approve" && this.refer("action_open_answer");
        }
        const ids = isMany ? await root.getResIds(true) : [this.current?.resId].filter(Boolean);
        if (!ids.length) {
            return;
        }
        const [chosen] = isMany ? root.selection : [this.current];
        const name = ids.length === 1 ? chosen.data.document_name : "";
        this.place = this.records.indexOf(this.current);
        this.dialogService.add(BulkDialog, {
            move,
            model: this.props.resModel,
            ids,
            name,
            onDone: (done) => this.afterMove(move, done, name),
        });
    }

    /** Hands the document on, or asks for an opinion, or gives one, in a dialog. */
    async refer(method) {
        if (!this.current) {
            return;
        }
        const { res_model: model, res_id: id } = this.task;
        const action = await this.orm.call(model, method, [[id]]);
        this.place = this.records.indexOf(this.current);
        await this.actionService.doAction(action, { onClose: () => this.reload() });
    }

    async afterMove(move, done, name) {
        if (name && done.length) {
            this.notification.add(DONE[move].toString().replace("%s", name), {
                type: "success",
                buttons: [
                    { name: _t("Can this be taken back?"), onClick: () => this.help("undo") },
                ],
            });
        }
        await this.reload();
    }

    /** Loads the list, its counters, those of the search panel, and the preview. */
    async reload() {
        this.inbox.stamp++;
        await this.env.searchModel._notify();
    }
}

registry.category("views").add("mtqg_inbox", {
    ...listView,
    Controller: InboxController,
    Renderer: InboxRenderer,
    Model: InboxModel,
});
