import type { ElementOf, ProfileElement, ProfileElementType } from './elements/profile-element.ts';
import type { Service } from './elements/profile-header.ts';
import { ProfilePackageError, type ProfilePackageErrorCode } from './profile-package-error.ts';

/** Editions of the format that are understood: TCA (SIMalliance) 2.x and 3.x. */
export const SUPPORTED_MAJOR_VERSIONS: readonly number[] = [2, 3];

/** The applications that elements create and that later elements belong to. */
type ApplicationType = 'usim' | 'isim' | 'csim';

/** What creates an application. PE-IoT makes the MF and a USIM at once. */
const CREATES: Partial<Record<ProfileElementType, ApplicationType>> = {
  usim: 'usim',
  iot: 'usim',
  isim: 'isim',
  csim: 'csim',
};

/** Elements that extend an application and so come after it, each once for an application. */
const EXTENDS: Partial<Record<ProfileElementType, ApplicationType>> = {
  'opt-usim': 'usim',
  phonebook: 'usim',
  'gsm-access': 'usim',
  'df-5gs': 'usim',
  'df-saip': 'usim',
  'df-snpn': 'usim',
  'df-5gprose': 'usim',
  'opt-iot': 'usim',
  'opt-isim': 'isim',
  'opt-csim': 'csim',
  cdmaParameter: 'csim',
};

/** Elements that are there once at most. */
const ONCE: ReadonlySet<ProfileElementType> = new Set(['mf', 'iot', 'cd', 'telecom', 'pukCodes']);

/** What a demanded service needs: the application it is a service of, or another service beside it. */
const NEEDS: Partial<Record<Service, ApplicationType | readonly ApplicationType[]>> = {
  usim: 'usim',
  isim: 'isim',
  csim: 'csim',
  'gba-usim': 'usim',
  'gba-isim': 'isim',
  mbms: 'usim',
  'multiple-usim': 'usim',
  'multiple-isim': 'isim',
  'multiple-csim': 'csim',
  'get-identity': ['usim', 'isim'],
  'profile-a-x25519': ['usim', 'isim'],
  'profile-b-p256': ['usim', 'isim'],
};

/** What may make the MF, as the element after the header. */
const MAKES_MF: ReadonlySet<ProfileElementType> = new Set(['mf', 'iot', 'genericFileManagement']);

/**
 * The rules for the sequence of elements (TCA profile format, section 8.1.3), checked as the elements come: header, MF,
 * everything in an order in which each element finds what it builds on, end.
 */
export class PackageRules {
  private index = 0;
  private ended = false;
  private header: ElementOf<'header'> | undefined;
  private readonly seen = new Set<ProfileElementType>();
  private readonly identifications = new Set<number>();
  private readonly applications = new Map<ApplicationType, Set<ProfileElementType>>();

  /** Whether the end element was taken. */
  get complete(): boolean {
    return this.ended;
  }

  /** Takes the next element. @throws ProfilePackageError with its place */
  take(element: ProfileElement): void {
    const refuse = (code: ProfilePackageErrorCode, message: string): never => {
      throw new ProfilePackageError(code, message, { identification: element.identification, index: this.index });
    };
    const { type } = element;
    if (this.ended) refuse('TRAILING_OCTETS', 'an element follows the end');
    if ((this.index === 0) !== (type === 'header')) {
      refuse(this.index === 0 ? 'HEADER_NOT_FIRST' : 'ELEMENT_REPEATED', `${type} in place ${this.index}`);
    }
    if (type === 'header') this.takeHeader(element, refuse);
    this.takePlace(type, refuse);
    this.takeIdentification(element, refuse);
    if (ONCE.has(type) && this.seen.has(type)) refuse('ELEMENT_REPEATED', `${type} is there twice`);
    this.takeApplication(type, refuse);
    this.seen.add(type);
    this.index += 1;
    if (type === 'end') this.finish(refuse);
  }

  /** Places that do not depend on applications: the MF second, PUKs right after it, security domains before their users. */
  private takePlace(type: ProfileElementType, refuse: Refuse): void {
    // A minimal profile for IoT may have its PUKs before the element that makes everything else.
    const mfPlace = this.header?.body.iotOptions !== undefined && this.seen.has('pukCodes') ? 2 : 1;
    const pukPlace = this.header?.body.iotOptions === undefined ? 2 : 1;
    if (this.index === mfPlace && !MAKES_MF.has(type) && !(type === 'pukCodes' && pukPlace === 1)) {
      refuse('MF_NOT_SECOND', `${type} in place of the MF`);
    }
    if ((type === 'mf' || type === 'iot') && this.index > mfPlace && !this.seen.has(type)) {
      refuse('ELEMENT_OUT_OF_ORDER', 'the MF is not second');
    }
    if (type === 'pukCodes' && this.index !== pukPlace && !this.seen.has(type)) {
      refuse('ELEMENT_OUT_OF_ORDER', 'the PUKs do not follow the MF');
    }
    if ((type === 'rfm' || type === 'application') && !this.seen.has('securityDomain')) {
      refuse('ELEMENT_OUT_OF_ORDER', `${type} before the security domain of the operator`);
    }
  }

  private takeHeader(element: ElementOf<'header'>, refuse: Refuse): void {
    const { majorVersion, minorVersion } = element.body;
    if (!SUPPORTED_MAJOR_VERSIONS.includes(majorVersion)) {
      refuse('UNSUPPORTED_VERSION', `version ${majorVersion}.${minorVersion} of the profile format`);
    }
    this.header = element;
  }

  private takeIdentification({ identification }: ProfileElement, refuse: Refuse): void {
    if (identification === undefined) return;
    if (this.identifications.has(identification)) refuse('IDENTIFICATION_REPEATED', `number ${identification} again`);
    this.identifications.add(identification);
  }

  private takeApplication(type: ProfileElementType, refuse: Refuse): void {
    const created = CREATES[type];
    if (created !== undefined) {
      const several = this.header?.body.mandatoryServices.includes(`multiple-${created}`);
      if (this.applications.has(created) && !several) refuse('ELEMENT_REPEATED', `a second ${created}`);
      this.applications.set(created, new Set());
    }
    const extended = EXTENDS[type];
    if (extended !== undefined) {
      const extensions = this.applications.get(extended);
      if (extensions === undefined) refuse('ELEMENT_OUT_OF_ORDER', `${type} before ${extended}`);
      if (extensions?.has(type)) refuse('ELEMENT_REPEATED', `${type} is there twice for one ${extended}`);
      extensions?.add(type);
    }
    if (type === 'akaParameter' && this.applications.size === 0) {
      refuse('ELEMENT_OUT_OF_ORDER', 'akaParameter before an application');
    }
  }

  private finish(refuse: Refuse): void {
    this.ended = true;
    for (const service of this.header?.body.mandatoryServices ?? []) {
      const needs = NEEDS[service];
      if (needs === undefined || [needs].flat().some((application) => this.applications.has(application))) continue;
      refuse('SERVICE_WITHOUT_ELEMENT', `the header demands ${service}, which nothing in the package uses`);
    }
  }
}

type Refuse = (code: ProfilePackageErrorCode, message: string) => never;
