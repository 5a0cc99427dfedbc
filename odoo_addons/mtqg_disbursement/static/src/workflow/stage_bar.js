import { Component } from "@odoo/owl";

import { describeDue, describeSince, describeSpan, formatDay, formatDayOf, formatMoment } from "./words";

/** The stages behind a document, where it is, and those ahead, with their dates. */
export class StageBar extends Component {
    static template = "mtqg_disbursement.StageBar";
    static props = {
        overview: Object,
        // where it is told beside the bar for whom the document waits
        isExplained: { type: Boolean, optional: true },
    };

    get stages() {
        return this.props.overview.stages;
    }

    get isOpen() {
        const here = this.stages.find(({ state }) => state === "here");
        return ["start", "work", "review"].includes(here?.kind);
    }

    icon(stage) {
        if (stage.state === "passed" || stage.kind === "done") {
            return stage.state === "ahead" ? "fa-flag-checkered" : "fa-check";
        }
        if (["rejected", "cancelled"].includes(stage.kind)) {
            return "fa-times";
        }
        return stage.state === "here" ? "fa-circle" : "fa-circle-o";
    }

    tip(stage) {
        return [formatMoment(stage.since), formatMoment(stage.until), stage.by]
            .filter(Boolean)
            .join(" · ");
    }

    dayOf(utc) {
        return formatDayOf(utc);
    }

    day(date) {
        return formatDay(date);
    }

    span(seconds) {
        return describeSpan(seconds);
    }

    since(utc) {
        return describeSince(utc);
    }

    due(date) {
        return describeDue(date);
    }
}
