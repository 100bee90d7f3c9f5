/** What one decision took. */
export interface Cost {
  readonly wallMs: number;
  /** processor time of the whole process; null while several decisions run at once */
  readonly cpuMs: number | null;
}

/** Runs something, and tells what it took. `alone` when nothing else runs meanwhile. */
export async function costing<Value>(alone: boolean, run: () => Promise<Value>): Promise<{ value: Value; cost: Cost }> {
  const [begin, cpu] = [performance.now(), process.cpuUsage()];
  const value = await run();
  const { user, system } = process.cpuUsage(cpu);
  return { value, cost: { wallMs: performance.now() - begin, cpuMs: alone ? (user + system) / 1000 : null } };
}

/** Maps in order, `lanes` at a time. */
export async function mapInLanes<In, Out>(
  items: readonly In[],
  lanes: number,
  map: (item: In, at: number) => Promise<Out>,
): Promise<Out[]> {
  const out = new Array<Out>(items.length);
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < items.length; at = next++) out[at] = await map(items[at]!, at);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return out;
}
