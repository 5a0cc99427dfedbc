import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const ROOT_MENU = "mtqg_disbursement.menu_root";

/**
 * Everybody who works with documents reaches his delegations from the menu under his
 * own name, wherever he is.
 */
export function delegationItem(env) {
    return {
        type: "item",
        id: "mtqg_delegations",
        description: _t("My delegations"),
        show: () => env.services.menu.getApps().some((app) => app.xmlid === ROOT_MENU),
        callback: () =>
            env.services.action.doAction(
                "mtqg_disbursement.mtqg_workflow_delegation_action_mine"
            ),
        sequence: 45,
    };
}

registry.category("user_menuitems").add("mtqg_delegations", delegationItem);
