/** A style sheet as text; the build makes it short. */
declare module '*.css' {
  const text: string;
  export default text;
}
