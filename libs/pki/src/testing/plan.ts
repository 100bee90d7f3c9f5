import type { PkiPlan } from '../pki-plan.ts';

/** A deployment of two carriers. */
export const plan: PkiPlan = {
  eum: { organisation: 'Tegata EUM', iin: '89049032' },
  carriers: [
    { name: 'aozora', organisation: 'Aozora Mobile', oid: '2.999.21', address: 'rsp.aozora.example' },
    { name: 'minato', organisation: 'Minato Telecom', oid: '2.999.22', address: 'rsp.minato.example' },
  ],
  relay: { organisation: 'Tegata', oid: '2.999.31', address: 'relay.tegata.example' },
  authentication: { organisation: 'Tegata Identity', address: 'authentication.tegata.example' },
  operators: ['aozora', 'minato', 'authentication', 'relay'],
};
