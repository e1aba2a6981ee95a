/** What browsers load, put together by `browser/bundle.js` when the code is built or tested. */
declare module 'dashboard:files' {
  const bundle: {
    /** Texts by file name. */
    readonly files: Readonly<Record<string, string>>
    /** The names of the two that every page loads. */
    readonly script: string
    readonly style: string
  }
  export default bundle
}
