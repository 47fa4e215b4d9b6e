/** A way from one device to another for some units, as numbers of links. */
export interface Route {
  readonly path: readonly number[];
  units: number;
}

/** Takes `units` out of a list of routes that has as many, first come first served. */
export function takeRoutes(routes: Route[], units: number): Route[] {
  const taken: Route[] = [];
  let left = units;
  while (left > 0) {
    const route = routes[0] as Route;
    const part = Math.min(left, route.units);
    taken.push({ path: route.path, units: part });
    route.units -= part;
    left -= part;
    if (route.units === 0) routes.shift();
  }
  return taken;
}

/** Routes of as many units each, one behind the other. */
export function joinRoutes(first: readonly Route[], second: readonly Route[]): Route[] {
  const joined: Route[] = [];
  let [i, j] = [0, 0];
  let [left, right] = [first[0]?.units ?? 0, second[0]?.units ?? 0];
  while (i < first.length && j < second.length) {
    const units = Math.min(left, right);
    joined.push({ path: [...(first[i] as Route).path, ...(second[j] as Route).path], units });
    left -= units;
    right -= units;
    if (left === 0) left = first[++i]?.units ?? 0;
    if (right === 0) right = second[++j]?.units ?? 0;
  }
  return joined;
}
