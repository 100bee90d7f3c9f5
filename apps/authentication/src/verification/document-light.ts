import { EvidenceKind, type IdentityDocuments } from '@tegata/contracts/authentication-v1';
import type { AuthenticationContext } from '../context.ts';
import { readIdentityDocuments } from '../evidence/evidence-kinds.ts';
import type { Verification } from '../generated/client.ts';

/** Whether the document has to be held before the camera: where that is required, and a picture of it is the evidence. */
export const requiresDocumentLight = (
  { config }: Pick<AuthenticationContext, 'config'>,
  { kind }: Pick<IdentityDocuments, 'kind'>,
): boolean => config.documentLight === 'required' && kind === EvidenceKind.DOCUMENT_IMAGE;

/** The same of the documents that a verification was opened with. */
export async function isDocumentToBeLit(
  context: AuthenticationContext,
  { id, documents }: Pick<Verification, 'id' | 'documents'>,
): Promise<boolean> {
  if (context.config.documentLight === 'off' || !documents) return false;
  const opened = await context.vault.open(`verification:${id}:documents`, documents);
  return requiresDocumentLight(context, readIdentityDocuments(opened));
}
