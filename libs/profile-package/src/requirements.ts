import type { ProfileHeader, Service } from './elements/profile-header.ts';
import { ProfilePackageError } from './profile-package-error.ts';

/** What an eUICC offers to profiles. */
export interface ProfileSupport {
  readonly services: ReadonlySet<Service>;
  /** object identifiers of file templates; `FILE_TEMPLATES` has those that this library can make */
  readonly templates: { has(templateId: string): boolean };
  /** AIDs of libraries and applications that are there already, hexadecimal in upper case */
  readonly applications?: ReadonlySet<string>;
}

/**
 * Compares what a header demands with what is offered, before anything of the profile is installed.
 *
 * @throws ProfilePackageError `UNSUPPORTED_SERVICE`, `UNSUPPORTED_TEMPLATE`, `UNSUPPORTED_APPLICATION`
 */
export function requireSupport(header: ProfileHeader, support: ProfileSupport): void {
  const refuse = (code: ConstructorParameters<typeof ProfilePackageError>[0], what: string): never => {
    throw new ProfilePackageError(code, `the profile needs ${what}`, { index: 0 });
  };
  for (const service of header.mandatoryServices) {
    if (!support.services.has(service)) refuse('UNSUPPORTED_SERVICE', service);
  }
  for (const template of header.mandatoryTemplates) {
    if (!support.templates.has(template)) refuse('UNSUPPORTED_TEMPLATE', `file template ${template}`);
  }
  for (const { aid } of header.mandatoryApplications ?? []) {
    const name = Buffer.from(aid).toString('hex').toUpperCase();
    if (!support.applications?.has(name)) refuse('UNSUPPORTED_APPLICATION', `application ${name}`);
  }
}
