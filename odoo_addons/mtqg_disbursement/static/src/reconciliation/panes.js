import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";

import { InvalidAmountError, readAmount, writeAmount } from "../dong/dong_amount";
import { useKeys } from "../inbox/inbox_keys";
import { Difference } from "./difference";

const BANDS = {
    b0: _t("0–7 days"),
    b1: _t("8–30 days"),
    b2: _t("31–90 days"),
    b3: _t("More than 90 days"),
};

/** The register and the Treasury side by side: each difference is decided here. */
export class ReconciliationPanes extends Component {
    static template = "mtqg_disbursement.ReconciliationPanes";
    static components = { Layout, Difference };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.list = useRef("list");
        const { params, context } = this.props.action;
        this.id = params?.reconciliation_id || context?.active_id;
        this.state = useState({
            data: null,
            offset: 0,
            place: 0,
            chosen: new Set(),
            editing: null,
            people: [],
            filters: { classes: params?.classes || [], states: [], owner: false, band: "", text: "" },
        });
        onWillStart(async () => {
            if (this.id) {
                await this.load();
                this.findLine(params?.line_id);
            }
        });
        useEffect(() => this.showCurrent(), () => [this.state.place, this.state.offset]);
        useKeys(this.keys);
    }

    get keys() {
        return {
            ArrowDown: () => this.move(1),
            ArrowUp: () => this.move(-1),
            j: () => this.move(1),
            k: () => this.move(-1),
            a: () => this.act("action_accept"),
            r: () => this.act("action_reject"),
            s: () => this.act("action_split"),
            u: () => this.act("action_undo"),
            x: () => this.choose(this.current),
            m: () => this.merge(),
            c: () => this.edit("comment"),
            o: () => this.edit("owner"),
            v: () => this.correct(this.current),
            Escape: () => this.edit(null),
        };
    }

    get display() {
        return { controlPanel: {} };
    }

    get lines() {
        return this.state.data?.lines || [];
    }

    get current() {
        return this.lines[this.state.place];
    }

    get bands() {
        return Object.entries(BANDS).map(([name, label]) => ({ name, label }));
    }

    get isFiltered() {
        const { classes, states, owner, band, amount, text } = this.state.filters;
        return Boolean(classes.length || states.length || owner || band || amount || text);
    }

    get pager() {
        const { total, page } = this.state.data;
        const first = total ? this.state.offset + 1 : 0;
        return { first, last: Math.min(this.state.offset + page, total), total };
    }

    write(amount) {
        return writeAmount(amount || 0, localization);
    }

    day(date) {
        return date ? date.split("-").reverse().join("/") : "";
    }

    // === Reading === //

    async load() {
        const { filters, offset } = this.state;
        this.state.data = await this.orm.call("mtqg.reconciliation", "get_panes", [[this.id]], {
            filters: { ...filters },
            offset,
        });
        this.state.place = Math.min(this.state.place, Math.max(0, this.lines.length - 1));
    }

    findLine(id) {
        const place = this.lines.findIndex((line) => line.id === id);
        this.state.place = Math.max(0, place);
    }

    filter(changes) {
        Object.assign(this.state.filters, changes);
        Object.assign(this.state, { offset: 0, place: 0 });
        this.state.chosen.clear();
        return this.load();
    }

    toggle(name, value) {
        const values = this.state.filters[name];
        return this.filter({
            [name]: values.includes(value) ? values.filter((v) => v !== value) : [...values, value],
        });
    }

    filterAmount(ev) {
        try {
            return this.filter({ amount: readAmount(ev.target.value, localization) });
        } catch (error) {
            if (!(error instanceof InvalidAmountError)) {
                throw error;
            }
            this.notification.add(_t("Write an amount, for example 500 tr."), { type: "warning" });
        }
    }

    clearFilters() {
        return this.filter({ classes: [], states: [], owner: false, band: "", amount: 0, text: "" });
    }

    turn(step) {
        const { page, total } = this.state.data;
        const offset = this.state.offset + step * page;
        if (offset < 0 || offset >= total) {
            return false;
        }
        Object.assign(this.state, { offset, place: 0 });
        return this.load();
    }

    // === Moving === //

    move(step) {
        const place = this.state.place + step;
        if (place < 0 || place >= this.lines.length) {
            return this.turn(step);
        }
        Object.assign(this.state, { place, editing: null });
    }

    go(place) {
        if (place !== this.state.place) {
            Object.assign(this.state, { place, editing: null });
        }
    }

    showCurrent() {
        this.list.el?.querySelector(".o_mtqg_current")?.scrollIntoView({ block: "nearest" });
    }

    choose(line) {
        if (!line) {
            return false;
        }
        if (!this.state.chosen.delete(line.id)) {
            this.state.chosen.add(line.id);
        }
    }

    // === Deciding === //

    /** The chosen differences, or the one under the cursor. */
    get targets() {
        const chosen = [...this.state.chosen];
        return chosen.length ? chosen : this.current ? [this.current.id] : [];
    }

    async act(method, ids = this.targets, args = []) {
        if (!ids.length || !this.state.data.reconciliation.is_open) {
            return false;
        }
        await this.orm.call("mtqg.reconciliation.line", method, [ids, ...args]);
        this.state.chosen.clear();
        await this.load();
        if (["action_accept", "action_reject"].includes(method) && !this.state.filters.states.length) {
            this.move(1);
        }
    }

    async merge() {
        if (this.state.chosen.size < 2) {
            this.notification.add(_t("Choose two or more differences first (key X)."), {
                type: "info",
            });
            return;
        }
        const ids = [...this.state.chosen];
        await this.act("action_merge", ids);
        this.findLine(Math.min(...ids));
    }

    async edit(what) {
        const { is_open: isOpen, may_talk: mayTalk } = this.state.data.reconciliation;
        if (what && !(this.current && (what === "owner" ? mayTalk : isOpen))) {
            return false;
        }
        if (what === "owner" && !this.state.people.length) {
            this.state.people = await this.orm.call("mtqg.reconciliation", "get_pane_people", [
                [this.id],
            ]);
        }
        this.state.editing = what;
    }

    async save(method, args) {
        await this.orm.call("mtqg.reconciliation.line", method, [[this.current.id], ...args]);
        this.state.editing = null;
        await this.load();
    }

    /** Opens the draft that corrects a difference of one side. */
    async correct(line) {
        const isOpen = line && line.state !== "fixed" && line.measure === "payment";
        if (!isOpen || Boolean(line.own.length) === Boolean(line.treasury.length)) {
            return false;
        }
        const method = line.own.length ? "action_reverse_voucher" : "action_create_voucher";
        const action = await this.orm.call("mtqg.reconciliation.line", method, [[line.id]]);
        return this.action.doAction(action);
    }

    openReconciliation() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "mtqg.reconciliation",
            res_id: this.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("mtqg_reconciliation_panes", ReconciliationPanes);
