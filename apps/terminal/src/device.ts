import type { Device } from '@tegata/lpa';

/**
 * What the terminal tells servers of itself (SGP.22 section 4.2). The type allocation code is from the range for test devices
 * (reporting body 00); there is no IMEI, because there is no radio.
 */
export const device: Device = {
  tac: Uint8Array.of(0x00, 0x10, 0x10, 0x01),
  deviceCapabilities: {
    gsmSupportedRelease: '15.0.0',
    utranSupportedRelease: '15.0.0',
    eutranSupportedRelease: '15.0.0',
  },
};
