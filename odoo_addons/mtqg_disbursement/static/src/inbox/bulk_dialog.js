import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { downloadFile } from "@web/core/network/download";
import { useService } from "@web/core/utils/hooks";

import { writeTable } from "./result_table";

const TASK = "mtqg.workflow.task";
// documents checked by one request: few enough for a bar that moves
const MIN_CHUNK = 5;
const MAX_CHUNK = 200;

/**
 * Makes one move of one or many documents: asks what has to be said, checks them in
 * chunks, moves those that can move in one transaction, and lists what became of them.
 */
export class BulkDialog extends Component {
    static template = "mtqg_disbursement.BulkDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        // submit, approve, return, reject or withdraw
        move: String,
        // tasks, or documents of one kind; the name where it is only one
        model: String,
        ids: Array,
        name: { type: String, optional: true },
        onDone: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({
            step: "ask",
            comment: "",
            reason: "",
            stage: "",
            reasons: [],
            stages: [],
            checked: 0,
            blocked: [],
            done: [],
            error: "",
        });
        this.first = useRef("first");
        onWillStart(() => this.isReturn && this.loadChoices());
        useEffect(
            () => this.first.el?.focus(),
            () => [this.state.step]
        );
    }

    get isReturn() {
        return this.props.move === "return";
    }

    get mustExplain() {
        return ["return", "reject"].includes(this.props.move);
    }

    get isReady() {
        return !this.mustExplain || this.state.comment.trim();
    }

    get count() {
        return this.props.ids.length;
    }

    get title() {
        const titles = {
            submit: [_t("Submit the document"), _t("Submit %s documents", this.count)],
            approve: [_t("Approve the document"), _t("Approve %s documents", this.count)],
            return: [_t("Return the document"), _t("Return %s documents", this.count)],
            reject: [_t("Reject the document"), _t("Reject %s documents", this.count)],
            withdraw: [_t("Withdraw the document"), _t("Withdraw %s documents", this.count)],
        }[this.props.move];
        return titles[this.count === 1 ? 0 : 1];
    }

    get verb() {
        return {
            submit: _t("Submit"),
            approve: _t("Approve"),
            return: _t("Return"),
            reject: _t("Reject"),
            withdraw: _t("Withdraw"),
        }[this.props.move];
    }

    get percent() {
        return Math.floor((100 * this.state.checked) / this.count);
    }

    get checking() {
        return _t("Checking: %(checked)s of %(count)s", {
            checked: this.state.checked,
            count: this.count,
        });
    }

    get verdict() {
        return _t("%(passing)s can go on, %(blocked)s cannot:", {
            passing: this.passing.length,
            blocked: this.state.blocked.length,
        });
    }

    async loadChoices() {
        const ids = this.count === 1 && this.props.model === TASK ? this.props.ids : [];
        const choices = await this.orm.call(TASK, "read_return_choices", [ids]);
        Object.assign(this.state, choices);
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey) && this.state.step === "ask") {
            this.start();
        }
    }

    /** Checks the documents in chunks, so that the bar shows how far it is. */
    async start() {
        if (!this.isReady) {
            this.state.error = _t("Say why, so that the unit knows what to put right.");
            return;
        }
        if (this.count === 1) {
            return this.move(this.props.ids);
        }
        Object.assign(this.state, { step: "check", checked: 0, blocked: [], error: "" });
        const chunk = Math.min(Math.max(Math.ceil(this.count / 10), MIN_CHUNK), MAX_CHUNK);
        for (let from = 0; from < this.count && this.state.step === "check"; from += chunk) {
            const ids = this.props.ids.slice(from, from + chunk);
            const blocked = await this.call("check_bulk", ids);
            this.state.blocked.push(...blocked);
            this.state.checked += ids.length;
        }
        if (this.state.step !== "check") {
            return;
        }
        if (this.state.blocked.length) {
            this.state.step = "confirm";
        } else {
            await this.move(this.props.ids);
        }
    }

    get passing() {
        const blocked = new Set(this.state.blocked.map(({ id }) => id));
        return this.props.ids.filter((id) => !blocked.has(id));
    }

    /** Moves documents in one transaction: all that can, or none if the server refuses. */
    async move(ids) {
        this.state.step = "move";
        const { comment, reason, stage } = this.state;
        const known = this.state.blocked;
        try {
            const answer = await (this.isReturn && stage && this.count === 1
                ? this.returnOne(comment, reason, stage)
                : this.call("action_bulk", ids, comment, reason));
            this.state.done = answer.done;
            this.state.blocked = [...known, ...answer.blocked];
        } catch (error) {
            Object.assign(this.state, { step: "ask", error: error.data?.message || `${error}` });
            return;
        }
        if (this.count === 1 && this.state.done.length) {
            this.props.close();
        } else {
            this.state.step = "result";
        }
        this.props.onDone(this.state.done);
    }

    call(method, ids, ...words) {
        return this.orm.call(this.props.model, method, [ids, this.props.move, ...words]);
    }

    async returnOne(comment, reason, stage) {
        const [id] = this.props.ids;
        const [task] = await this.orm.read(TASK, [id], ["res_model", "res_id"]);
        await this.orm.call(task.res_model, "action_return", [[task.res_id], comment, reason, stage]);
        return { done: [id], blocked: [] };
    }

    /** Returns the result as a table: every document, and what became of it. */
    async readTable() {
        const rows = this.state.done.length
            ? await this.orm.read(this.props.model, this.state.done, ["display_name"])
            : [];
        return writeTable([
            [_t("Document"), _t("Result"), _t("Reason")],
            ...rows.map((row) => [row.display_name, _t("Done"), ""]),
            ...this.state.blocked.map(({ name, message }) => [name, _t("Not done"), message]),
        ]);
    }

    async download() {
        // spreadsheets read the letters right when the file says how they are written
        const text = `\ufeff${await this.readTable()}`;
        downloadFile(text, `${this.title}.csv`, "text/csv;charset=utf-8");
    }

    async copy() {
        await browser.navigator.clipboard.writeText(await this.readTable());
        this.notification.add(_t("The result is on the clipboard."), { type: "success" });
    }
}
