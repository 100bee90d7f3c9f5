import type { RelayContext } from './context.ts';

/** Removes events, sessions and routes that have lapsed. */
export async function upkeep({ prisma, clock }: RelayContext): Promise<void> {
  const lapsed = { where: { expiresAt: { lt: clock() } } };
  await prisma.event.deleteMany(lapsed);
  await prisma.es11Session.deleteMany(lapsed);
  await prisma.es9Route.deleteMany(lapsed);
}
