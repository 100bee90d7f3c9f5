import type {
  AuthenticateClientRequest,
  AuthenticateClientResponse,
  CancelSessionRequest,
  CancelSessionResponse,
  GetBoundProfilePackageRequest,
  GetBoundProfilePackageResponse,
  HandleNotificationRequest,
  HandleNotificationResponse,
  InitiateAuthenticationRequest,
  InitiateAuthenticationResponse,
} from '@tegata/contracts/gsma-rsp-v2';

/** How one call to a server is made. */
export interface CallSettings {
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/** A call of one function. A refusal is an error that carries the server's reason; the procedures let it pass. */
export type Call<Request, Response> = (request: Request, settings?: CallSettings) => Promise<Response>;

/** The first function of common mutual authentication, the same at an SM-DP+ and an SM-DS. */
export interface MutualAuthenticationServer {
  readonly initiateAuthentication: Call<InitiateAuthenticationRequest, InitiateAuthenticationResponse>;
}

/**
 * ES9+ as an LPA uses it (SGP.22 section 5.6), whatever carries it. The gRPC client of `gsma.rsp.v2.Es9Plus` is one as it is;
 * HTTPS/JSON maps its members one to one.
 */
export interface Es9Plus extends MutualAuthenticationServer {
  readonly authenticateClient: Call<AuthenticateClientRequest, AuthenticateClientResponse>;
  readonly getBoundProfilePackage: Call<GetBoundProfilePackageRequest, GetBoundProfilePackageResponse>;
  readonly handleNotification: Call<HandleNotificationRequest, HandleNotificationResponse>;
  readonly cancelSession: Call<CancelSessionRequest, CancelSessionResponse>;
}
