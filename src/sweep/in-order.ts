/**
 * Runs jobs, at most `limit` at once, and yields their results in the order of the jobs,
 * not of completion. Draws a job only when there is room; finished results do not wait
 * for the next job to be drawn.
 */
export async function* inOrder<J, R>(
  jobs: AsyncIterable<J>,
  run: (job: J) => Promise<R>,
  limit: number,
): AsyncGenerator<R> {
  const source = jobs[Symbol.asyncIterator]();
  const underWay: Promise<R>[] = [];
  let drawing: Promise<IteratorResult<J>> | undefined;
  let drained = false;
  try {
    for (;;) {
      if (!drained && underWay.length < limit) drawing ??= quiet(source.next());
      const [first] = underWay;
      if (drawing === undefined && first === undefined) return;
      const drawn = await Promise.race([drawing, first?.then(() => undefined)].filter((one) => one !== undefined));
      if (drawn === undefined) {
        underWay.shift();
        yield await (first as Promise<R>);
        continue;
      }
      drawing = undefined;
      if (drawn.done) drained = true;
      else underWay.push(quiet(run(drawn.value)));
    }
  } finally {
    await source.return?.();
  }
}

/** Returns the promise; its failure surfaces only when its turn comes, if ever. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
