import { Component, markup, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";

import { writeAmount } from "../dong/dong_amount";
import { Blockers, History } from "../workflow/overview";
import { StageBar } from "../workflow/stage_bar";
import { formatDay, formatMoment } from "../workflow/words";

/** What somebody who decides on a document has to know, beside the list. */
export class Preview extends Component {
    static template = "mtqg_disbursement.Preview";
    static components = { Blockers, History, StageBar };
    static props = {
        // what waits: id, kind, question, res_model, res_id, document_name
        task: Object,
        onMove: Function,
        onRefer: Function,
        onOpen: Function,
        onClose: Function,
    };

    setup() {
        this.orm = useService("orm").silent;
        this.keepLast = new KeepLast();
        this.state = useState({ page: null, error: "" });
        onWillStart(() => {
            // the list does not wait for it
            this.load(this.props.task);
        });
        onWillUpdateProps(({ task }) => {
            if (task.id !== this.props.task.id || task.stamp !== this.props.task.stamp) {
                this.load(task);
            }
        });
    }

    async load({ res_model: model, res_id: id }) {
        this.state.page = null;
        this.state.error = "";
        try {
            this.state.page = await this.keepLast.add(this.orm.call(model, "read_preview", [[id]]));
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }

    get isOpinion() {
        return this.props.task.kind === "opinion";
    }

    get onBehalf() {
        return _t("You stand in for %s, and the history names both of you.", this.state.page.on_behalf);
    }

    /** The server has escaped what people wrote in them. */
    get opinions() {
        return markup(this.state.page.opinions);
    }

    write({ type, value }) {
        switch (type) {
            case "dong":
                return `${writeAmount(value, localization)} đ`;
            case "date":
                return formatDay(value);
            case "datetime":
                return formatMoment(value);
            case "float":
                return formatFloat(value, { digits: [16, 2] });
            default:
                return value === false ? "" : value;
        }
    }

    get allLines() {
        return _t("All %s lines", this.state.page.lines.count);
    }

    isNumber({ type }) {
        return ["dong", "float"].includes(type);
    }

    day(date) {
        return formatDay(date);
    }

    fileOf(paper) {
        return `/web/content/mtqg.paper/${paper.id}/file/${encodeURIComponent(paper.filename)}`;
    }
}
