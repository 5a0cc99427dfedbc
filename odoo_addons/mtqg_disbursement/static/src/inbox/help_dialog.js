import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

/** The keys of the inbox, and what cannot be taken back. */
export class InboxHelp extends Component {
    static template = "mtqg_disbursement.InboxHelp";
    static components = { Dialog };
    static props = { close: Function, part: { type: String, optional: true } };

    get title() {
        return this.isUndo ? _t("Can this be taken back?") : _t("Keys of the inbox");
    }

    get isUndo() {
        return this.props.part === "undo";
    }

    get keys() {
        return [
            ["j ↓", _t("next document")],
            ["k ↑", _t("previous document")],
            ["a", _t("approve the document, or all that are chosen")],
            ["r", _t("return it, with a reason")],
            ["f", _t("forward it to somebody else")],
            ["x", _t("choose it, or not any more")],
            ["o ↵", _t("open it")],
            ["p", _t("show or hide what is beside the list")],
            ["/", _t("search")],
            ["Esc", _t("close what is beside the list")],
            ["u", _t("can a decision be taken back?")],
            ["?", _t("this help")],
        ];
    }
}
