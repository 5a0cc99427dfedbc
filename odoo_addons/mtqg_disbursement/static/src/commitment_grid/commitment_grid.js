import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import {
    addMonths,
    addUp,
    MONTHS,
    nameMonth,
    putBlock,
    readBlock,
    readCell,
    writeExact,
} from "./grid_table";

import { Component, onMounted, onPatched, useRef, useState } from "@odoo/owl";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The months of a commitment as a table that is typed in like a spreadsheet. */
export class CommitmentGrid extends Component {
    static template = "mtqg_disbursement.CommitmentGrid";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.root = useRef("root");
        // texts that are no amounts stay in their cells until they are put right
        this.state = useState({ unit: "million", row: 0, method: "even", wrong: {} });
        this.turn = Promise.resolve();
        this.undone = [];
        this.shown = null;
        onMounted(() => this.showAmounts());
        onPatched(() => this.showAmounts());
        const { bus } = this.props.record.model;
        useBus(bus, "NEED_LOCAL_CHANGES", (ev) => ev.detail.proms.push(this.commitFocused()));
        useBus(bus, "WILL_SAVE_URGENTLY", () => this.commitFocused());
    }

    // === WHAT IS SHOWN === //

    get grid() {
        return this.props.record.data[this.props.name] || { rows: [], locked: 0, past: 0 };
    }

    get months() {
        return Array.from({ length: MONTHS }, (_, month) => ({
            month,
            name: nameMonth(month, this.grid.plan_year),
            isLocked: month < this.grid.locked,
        }));
    }

    get rows() {
        return this.grid.rows.map((row, index) => {
            const total = addUp(row.amounts);
            const left = BigInt(row.capital) - total;
            return { ...row, index, total, left, isOver: left < 0n };
        });
    }

    get totals() {
        const rows = this.rows;
        const sum = (name) => addUp(rows.map((row) => row[name]));
        return {
            months: addMonths(rows),
            total: sum("total"),
            capital: sum("capital"),
            left: sum("left"),
        };
    }

    get unitName() {
        return this.state.unit === "million" ? _t("million đồng") : _t("đồng");
    }

    write(amount) {
        return writeExact(amount, localization, this.state.unit);
    }

    /** Writes the amounts into their cells, but for the one that is typed in. */
    showAmounts() {
        // a template would write all of them at each rendering, whatever is being typed
        for (const input of this.root.el.querySelectorAll("input.o_mtqg_cell")) {
            const { row, month } = this.locate(input);
            if (!input.dataset.dirty) {
                input.value = this.writeCell(row, month);
            }
        }
    }

    writeCell(row, month) {
        return this.state.wrong[`${row}-${month}`] ?? this.write(this.grid.rows[row].amounts[month]);
    }

    isWrong(row, month) {
        return `${row}-${month}` in this.state.wrong;
    }

    isClosed(month) {
        return this.props.readonly || month < this.grid.locked;
    }

    // === WHAT IS CHANGED === //

    /**
     * Changes the rows, each change on top of the one before: the form may be busy.
     *
     * @param {(rows: Object[]) => Object[]} make
     */
    setRows(make) {
        const turn = this.turn.then(async () => {
            if (this.grid !== this.shown) {
                // somebody else changed the table: there is no way back behind that
                this.undone = [];
            }
            this.undone.push(this.grid.rows);
            await this.keep(make(this.grid.rows));
        });
        this.turn = turn.catch(() => {});
        return turn;
    }

    async keep(rows) {
        const { name, record } = this.props;
        await record.update({ [name]: { ...this.grid, rows } });
        this.shown = this.grid;
        this.checkWrong();
    }

    async undo() {
        await this.turn;
        if (this.grid === this.shown && this.undone.length) {
            await this.keep(this.undone.pop());
        }
    }

    async commit(input) {
        const { row, month } = this.locate(input);
        const key = `${row}-${month}`;
        const amount = this.read(() => readCell(input.value, localization, this.state.unit));
        if (amount === null) {
            this.state.wrong[key] = input.value;
            this.props.record.setInvalidField(this.props.name);
            return;
        }
        delete this.state.wrong[key];
        if (amount !== this.grid.rows[row].amounts[month]) {
            await this.setRows((rows) => putBlock(rows, [[amount]], row, month, 0));
        } else {
            this.checkWrong();
        }
        this.showAmounts();
    }

    /** Lets the form be saved again when the last text that is no amount is gone. */
    checkWrong() {
        const { name, record } = this.props;
        if (Object.keys(this.state.wrong).length) {
            record.setInvalidField(name);
        } else {
            record.resetFieldValidity(name);
        }
    }

    read(job) {
        try {
            return job();
        } catch (error) {
            this.notification.add(_t("“%s” is not a whole amount of đồng.", error.message), {
                type: "danger",
            });
            return null;
        }
    }

    async commitFocused() {
        const input = this.root.el?.querySelector("input.o_mtqg_cell:focus");
        if (input && input.dataset.dirty) {
            delete input.dataset.dirty;
            await this.commit(input);
        }
    }

    async fill(isOneRow) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const proposed = await this.orm.call(record.resModel, "propose_grid", [
            [record.resId],
            this.state.method,
        ]);
        const focused = this.state.row;
        await this.setRows((rows) =>
            rows.map((row, index) =>
                isOneRow && index !== focused ? row : proposed.rows[index]
            )
        );
    }

    // === WHAT THE USER DOES === //

    locate(input) {
        return { row: Number(input.dataset.row), month: Number(input.dataset.month) };
    }

    onFocus(ev) {
        this.state.row = Number(ev.target.dataset.row);
        ev.target.select();
    }

    onInput(ev) {
        ev.target.dataset.dirty = "1";
        this.props.record.model.bus.trigger("FIELD_IS_DIRTY", true);
    }

    async onChange(ev) {
        delete ev.target.dataset.dirty;
        await this.commit(ev.target);
    }

    async onPaste(ev) {
        const text = ev.clipboardData.getData("text/plain");
        if (this.props.readonly || !/[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""))) {
            return; // one amount is typed into the cell
        }
        ev.preventDefault();
        const { row, month } = this.locate(ev.target);
        const block = this.read(() => readBlock(text, localization, this.state.unit));
        if (block) {
            const { locked } = this.grid;
            await this.setRows((rows) => putBlock(rows, block, row, month, locked));
        }
    }

    async onKeydown(ev) {
        const input = ev.target;
        if ((ev.ctrlKey || ev.metaKey) && ev.key.toLowerCase() === "z" && !input.dataset.dirty) {
            ev.preventDefault();
            ev.stopPropagation();
            await this.undo();
        } else if (ev.key === "Escape" && input.dataset.dirty) {
            ev.stopPropagation();
            delete input.dataset.dirty;
            const { row, month } = this.locate(input);
            input.value = this.writeCell(row, month);
        } else {
            this.step(ev);
        }
    }

    step(ev) {
        const input = ev.target;
        const key = ev.key === "Enter" ? (ev.shiftKey ? "ArrowUp" : "ArrowDown") : ev.key;
        const [down, right] = STEPS[key] || [0, 0];
        const isInside =
            (right < 0 && input.selectionStart > 0 && !this.isAllSelected(input)) ||
            (right > 0 && input.selectionEnd < input.value.length);
        if ((!down && !right) || isInside) {
            return;
        }
        const { row, month } = this.locate(input);
        const next = this.root.el.querySelector(
            `input[data-row="${row + down}"][data-month="${month + right}"]`
        );
        ev.preventDefault();
        ev.stopPropagation();
        (next || input).focus();
        if (!next) {
            this.commitFocused();
        }
    }

    isAllSelected(input) {
        return input.selectionStart === 0 && input.selectionEnd === input.value.length;
    }
}

registry.category("fields").add("mtqg_commitment_grid", {
    component: CommitmentGrid,
    displayName: _t("Amounts by month"),
    supportedTypes: ["json"],
});
