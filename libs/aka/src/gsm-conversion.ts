import { expectSize } from './aka-error.ts';
import { exclusiveOr } from './octets.ts';

/** Kc, 8 octets, from CK and IK: conversion c3 of 3GPP TS 33.102 section 6.8.1.2. @throws AkaError `BAD_SIZE` */
export function gsmCipherKey(ck: Uint8Array, ik: Uint8Array): Uint8Array {
  expectSize(ck, 16, 'CK');
  expectSize(ik, 16, 'IK');
  const both = exclusiveOr(ck, ik);
  return exclusiveOr(both.subarray(0, 8), both.subarray(8, 16));
}

/** SRES, 4 octets, from RES of up to 16: conversion c2 of the same section (RES is padded with zeros to 16 octets). */
export function gsmResponse(res: Uint8Array): Uint8Array {
  const sres = new Uint8Array(4);
  res.forEach((octet, i) => {
    sres[i % 4] = (sres[i % 4] ?? 0) ^ octet;
  });
  return sres;
}
