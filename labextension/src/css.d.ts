/** A style sheet as text. The build minifies it. */
declare module '*.css' {
  const text: string;
  export default text;
}
