/** A value on an axis: `48`, `"baseline"`. */
export type Scalar = number | string;

/** The independent variables of an experiment by name, each with its values. */
export type Axes = Readonly<Record<string, readonly Scalar[]>>;

/** One value of each axis. */
export type Values<A extends Axes> = { readonly [K in keyof A]: A[K][number] };

/** Every combination of the axes' values, the last axis fastest. */
export function combinations<const A extends Axes>(axes: A): Values<A>[] {
  let rows: Record<string, Scalar>[] = [{}];
  for (const [name, values] of Object.entries(axes)) {
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
  }
  return rows as Values<A>[];
}
