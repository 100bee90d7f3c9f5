export * from './bind-profile-package.ts';
export * from './bound-profile-package-reader.ts';
export * from './bpp-error.ts';
export * from './load-bound-profile-package.ts';
export * from './protected-profile-package.ts';
export * from './secure-channel.ts';
export * from './store-data.ts';
