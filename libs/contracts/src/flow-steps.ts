/** Who takes part in a flow. */
export type Party = 'user' | 'terminal' | 'eUICC' | 'management' | 'authentication' | 'relay';

/** One step of the sequence charts. */
export interface FlowStepDescription {
  readonly from: Party;
  /** Same as `from` for what a party does by itself. */
  readonly to: Party;
  /** What it achieves, in a few words. */
  readonly what: string;
}

const step = (from: Party, to: Party, what: string): FlowStepDescription => ({ from, to, what });
const own = (party: Party, what: string): FlowStepDescription => step(party, party, what);

/** First contract: no identity certificate in the terminal. There is no S21. */
export const firstContractSteps = {
  S1: own('terminal', 'finds that no local authentication is registered'),
  S2: step('terminal', 'user', 'asks to register local authentication'),
  S3: step('user', 'terminal', 'gives a password'),
  S4: own('terminal', 'registers it in the eUICC'),
  S5: step('terminal', 'management', 'applies for a contract'),
  S6: step('management', 'terminal', 'says what is required'),
  S7: step('terminal', 'user', 'asks for local authentication'),
  S8: step('user', 'terminal', 'gives the password'),
  S9: own('terminal', 'authenticates locally; the eUICC signs the outcome'),
  S10: own('terminal', 'finds no identity certificate'),
  S11: own('terminal', 'takes the identity documents from its store'),
  S12: step('terminal', 'management', 'submits applicant, EID, documents, assertion'),
  S13: own('management', 'verifies the local authentication assertion'),
  S14: step('management', 'authentication', 'requests identity verification'),
  S15: step('authentication', 'management', 'requests an identity proof'),
  S16: step('management', 'terminal', 'passes the request on'),
  S17: step('terminal', 'user', 'starts the capture and says how to move'),
  S18: own('terminal', 'captures the ID photo'),
  S19: step('terminal', 'management', 'submits the ID photo'),
  S20: step('management', 'authentication', 'passes the ID photo on'),
  S22: own('authentication', 'verifies the identity and signs the certificate'),
  S23: own('authentication', 'registers the certificate under the data acquisition key'),
  S24: step('authentication', 'management', 'reports: identity verified'),
  S25: own('management', 'generates the profile'),
  S26: own('management', 'registers the profile and notifies the terminal'),
  S27: step('terminal', 'relay', 'asks for certificate and profile'),
  S28: step('relay', 'authentication', 'asks for the certificate'),
  S29: step('authentication', 'relay', 'returns it, encrypted to the relay'),
  S30: step('relay', 'management', 'asks for the profile'),
  S31: step('management', 'relay', 'returns the bound profile'),
  S32: step('relay', 'terminal', 'hands over certificate and profile'),
  S33: own('terminal', 'stores the certificate'),
  S34: step('terminal', 'eUICC', 'loads the profile'),
  S35: own('eUICC', 'installs and enables the profile'),
} as const satisfies Readonly<Record<string, FlowStepDescription>>;

/** Second and later contracts, with another carrier: the certificate is there. */
export const laterContractSteps = {
  S41: step('terminal', 'management', 'applies for a contract'),
  S42: step('management', 'terminal', 'says what is required'),
  S43: step('terminal', 'user', 'asks for local authentication'),
  S44: step('user', 'terminal', 'gives the password'),
  S45: own('terminal', 'authenticates locally; the eUICC signs the outcome'),
  S46: own('terminal', 'finds the identity certificate'),
  S47: own('terminal', 'takes the certificate from its store'),
  S48: step('terminal', 'management', 'submits applicant, EID, certificate, assertion'),
  S49: own('management', 'verifies the local authentication assertion'),
  S50: own('management', 'verifies the identity certificate'),
  S51: own('management', 'generates the profile'),
  S52: own('management', 'registers the profile and notifies the terminal'),
  S53: step('terminal', 'relay', 'asks for the profile'),
  S54: step('relay', 'management', 'passes the request on'),
  S55: step('management', 'relay', 'returns the bound profile'),
  S56: step('relay', 'terminal', 'hands over the profile'),
  S57: step('terminal', 'eUICC', 'loads the profile'),
  S58: own('eUICC', 'installs and enables the profile'),
} as const satisfies Readonly<Record<string, FlowStepDescription>>;

/** Every step of both charts, by name. */
export const flowSteps: Readonly<Record<string, FlowStepDescription>> = {
  ...firstContractSteps,
  ...laterContractSteps,
};
