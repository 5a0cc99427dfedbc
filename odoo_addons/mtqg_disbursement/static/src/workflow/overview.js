import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

import { StageBar } from "./stage_bar";
import { formatMoment } from "./words";

const BLOCKER_ICONS = {
    waiting: "fa-hourglass-half",
    paper: "fa-paperclip",
    maker: "fa-user-times",
    earlier_approver: "fa-user-times",
    role: "fa-lock",
    requester: "fa-lock",
};
const EVENT_ICONS = {
    submit: "fa-paper-plane",
    approve: "fa-check",
    return: "fa-undo",
    reject: "fa-times",
    withdraw: "fa-reply",
    hand_over: "fa-sitemap",
    forward: "fa-share",
    ask: "fa-question",
    answer: "fa-comment",
    pause: "fa-pause",
    resume: "fa-play",
    pass: "fa-angle-double-right",
};

/** Why a document does not move, in words, and who can move it. */
export class Blockers extends Component {
    static template = "mtqg_disbursement.Blockers";
    static props = {
        blockers: Array,
        isDraft: { type: Boolean, optional: true },
        onAddPapers: { type: Function, optional: true },
    };

    get title() {
        return this.props.isDraft
            ? _t("Before it can be submitted:")
            : _t("Why it does not move now:");
    }

    get canAddPapers() {
        return (
            this.props.onAddPapers &&
            this.props.isDraft &&
            this.props.blockers.some(({ code }) => code === "paper")
        );
    }

    icon({ code }) {
        return BLOCKER_ICONS[code] || "fa-exclamation-circle";
    }
}

/** What happened to a document, newest first. */
export class History extends Component {
    static template = "mtqg_disbursement.History";
    static props = { events: Array };

    icon({ name }) {
        return EVENT_ICONS[name] || "fa-circle-o";
    }

    who({ by, on_behalf: principal }) {
        return principal ? _t("%(by)s (in place of %(principal)s)", { by, principal }) : by;
    }

    moment(utc) {
        return formatMoment(utc);
    }
}

/** The stage bar of a form, and below it what came back and what is missing. */
export class WorkflowOverviewField extends Component {
    static template = "mtqg_disbursement.WorkflowOverviewField";
    static components = { StageBar, Blockers };
    static props = { ...standardFieldProps };

    get overview() {
        return this.props.record.data[this.props.name];
    }

    get blockers() {
        const { workflow_blockers: blockers, workflow_state: state } = this.props.record.data;
        return ["draft", "running"].includes(state) ? blockers || [] : [];
    }

    openPapers() {
        document.querySelector(".o_form_view .o_notebook .nav-link[name='papers']")?.click();
    }
}

registry.category("fields").add("mtqg_workflow_overview", {
    component: WorkflowOverviewField,
    displayName: _t("Stages with their dates"),
    supportedTypes: ["json"],
    fieldDependencies: [
        { name: "workflow_blockers", type: "json" },
        { name: "workflow_returned", type: "text" },
        { name: "workflow_state", type: "selection" },
        { name: "can_submit", type: "boolean" },
    ],
});

/** The history of a document as people tell it. */
export class WorkflowHistoryField extends Component {
    static template = "mtqg_disbursement.WorkflowHistoryField";
    static components = { History };
    static props = { ...standardFieldProps };

    get events() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("mtqg_workflow_history", {
    component: WorkflowHistoryField,
    displayName: _t("History in words"),
    supportedTypes: ["json"],
});
