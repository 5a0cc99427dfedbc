import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

import {
    Component,
    onMounted,
    onPatched,
    onWillStart,
    onWillUpdateProps,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";

import { arrowPath } from "./arrow_path";

/** As the engine that places them measures them. */
const BOX = { width: 152, height: 92 };
/** Room for a label above its arrow, and below it. */
const [LABEL_OVER, LABEL_UNDER] = [58, 78];
/** Smaller than this nobody can read it: then the picture scrolls. */
const LEAST_SCALE = 0.7;
const MODELS = {
    stage: ["mtqg.workflow.stage", _t("Stage")],
    transition: ["mtqg.workflow.transition", _t("Transition")],
};

/**
 * A workflow as a picture: stages from left to right with the documents in them, and the
 * ways between them with who has to agree. A click opens a part.
 */
export class WorkflowDiagram extends Component {
    static template = "mtqg_disbursement.WorkflowDiagram";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.frame = useRef("frame");
        this.state = useState({ figures: {}, scale: 1 });
        onMounted(() => this.fit());
        onPatched(() => this.fit());
        useExternalListener(window, "resize", () => this.fit());
        onWillStart(() => this.loadFigures(this.props.record.resId));
        onWillUpdateProps(({ record }) => {
            if (record.resId !== this.props.record.resId) {
                return this.loadFigures(record.resId);
            }
        });
    }

    async loadFigures(id) {
        this.state.figures = id
            ? await this.orm.call("mtqg.workflow", "get_stage_figures", [[id]])
            : {};
    }

    // === WHAT IS SHOWN === //

    /** Makes the picture as large as the form has room for it. */
    fit() {
        const room = this.frame.el?.clientWidth;
        if (room && this.picture.width) {
            const scale = Math.min(1, Math.max(LEAST_SCALE, room / this.picture.width));
            this.state.scale = Math.floor(100 * scale) / 100;
        }
    }

    /** Returns the style of something that stands at a place of the picture. */
    place(x, y, width, height) {
        return `left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px`;
    }

    get picture() {
        return this.props.record.data[this.props.name] || { boxes: [], arrows: [] };
    }

    get isDraft() {
        return this.props.record.data.state === "draft";
    }

    get boxes() {
        return this.picture.boxes.map((box) => ({
            ...box,
            style: this.place(box.x, box.y, BOX.width, BOX.height),
            figure: this.state.figures[box.stage],
            loopNames: box.loops.map(({ name }) => name).join(" · "),
            title: [box.name, ...box.loops.map((loop) => `↺ ${this.describe(loop)}`)].join("\n"),
        }));
    }

    get arrows() {
        return this.picture.arrows.map((arrow) => {
            const kind = arrow.transitions[0].kind;
            const [x, y] = arrow.label;
            const left = x - arrow.room / 2;
            const isWide = arrow.route === "straight" || arrow.route === "elbow";
            return {
                ...arrow,
                kind,
                isWide,
                key: arrow.transitions.map(({ key }) => key).join("-"),
                paths: arrow.lines.map((line) => arrowPath(line)),
                style: isWide
                    ? this.place(left, y - LABEL_OVER, arrow.room, LABEL_OVER + LABEL_UNDER)
                    : this.place(left, y - 10, arrow.room, 20),
                items: this.listItems(arrow),
                title: arrow.transitions.map((item) => this.describe(item)).join("\n"),
            };
        });
    }

    /** Transitions of one name are one word in the picture. */
    listItems(arrow) {
        if (arrow.route === "straight" || arrow.route === "elbow") {
            return arrow.transitions;
        }
        const names = new Map(arrow.transitions.map((item) => [`${item.kind}|${item.name}`, item]));
        return [...names.values()];
    }

    /** Who has to agree, each once, whatever the rows of the table. */
    whoOf(arrow) {
        const all = arrow.items.map(({ who }) => who.join(" → ")).filter(Boolean);
        return [...new Set(all)];
    }

    describe(item) {
        return [
            item.name,
            item.when && _t("for: %s", item.when),
            item.who.length && _t("agrees: %s", item.who.join(" → ")),
            item.papers.length && _t("papers: %s", item.papers.join(", ")),
            item.limit_days && _t("within %s working days", item.limit_days),
            item.any_earlier && _t("or to any earlier stage"),
        ]
            .filter(Boolean)
            .join(" – ");
    }

    /** Says what the documents of a stage did, in few words. */
    count({ figure }) {
        return figure ? _t("%s docs", figure.count) : "";
    }

    days({ figure }) {
        if (!figure?.left) {
            return "";
        }
        const write = (days) => formatFloat(days, { digits: [16, 1] });
        return figure.days ? _t("ø %s days", write(figure.days)) : _t("ø under %s days", write(0.1));
    }

    get legend() {
        return [
            ["submit", _t("submit")],
            ["approve", _t("approve")],
            ["return", _t("return")],
            ["withdraw", _t("withdraw")],
            ["reject", _t("reject")],
        ];
    }

    // === WHAT A CLICK DOES === //

    /** Opens a part in a dialog; what is being edited is saved first. */
    async open(kind, id, context = {}) {
        const { record } = this.props;
        if (this.isDraft && !this.props.readonly && !(await record.save())) {
            return;
        }
        const [resModel, title] = MODELS[kind];
        this.dialog.add(FormViewDialog, {
            resModel,
            resId: id || false,
            title: title.toString(),
            readonly: !this.isDraft,
            preventEdit: !this.isDraft,
            preventCreate: true,
            canExpand: false,
            size: "xl",
            context: { ...context, default_workflow_id: record.resId },
            onRecordSaved: () => record.load(),
        });
    }

    openStage(box) {
        return box.stage && this.open("stage", box.stage);
    }

    openTransition(item) {
        return item.transition && this.open("transition", item.transition);
    }
}

export const workflowDiagram = {
    component: WorkflowDiagram,
    displayName: _t("Picture of a workflow"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "state", type: "selection" }],
};

registry.category("fields").add("mtqg_workflow_diagram", workflowDiagram);
