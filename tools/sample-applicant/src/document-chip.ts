import type { ChipFiles } from '@tegata/emrtd';
import { issueChip, testCountry } from '@tegata/emrtd/testing';
import sharp from 'sharp';
import { letters } from './machine-readable-zone.ts';
import type { InventedIdentity } from './people.ts';
import type { Picture } from './portrait-photo.ts';

/** The chip of an invented passport, and the certificate of the country signing CA that it is to be believed by. */
export interface SampleChip {
  readonly files: ChipFiles;
  /** DER */
  readonly csca: Uint8Array;
}

/** Portrait of a chip: 35 x 45 mm at 300 dpi and a little less, as passports have it. */
const PORTRAIT = { width: 360, height: 463 };

/** The portrait as a chip has it, a JPEG, out of a square picture with the face in its middle. */
export function chipPortrait({ side, rgb }: Picture): Promise<Uint8Array> {
  const width = Math.round((side * PORTRAIT.width) / PORTRAIT.height);
  return sharp(rgb, { raw: { width: side, height: side, channels: 3 } })
    .extract({ left: Math.round((side - width) / 2), top: 0, width, height: side })
    .resize(PORTRAIT.width, PORTRAIT.height)
    .jpeg({ quality: 85 })
    .toBuffer();
}

/**
 * Issues the chip of an invented passport by a country that is made for it and signs nothing else: its keys are gone afterwards.
 *
 * `portrait` is a square picture with the face in its middle.
 */
export async function issueSampleChip(identity: InventedIdentity, photo: Picture): Promise<SampleChip> {
  const picture = await chipPortrait(photo);
  const country = testCountry();
  const holder = {
    ...identity,
    primaryIdentifier: letters(identity.familyName),
    secondaryIdentifier: letters(identity.givenName),
  };
  return { files: issueChip(country, { holder, picture }), csca: country.csca };
}
