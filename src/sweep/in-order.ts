/**
 * Runs jobs, at most `limit` at once, and yields what they give in the order of the jobs,
 * whichever ends first. Jobs are drawn only when there is room.
 */
export async function* inOrder<J, R>(
  jobs: AsyncIterable<J>,
  run: (job: J) => Promise<R>,
  limit: number,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  const source = jobs[Symbol.asyncIterator]();
  let drained = false;
  try {
    for (;;) {
      while (!drained && underWay.length < limit) {
        const next = await source.next();
        if (next.done) {
          drained = true;
        } else {
          const running = run(next.value);
          // Its failure is reported when its turn comes, if it comes.
          running.catch(() => {});
          underWay.push(running);
        }
      }
      const first = underWay.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    await source.return?.();
  }
}
