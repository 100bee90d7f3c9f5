import { printAdminProtocol } from '@tegata/rsp';

/** Version of SGP.22 that this binding follows. */
export const protocolVersion = '2.2.2';

/** Header that says which version of SGP.22 a message follows (SGP.22 section 6.2). */
export const adminProtocolHeader = 'x-admin-protocol';

/** Its value in all messages of this binding. */
export const adminProtocol = printAdminProtocol(protocolVersion);

/** Type of every body. */
export const jsonContentType = 'application/json;charset=UTF-8';
