/** Light of an 8-bit sRGB value, 0..1. */
export const LINEAR_LIGHT: Float64Array = Float64Array.from({ length: 256 }, (_, value) => (value / 255) ** 2.2);
