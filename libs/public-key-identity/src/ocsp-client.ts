import { encodeOcspRequest, type OcspQuestion } from './ocsp-response.ts';

/** Asks a responder; its answer, not yet looked at. */
export type AskResponder = (question: OcspQuestion) => Promise<Uint8Array>;

const maximumOctets = 65_536;

/**
 * A responder over HTTP (RFC 6960 appendix A). The address is the operator's: none in a certificate is followed.
 * @param timeoutMs for one question
 */
export const ocspResponder =
  (url: string, timeoutMs: number): AskResponder =>
  async (question) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/ocsp-request' },
      body: encodeOcspRequest(question),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok || response.body === null) throw new Error(`the responder answers HTTP ${response.status}`);
    const chunks: Uint8Array[] = [];
    let octets = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      octets += chunk.length;
      if (octets > maximumOctets) throw new Error('the response is larger than any in use');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  };
