import { Domain } from "@web/core/domain";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { getFieldsSpec } from "@web/model/relational_model/utils";
import { orderByToString } from "@web/search/utils/order_by";

// what the server reads for a row of the inbox, all of it by one query
const ROW = new Set([
    "id",
    "kind",
    "res_model",
    "res_id",
    "document_name",
    "date_pending",
    "date_limit",
    "needed",
    "vote_count",
    "question",
    "is_late",
    "unit_id",
    "transition_id",
    "step_id",
    "requester_id",
    "forwarded_by_id",
]);
const MINE = [["is_mine", "=", true]];

/** What waits for the user: a page of it and the counters, each by one query. */
export class InboxModel extends RelationalModel {
    // what was decided a moment ago must not show up again
    static withCache = false;

    setup() {
        super.setup(...arguments);
        this.counters = { total: 0, late: 0, kinds: [] };
        this.filter = { kind: false, isLate: false };
        this.searched = [];
    }

    /** The conditions on top of “mine”: those of the search bar and of the counters. */
    get narrow() {
        const { kind, isLate } = this.filter;
        const isPlain = JSON.stringify(this.searched) === JSON.stringify(MINE);
        return Domain.and([
            isPlain ? [] : this.searched,
            kind ? [["res_model", "=", kind]] : [],
            isLate ? [["is_late", "=", true]] : [],
        ]).toList();
    }

    async load(params = {}) {
        if (!("domain" in params)) {
            return super.load(params);
        }
        this.searched = params.domain;
        const domain = Domain.and([MINE, this.narrow]).toList();
        return super.load({ ...params, domain });
    }

    /** Shows one kind of document, or what is late, or everything again. */
    filterBy(filter) {
        this.filter = filter;
        return this.load({ domain: this.searched });
    }

    async loadCounters() {
        this.counters = await this.orm.call(this.config.resModel, "read_counters", []);
        this.env.bus.trigger("MTQG:INBOX-COUNTED", this.counters);
    }

    async _loadData(config, cache) {
        // the total of the counters is the length of the list
        const counting = config.isRoot && this.loadCounters();
        const data = await super._loadData(config, cache);
        await counting;
        return data.length === false ? { ...data, length: this.counters.total } : data;
    }

    async _loadUngroupedList(config, cache) {
        const names = Object.keys(
            getFieldsSpec(config.activeFields, config.fields, config.context)
        );
        if (!config.isRoot || names.some((name) => !ROW.has(name))) {
            return super._loadUngroupedList(config, cache);
        }
        return this.orm.call(config.resModel, "read_inbox", [], {
            domain: this.narrow,
            offset: config.offset,
            limit: config.limit,
            order: orderByToString(config.orderBy),
            context: config.context,
        });
    }
}
