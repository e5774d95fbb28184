/** Names of Rust functions without their generic arguments. */

/** Return `Vec::push` for `Vec<T>::push`. A leading `<T as Trait>` is kept since it is the type that is called. */
export function withoutGenerics(name: string): string {
  let out = '';
  let depth = 0;
  let keep = 0;
  for (let i = 0; i < name.length; i++) {
    const c = name[i];
    if (c === '<') {
      if (depth === keep && (i === 0 || /[\s&(]/.test(name[i - 1]))) {
        keep++;
        out += c;
      } else if (depth === keep && out.endsWith('::')) {
        out = out.slice(0, -2);
      }
      depth++;
    } else if (c === '>' && name[i - 1] !== '-') {
      if (depth === keep && keep > 0) {
        keep--;
        out += c;
      }
      depth--;
    } else if (depth === keep) {
      out += c;
    }
    if (depth < 0) {
      return name;
    }
  }
  return depth === 0 ? out : name;
}

/** Return a name without generic arguments and without the numbers of closures. */
export function foldedName(name: string): string {
  const bare = name.includes('<') ? withoutGenerics(name) : name;
  return bare.includes('{') ? bare.replace(/\{\{closure\}\}|\{closure(?:_env)?#\d+\}/g, '{closure}') : bare;
}
