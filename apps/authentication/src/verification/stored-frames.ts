import { CaptureSegment } from '@tegata/contracts/authentication-v1';
import type { CapturedFrame } from '@tegata/ekyc';
import type { AuthenticationContext } from '../context.ts';
import { segmentBinding } from './segment-binding.ts';

/** The frames of a capture that is over, in the order they were taken. */
export async function storedFrames(
  { prisma, vault }: AuthenticationContext,
  verificationId: string,
): Promise<CapturedFrame[]> {
  const segments = await prisma.captureSegment.findMany({
    where: { verificationId },
    orderBy: { promptNumber: 'asc' },
  });
  const frames: CapturedFrame[] = [];
  for (const { promptNumber, segment } of segments) {
    const opened = CaptureSegment.decode(await vault.open(segmentBinding(verificationId, promptNumber), segment));
    for (const { image, capturedAtMs, colourNumber } of opened.frames) {
      const colourIndex = colourNumber > 0 ? colourNumber - 1 : undefined;
      frames.push({ octets: image, promptIndex: promptNumber - 1, capturedAtMs, colourIndex });
    }
  }
  return frames;
}
