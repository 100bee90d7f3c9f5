import { buildFileSystem, readProfilePackage } from '@tegata/profile-package';
import { subscriptionPackage } from '../testing/subscription.ts';
import { withoutLackingServices } from './usim-services.ts';

describe('EF.UST of an installed profile', () => {
  it('has no service that the platform lacks, and keeps the others', () => {
    const files = buildFileSystem(readProfilePackage(subscriptionPackage()).elements);
    const { body } = files.elementaryFile(`${files.applications[0]?.path}/6F38`);
    body.octets = body.octets.map(() => 0xff);
    withoutLackingServices(files);
    expect(body.octets[8]).toBe(0b1110_0111);
    expect(body.octets.filter((octet) => octet !== 0xff)).toHaveLength(1);
  });
});
