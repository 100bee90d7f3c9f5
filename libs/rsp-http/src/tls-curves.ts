/**
 * Curves of key agreement, and in TLS 1.2 of the certificates of the other side: an end that does not name brainpoolP256r1 can not be
 * shown a certificate on it.
 */
export const tlsCurves = 'X25519:P-256:brainpoolP256r1:P-384';
