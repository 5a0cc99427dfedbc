import { deserializeDate, deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** A moment of the server, as people read it: "05/04/2024 16:30". */
export function formatMoment(utc) {
    return utc ? deserializeDateTime(utc).toFormat("dd/MM/yyyy HH:mm") : "";
}

/** The day of a moment of the server. */
export function formatDayOf(utc) {
    return utc ? deserializeDateTime(utc).toFormat("dd/MM/yyyy") : "";
}

/** A date of the server. */
export function formatDay(date) {
    return date ? formatDate(deserializeDate(date), { format: "dd/MM/yyyy" }) : "";
}

/** How long something took, roughly: "3 days", "5 hours". */
export function describeSpan(seconds) {
    if (seconds >= DAY) {
        const days = Math.round(seconds / DAY);
        return days === 1 ? _t("1 day") : _t("%s days", days);
    }
    if (seconds >= HOUR) {
        const hours = Math.round(seconds / HOUR);
        return hours === 1 ? _t("1 hour") : _t("%s hours", hours);
    }
    return _t("less than an hour");
}

/** How long ago a moment of the server was. */
export function describeSince(utc) {
    return describeSpan(DateTime.now().diff(deserializeDateTime(utc), "seconds").seconds);
}

/** How a last day stands to today, in calendar days. */
export function describeDue(date) {
    const today = DateTime.now().setZone("Asia/Ho_Chi_Minh").toFormat("yyyy-MM-dd");
    const days = DateTime.fromISO(date).diff(DateTime.fromISO(today), "days").days;
    if (days < 0) {
        return days === -1 ? _t("1 day late") : _t("%s days late", -days);
    }
    if (days === 0) {
        return _t("due today");
    }
    return days === 1 ? _t("1 day left") : _t("%s days left", days);
}
