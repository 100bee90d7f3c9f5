import { createHash } from 'node:crypto';
import type { Application, Rfm, SecurityDomain } from './elements/application.ts';
import { ProfilePackageError } from './profile-package-error.ts';

/** Takes what is registered under an AID, in its order: security domains, remote file management, load packages and instances. */
export class ApplicationsInstaller {
  /** the first is the MNO-SD */
  readonly securityDomains: SecurityDomain[] = [];
  readonly rfm: Rfm[] = [];
  readonly applications: Application[] = [];
  private readonly aids = new Set<string>();
  private readonly loadPackages = new Set<string>();

  /** @throws ProfilePackageError */
  takeSecurityDomain(securityDomain: SecurityDomain): void {
    this.register(securityDomain.instance.instanceAID);
    this.securityDomains.push(securityDomain);
  }

  /** @throws ProfilePackageError */
  takeRfm(rfm: Rfm): void {
    this.register(rfm.instanceAID);
    this.rfm.push(rfm);
  }

  /**
   * A load package with its instances; an instance of a package that came in an earlier element is one, too (8.7).
   *
   * @throws ProfilePackageError
   */
  takeApplication(application: Application): void {
    const { loadBlock, instanceList = [] } = application;
    if (loadBlock !== undefined) {
      requireHash(loadBlock);
      this.register(loadBlock.loadPackageAID);
      this.loadPackages.add(Buffer.from(loadBlock.loadPackageAID).toString('hex'));
    }
    for (const { applicationLoadPackageAID, instanceAID } of instanceList) {
      const name = Buffer.from(applicationLoadPackageAID).toString('hex');
      if (!this.loadPackages.has(name)) {
        throw new ProfilePackageError('UNSUPPORTED_APPLICATION', `there is no load package ${name}`);
      }
      this.register(instanceAID);
    }
    this.applications.push(application);
  }

  /** An AID stands for one thing in a profile: a load package, an instance, or the directory of an application. */
  private register(aid: Uint8Array): void {
    const name = Buffer.from(aid).toString('hex');
    if (this.aids.has(name)) throw new ProfilePackageError('FILE_EXISTS', `AID ${name} is there twice`);
    this.aids.add(name);
  }
}

/** Hashes of load blocks by their length in octets (GlobalPlatform Card Specification section C.2). */
const HASHES: ReadonlyMap<number, string> = new Map([
  [20, 'sha1'],
  [32, 'sha256'],
  [48, 'sha384'],
  [64, 'sha512'],
]);

function requireHash({ hashValue, loadBlockObject }: NonNullable<Application['loadBlock']>): void {
  if (hashValue === undefined || hashValue.length === 0) return;
  const algorithm = HASHES.get(hashValue.length);
  if (algorithm === undefined || !createHash(algorithm).update(loadBlockObject).digest().equals(hashValue)) {
    throw new ProfilePackageError('BAD_PARAMETER', 'the load block is not the one of its hash');
  }
}
