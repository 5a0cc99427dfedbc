import { localization } from "@web/core/l10n/localization";
import { Component, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";

import { writeAmount } from "../dong/dong_amount";

const COLOURS = { proposed: "warning", accepted: "success", rejected: "danger", fixed: "secondary" };

/** One difference: the register on the left, the Treasury on the right. */
export class Difference extends Component {
    static template = "mtqg_disbursement.Difference";
    static props = {
        line: Object,
        labels: Object,
        people: Array,
        editing: { type: [String, { value: null }], optional: true },
        isCurrent: Boolean,
        isChosen: Boolean,
        isOpen: Boolean,
        mayTalk: Boolean,
        onAct: Function,
        onChoose: Function,
        onCorrect: Function,
        onEdit: Function,
        onSave: Function,
    };

    setup() {
        this.draft = useState({ comment: "", owner: false, day: "" });
        const field = useRef("field");
        useEffect(
            () => field.el?.focus(),
            () => [this.props.editing, this.props.isCurrent]
        );
        onWillUpdateProps(({ editing, line }) => {
            if (editing && editing !== this.props.editing) {
                const { comment, owner_id: owner, date_due: day } = line;
                Object.assign(this.draft, { comment, owner, day: day || "" });
            }
        });
    }

    get colour() {
        return COLOURS[this.props.line.state];
    }

    get percent() {
        return Math.round(100 * this.props.line.confidence);
    }

    get isOneSided() {
        const { own, treasury, measure, state, voucher } = this.props.line;
        const isOne = Boolean(own.length) !== Boolean(treasury.length);
        return isOne && measure === "payment" && state !== "fixed" && !voucher;
    }

    get canSplit() {
        const { own, treasury, state } = this.props.line;
        return own.length + treasury.length > 1 && state !== "fixed";
    }

    get canUndo() {
        const { state, is_manual: isManual } = this.props.line;
        return ["accepted", "rejected"].includes(state) || (isManual && state === "proposed");
    }

    get sides() {
        const { own, treasury, amount_own, amount_treasury } = this.props.line;
        return [
            { name: "own", items: own, amount: amount_own },
            { name: "treasury", items: treasury, amount: amount_treasury },
        ];
    }

    write(amount) {
        return writeAmount(amount || 0, localization);
    }

    day(date) {
        return date ? date.split("-").reverse().join("/") : "";
    }

    kind(name) {
        return this.props.labels.measure[name] || name;
    }

    /** Leaves the form without saving. */
    onKeydown(ev) {
        if (ev.key === "Escape") {
            ev.stopPropagation();
            this.props.onEdit(null);
        }
    }

    saveComment() {
        return this.props.onSave("action_comment", [this.draft.comment]);
    }

    saveOwner() {
        return this.props.onSave("action_assign", [this.draft.owner, this.draft.day || false]);
    }
}
