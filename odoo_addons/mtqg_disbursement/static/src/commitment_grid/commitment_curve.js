import { loadBundle } from "@web/core/assets";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { writeAmount } from "../dong/dong_amount";
import { addMonths, nameMonth } from "./grid_table";

import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";

/** Returns running totals as Numbers; a chart shows no single đồng. */
function runningTotals(months) {
    let sum = 0n;
    return months.map((amount) => Number((sum += amount)));
}

/** What a commitment promises and what was disbursed, as two growing lines. */
export class CommitmentCurve extends Component {
    static template = "mtqg_disbursement.CommitmentCurve";
    static props = { ...standardWidgetProps };

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (grid) => this.draw(grid),
            () => [this.props.record.data.grid]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    draw(grid) {
        this.chart?.destroy();
        const rows = grid?.rows || [];
        const promised = runningTotals(addMonths(rows));
        // the month that runs counts, those to come have no figure yet
        const paid = runningTotals(addMonths(rows, "actual")).slice(0, (grid?.past || 0) + 1);
        this.chart = new window.Chart(this.canvas.el, {
            type: "line",
            data: {
                labels: promised.map((_, month) => nameMonth(month, grid?.plan_year)),
                datasets: [
                    this.line(_t("Promised"), promised, "#5b5bd6"),
                    this.line(_t("Disbursed"), paid, "#1a8f5a"),
                ],
            },
            options: this.options(),
        });
    }

    line(label, data, color) {
        return { label, data, borderColor: color, backgroundColor: color, tension: 0.15 };
    }

    options() {
        const write = (amount) => writeAmount(amount, localization, "million");
        return {
            maintainAspectRatio: false,
            scales: {
                y: {
                    beginAtZero: true,
                    title: { display: true, text: _t("million đồng") },
                    ticks: { callback: write },
                },
            },
            plugins: {
                tooltip: {
                    callbacks: {
                        label: ({ dataset, parsed }) => `${dataset.label}: ${write(parsed.y)}`,
                    },
                },
            },
        };
    }
}

registry.category("view_widgets").add("mtqg_commitment_curve", {
    component: CommitmentCurve,
    fieldDependencies: [{ name: "grid", type: "json" }],
});
