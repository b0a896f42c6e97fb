// The bus as it is built for users. By its path, since a package can't be imported by its name from another's folder.
export * from '../../dist/esm/index.js';
