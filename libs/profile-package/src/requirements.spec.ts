import { buildProfilePackage } from './build/build-profile-package.ts';
import { SERVICES, type Service } from './elements/profile-header.ts';
import { readProfilePackage } from './profile-package-reader.ts';
import { type ProfileSupport, requireSupport } from './requirements.ts';
import { FILE_TEMPLATES } from './templates/index.ts';

describe('what a profile demands of an eUICC', () => {
  const { header } = readProfilePackage(
    buildProfilePackage({
      iccid: '8981300000000000018',
      imsi: '440990000000001',
      mncLength: 2,
      ki: Buffer.alloc(16),
      opc: Buffer.alloc(16),
      pin1: '0000',
      puk1: '00000000',
      pin2: '0000',
      puk2: '00000000',
      adm1: '00000000',
      spn: 'Aozora',
    }),
  );
  const everything: ProfileSupport = { services: new Set(SERVICES), templates: FILE_TEMPLATES };
  const code = (expected: string) => expect.objectContaining({ code: expected, index: 0 });

  it('is met by one that offers everything', () => {
    expect(() => requireSupport(header, everything)).not.toThrow();
  });

  it('is refused by one without a service, a template, or an application', () => {
    const services = new Set<Service>(SERVICES.filter((service) => service !== 'milenage'));
    expect(() => requireSupport(header, { ...everything, services })).toThrow(code('UNSUPPORTED_SERVICE'));
    expect(() => requireSupport(header, { ...everything, templates: new Set<string>() })).toThrow(
      code('UNSUPPORTED_TEMPLATE'),
    );
    const application = {
      raw: new Uint8Array(0),
      aid: Buffer.from('A000000001', 'hex'),
      version: Buffer.from('0100', 'hex'),
    };
    const demanding = { ...header, mandatoryApplications: [application] };
    expect(() => requireSupport(demanding, everything)).toThrow(code('UNSUPPORTED_APPLICATION'));
    expect(() => requireSupport(demanding, { ...everything, applications: new Set(['A000000001']) })).not.toThrow();
  });

  it('may be something that no edition knew when this was written', () => {
    const services: readonly Service[] = [...header.mandatoryServices, 'service40'];
    expect(() => requireSupport({ ...header, mandatoryServices: services }, everything)).toThrow(
      code('UNSUPPORTED_SERVICE'),
    );
  });
});
