import { registry } from "@web/core/registry";

import { BulkDialog } from "./bulk_dialog";

/** A move of the documents that are chosen in a list, from its menu of actions. */
async function openBulkDialog(env, action) {
    const { active_ids: ids, active_model: model } = action.context;
    const { move } = action.params;
    await new Promise((onClose) => {
        env.services.dialog.add(BulkDialog, { move, model, ids, onDone() {} }, { onClose });
    });
    return { type: "ir.actions.client", tag: "soft_reload" };
}

registry.category("actions").add("mtqg_bulk", openBulkDialog);
