import type { RelayContext } from './context.ts';

/** Lapsed events removed with one statement: an owner's other calls wait no longer than that. */
const batch = 500;

/** Removes events, sessions and routes that have lapsed. The root SM-DS is told of events that were forwarded. */
export async function upkeep({ prisma, database, clock, rootSmDs }: RelayContext): Promise<void> {
  const now = clock();
  const owners = await database.query<{ owner: string }>('SELECT DISTINCT owner FROM event WHERE expires_at <= $1', [
    now,
  ]);
  for (const { owner } of owners) {
    let removed = batch;
    while (removed === batch) {
      const [row] = await database.query<{ removed: number }>('SELECT remove_lapsed_events($1, $2, $3) AS removed', [
        owner,
        now,
        batch,
      ]);
      removed = row?.removed ?? 0;
    }
  }
  if (owners.length > 0) rootSmDs?.wake();
  const lapsed = { where: { expiresAt: { lte: now } } };
  await prisma.es11Session.deleteMany(lapsed);
  await prisma.es9Route.deleteMany(lapsed);
}
