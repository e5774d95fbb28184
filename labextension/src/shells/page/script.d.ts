/** The bundle of this folder, gzip in base64. `esbuild.config.mjs` creates the module. */
declare const packed: string;
export default packed;
