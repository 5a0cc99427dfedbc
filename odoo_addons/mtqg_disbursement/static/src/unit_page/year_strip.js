import { loadBundle } from "@web/core/assets";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";

import { writeAmount } from "../dong/dong_amount";

/** Worst state of a milestone first, with the colour that shows it. */
const STATES = [
    ["overdue", "#c0392b"],
    ["at_risk", "#e0a100"],
    ["on_track", "#8a94a6"],
    ["met_late", "#6c8f3c"],
    ["met", "#1a8f5a"],
];

/** A plan year as a strip: promised, disbursed and expected capital, with its milestones. */
export class YearStrip extends Component {
    static template = "mtqg_disbursement.YearStrip";
    static props = { strip: Object, year: Number };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.chart?.destroy();
                this.chart = new window.Chart(this.canvas.el, this.config);
            },
            () => [this.props.strip]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get config() {
        const { promised, actual, forecast } = this.props.strip;
        return {
            type: "line",
            data: {
                labels: this.labels,
                datasets: [
                    this.line(_t("Promised"), promised, "#5b5bd6"),
                    this.line(_t("Disbursed"), actual, "#1a8f5a", { borderWidth: 3 }),
                    this.line(_t("Expected"), forecast, "#1a8f5a", { borderDash: [5, 5] }),
                ].filter(({ data }) => data.length),
            },
            options: this.options,
        };
    }

    /** Months as Vietnam writes them; the last one is January of the next year. */
    get labels() {
        return [...Array(13).keys()].map((month) =>
            month < 12 ? `${month + 1}/${this.props.year}` : `1/${this.props.year + 1}`
        );
    }

    line(label, data, color, options = {}) {
        return {
            label,
            data,
            borderColor: color,
            backgroundColor: color,
            tension: 0.15,
            pointRadius: 2,
            ...options,
        };
    }

    get options() {
        const write = (amount) => writeAmount(amount, localization, "million");
        return {
            maintainAspectRatio: false,
            interaction: { mode: "index", intersect: false },
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

    get milestones() {
        return this.props.strip.milestones.map((milestone) => ({
            ...milestone,
            color: STATES.find(([state]) => milestone.states[state])?.[1],
            day: milestone.date.split("-").reverse().join("/"),
            total: Object.values(milestone.states).reduce((sum, count) => sum + count, 0),
            met: (milestone.states.met || 0) + (milestone.states.met_late || 0),
        }));
    }
}
