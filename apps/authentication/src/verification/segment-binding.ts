/** What an encrypted segment of a capture is bound to. */
export const segmentBinding = (verificationId: string, promptNumber: number): string =>
  `capture_segment:${verificationId}:${promptNumber}:segment`;
