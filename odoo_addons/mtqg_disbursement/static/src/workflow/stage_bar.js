import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

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

    span(seconds) {
        return describeSpan(seconds);
    }

    since(utc) {
        return _t("since %(day)s · %(span)s", {
            day: formatDayOf(utc),
            span: describeSince(utc),
        });
    }

    get due() {
        const { due } = this.props.overview;
        return _t("due on %(day)s · %(left)s", { day: formatDay(due), left: describeDue(due) });
    }

    get waiting() {
        return _t("waits for %s", this.props.overview.waiting.join("; "));
    }

    returned(times) {
        return times === 1 ? _t("sent back once") : _t("sent back %s times", times);
    }
}
