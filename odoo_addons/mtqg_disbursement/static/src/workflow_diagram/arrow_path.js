const RADIUS = 8;
/** The line ends before the box, where its tip begins. */
const TIP = 7;

/** Returns the point on the way from one point towards another, after a distance. */
function towards([x, y], [toX, toY], distance) {
    const length = Math.hypot(toX - x, toY - y) || 1;
    const share = Math.min(distance / length, 0.5);
    return [x + (toX - x) * share, y + (toY - y) * share];
}

/**
 * Returns the path of a polyline with rounded corners, as SVG writes it.
 *
 * @param {[number, number][]} points the last one is the tip of the arrow
 */
export function arrowPath(points) {
    const ends = [...points];
    ends[ends.length - 1] = towards(points.at(-1), points.at(-2), TIP);
    let path = `M ${ends[0].join(" ")}`;
    for (let index = 1; index < ends.length - 1; index++) {
        const before = towards(ends[index], ends[index - 1], RADIUS);
        const after = towards(ends[index], ends[index + 1], RADIUS);
        path += ` L ${before.join(" ")} Q ${ends[index].join(" ")} ${after.join(" ")}`;
    }
    return `${path} L ${ends.at(-1).join(" ")}`;
}
