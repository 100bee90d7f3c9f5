const form = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a received text is a UUID in the form this system writes: 36 characters, lower-case hex. */
export const isUuid = (text: string): boolean => form.test(text);
