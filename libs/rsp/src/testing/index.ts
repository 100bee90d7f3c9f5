export { type Member, parseAsn1Module } from './asn1-module.ts';
export { drawSession } from './draw-session.ts';
