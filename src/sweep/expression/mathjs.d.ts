declare module 'mathjs/lib/browser/math.js' {
  const math: { readonly parse: (text: string) => unknown };
  export default math;
}
