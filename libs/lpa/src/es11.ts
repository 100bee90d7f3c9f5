import type { AuthenticateClientEs11Response, AuthenticateClientRequest } from '@tegata/contracts/gsma-rsp-v2';
import type { Call, MutualAuthenticationServer } from './es9plus.ts';

/** ES11 as an LPA uses it (SGP.22 section 5.8). The gRPC client of `gsma.rsp.v2.Es11` is one as it is. */
export interface Es11 extends MutualAuthenticationServer {
  readonly authenticateClient: Call<AuthenticateClientRequest, AuthenticateClientEs11Response>;
}
