import { requireTensors } from '@tegata/face-mesh';
import type { FaceRecognitionNet } from '@vladmandic/face-api';
import { descriptorModelFolder, requireFaceApi } from './descriptor-files.ts';
import { CHIP_SIDE } from './face-chip.ts';

/** 128 numbers in which pictures of one person are near to each other. */
export type FaceDescriptor = Float32Array;

/** The descriptor network: dlib's face recognition ResNet, as packaged by face-api. One chip at a time. */
export class FaceDescriber {
  private readonly tensors = requireTensors();

  private constructor(private readonly net: FaceRecognitionNet) {}

  /** Loads the weights. The tensor backend must be running. */
  static async load(): Promise<FaceDescriber> {
    const { FaceRecognitionNet } = requireFaceApi();
    const net = new FaceRecognitionNet();
    await net.loadFromDisk(descriptorModelFolder);
    return new FaceDescriber(net);
  }

  /** Descriptor of a face cut out by `cutFaceChip`. 40 to 70 ms. */
  async describe(chip: Uint8Array): Promise<FaceDescriptor> {
    const pixels = this.tensors.tensor3d(chip, [CHIP_SIDE, CHIP_SIDE, 3], 'int32');
    try {
      const descriptor = await this.net.computeFaceDescriptor(pixels as never);
      if (!(descriptor instanceof Float32Array)) throw new Error('the descriptor network answered for a batch');
      return descriptor;
    } finally {
      pixels.dispose();
    }
  }
}

/** Euclidean distance: 0 for the same picture, about 0.3 for one person, about 0.8 for two. */
export function descriptorDistance(a: FaceDescriptor, b: FaceDescriptor): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2;
  return Math.sqrt(sum);
}

/** Mean of several descriptors, number by number. */
export function meanDescriptor(descriptors: readonly FaceDescriptor[]): FaceDescriptor {
  const mean = new Float32Array(128);
  for (const descriptor of descriptors) {
    for (let k = 0; k < mean.length; k++) mean[k]! += descriptor[k]! / descriptors.length;
  }
  return mean;
}
