// These modules lack types; they have the types of Node's.
declare module '@jspm/core/nodelibs/fs' {
  import files from 'node:fs';
  export default files;
}
declare module '@jspm/core/nodelibs/buffer' {
  export { Buffer } from 'node:buffer';
}
declare module '@jspm/core/nodelibs/util' {
  export { format } from 'node:util';
}
