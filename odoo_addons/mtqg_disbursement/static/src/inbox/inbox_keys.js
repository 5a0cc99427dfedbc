import { useExternalListener } from "@odoo/owl";

// boxes that are ticked are no places to write in
const WRITES = "textarea, select, [contenteditable='true'], input:not([type='checkbox'])";
const COVERS = ".modal, .o_popover, .o-dropdown--menu, .o_command_palette";

/**
 * Calls a function for a key that is pressed alone, when nobody is writing and nothing
 * lies over the page.
 *
 * @param {Object<string, Function>} keys functions by the name of their key; one that
 *     returns false has done nothing
 */
export function useKeys(keys) {
    const onKeydown = (ev) => {
        const isAlone = !(ev.ctrlKey || ev.altKey || ev.metaKey);
        const action = keys[ev.key] || keys[ev.key.toLowerCase()];
        if (!action || !isAlone || ev.target.closest?.(WRITES)) {
            return;
        }
        if (document.querySelector(COVERS) || action(ev) === false) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    };
    useExternalListener(window, "keydown", onKeydown, { capture: true });
}
