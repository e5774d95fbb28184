/** The bundle of this folder, gzip in base64; `esbuild.config.mjs` makes the module. */
declare const packed: string;
export default packed;
