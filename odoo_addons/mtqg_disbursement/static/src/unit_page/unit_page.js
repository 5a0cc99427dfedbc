import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useState } from "@odoo/owl";

import { chooseUnit, writeAmount } from "../dong/dong_amount";
import { YearStrip } from "./year_strip";

const UNIT_NAMES = { dong: _t("đồng"), million: _t("million đồng"), billion: _t("billion đồng") };

/** What a unit has, promised and paid this year, what is late and what waits for the user. */
export class UnitPage extends Component {
    static template = "mtqg_disbursement.UnitPage";
    static components = { Layout, YearStrip };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ units: [], page: null });
        onWillStart(async () => {
            this.state.units = await this.orm.call("mtqg.unit", "get_my_pages", []);
            const asked = this.props.action.params?.unit_id || this.props.action.context?.active_id;
            const first = asked || this.state.units[0]?.id;
            if (first) {
                await this.load(first);
            }
        });
    }

    get display() {
        return { controlPanel: {} };
    }

    async load(unitId, year = false) {
        this.state.page = await this.orm.call("mtqg.unit", "get_page", [[unitId]], {
            plan_year: year,
        });
        const { unit } = this.state.page;
        if (!this.state.units.some(({ id }) => id === unit.id)) {
            this.state.units.unshift(unit);
        }
    }

    chooseUnit(id) {
        return this.load(Number(id));
    }

    chooseYear(year) {
        return this.load(this.state.page.unit.id, Number(year));
    }

    write(amount) {
        const unit = chooseUnit(amount);
        return `${writeAmount(amount, localization, unit)} ${UNIT_NAMES[unit]}`;
    }

    percent(part, whole) {
        return whole ? Math.floor((100 * part) / whole) : 0;
    }

    day(date) {
        return date.split("-").reverse().join("/");
    }

    get tiles() {
        const { figures } = this.state.page;
        const share = (amount) => `${this.percent(amount, figures.kept)} %`;
        return [
            { name: "have", label: _t("Capital held"), amount: figures.kept },
            {
                name: "promised",
                label: _t("Promised by today"),
                amount: figures.promised,
                note: share(figures.promised),
            },
            {
                name: "paid",
                label: _t("Disbursed"),
                amount: figures.disbursed,
                note: share(figures.disbursed),
                isBehind: figures.disbursed < figures.promised,
            },
            {
                name: "risk",
                label: _t("At risk of lapsing"),
                amount: figures.at_risk,
                isBehind: figures.at_risk > 0,
            },
            {
                name: "late",
                label: _t("Overdue"),
                count: figures.late,
                note: this.write(figures.late_amount),
                isBehind: figures.late > 0,
            },
        ];
    }

    /** Says how the time limit of a waiting document stands. */
    writeClock({ clock, days_left: days }) {
        if (clock === "late") {
            return _t("%s working days late", -days);
        }
        return clock === "stands" ? _t("Clock stands") : _t("%s working days left", days);
    }

    /** Colour of a time limit, as in the list of tasks. */
    colourClock(clock) {
        return { late: "text-danger fw-bold", soon: "text-warning", stands: "text-muted" }[clock];
    }

    openTasks(domain) {
        return this.openAction("mtqg_workflow_task_action", domain);
    }

    get domain() {
        const { unit, year } = this.state.page;
        return [
            ["unit_id", "child_of", unit.id],
            ["plan_year", "=", year],
        ];
    }

    /** Opens the list behind a tile. */
    openTile(name) {
        const [action, domain] = {
            have: ["mtqg_allocation_action", this.domain],
            promised: ["mtqg_commitment_deviation_action", this.domain],
            paid: ["mtqg_disbursement_action", [["unit_id", "child_of", this.state.page.unit.id]]],
            risk: ["mtqg_forecast_action", this.domain],
            late: [
                "mtqg_deadline_action",
                [
                    ["unit_id", "child_of", this.state.page.unit.id],
                    ["state", "=", "overdue"],
                ],
            ],
        }[name];
        return this.openAction(action, domain);
    }

    async openAction(name, domain) {
        const action = await this.action.loadAction(`mtqg_disbursement.${name}`);
        return this.action.doAction({ ...action, domain, context: {} });
    }

    openProgram(row) {
        return this.openAction("mtqg_allocation_action", [
            ...this.domain,
            ["program_id", "child_of", row.id],
            ["origin_year", "=", row.origin_year],
        ]);
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("mtqg_unit_page", UnitPage);
