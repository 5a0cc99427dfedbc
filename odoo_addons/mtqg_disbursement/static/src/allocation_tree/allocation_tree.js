import { _t } from "@web/core/l10n/translation";
import { localization } from "@web/core/l10n/localization";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useState } from "@odoo/owl";

import { writeAmount } from "../dong/dong_amount";

/** The parts of a bar, in the order they lie on it. */
const PARTS = [
    { name: "disbursed", label: _t("Disbursed") },
    { name: "carried", label: _t("Carried over") },
    { name: "cancelled", label: _t("Cancelled") },
    { name: "available", label: _t("Available") },
];

/** The balances of a plan year as a tree: who passed capital on to whom, and what is left. */
export class AllocationTree extends Component {
    static template = "mtqg_disbursement.AllocationTree";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.parts = PARTS;
        this.units = [
            { name: "dong", label: _t("đồng") },
            { name: "million", label: _t("million đồng") },
            { name: "billion", label: _t("billion đồng") },
        ];
        this.state = useState({ years: [], year: false, unit: "million", rows: [], total: 0 });
        onWillStart(async () => {
            this.state.years = await this.orm.call("mtqg.allocation", "get_tree_years", []);
            await this.chooseYear(this.state.years[0] || false);
        });
    }

    get display() {
        return { controlPanel: {} };
    }

    async chooseYear(year) {
        this.state.year = Number(year);
        this.state.rows = [];
        this.state.total = 0;
        if (this.state.year) {
            await this.loadMore();
        }
    }

    async loadMore() {
        const level = await this.fetch({ plan_year: this.state.year, offset: this.state.rows.length });
        this.state.rows.push(...level.rows.map((row) => this.prepare(row, 0)));
        this.state.total = level.total;
    }

    fetch(options) {
        return this.orm.call("mtqg.allocation", "get_tree", [], options);
    }

    prepare(row, depth) {
        return { ...row, depth, isOpen: false, children: [], total: 0 };
    }

    async toggle(row) {
        if (row.isOpen) {
            row.isOpen = false;
            return;
        }
        if (!row.children.length) {
            await this.loadChildren(row);
        }
        row.isOpen = true;
    }

    async loadChildren(row) {
        const level = await this.fetch({ parent_id: row.id, offset: row.children.length });
        row.children.push(...level.rows.map((child) => this.prepare(child, row.depth + 1)));
        row.total = level.total;
    }

    /** The rows that are shown, from top to bottom; `more` asks for the rest of a level. */
    get lines() {
        const lines = [];
        const add = (rows) => {
            for (const row of rows) {
                lines.push({ key: row.id, row });
                if (row.isOpen) {
                    add(row.children);
                    if (row.children.length < row.total) {
                        lines.push({ key: `more-${row.id}`, more: row });
                    }
                }
            }
        };
        add(this.state.rows);
        return lines;
    }

    open(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "mtqg.allocation",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }

    write(amount) {
        return writeAmount(amount, localization, this.state.unit);
    }

    width(row, part) {
        return row.assigned ? `width: ${(100 * row[part.name]) / row.assigned}%` : "width: 0";
    }

    percent(row) {
        return row.assigned ? Math.floor((100 * row.disbursed) / row.assigned) : 0;
    }

    title(row) {
        return PARTS.map((part) => `${part.label}: ${this.write(row[part.name])}`).join("\n");
    }
}

registry.category("actions").add("mtqg_allocation_tree", AllocationTree);
