/** Making elements; text only ever becomes text nodes. */

type Child = Node | string;

/** An element with a class, attributes and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== '') {
    made.className = className;
  }
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** A push button. The tip is what hovering shows and a screen reader adds to the text, or says in place of symbols. */
export function button(text: string, tip: string, pressed: () => void): HTMLButtonElement {
  const made = element('button', 'duronb-button', { type: 'button', title: tip }, text);
  if (!/\p{L}/u.test(text)) {
    made.setAttribute('aria-label', tip);
  }
  made.addEventListener('click', pressed);
  return made;
}

/** A selector; `label` is what a screen reader says and the tooltip shows. */
export function choice<Value extends string>(
  className: string,
  label: string,
  options: readonly (readonly [Value, string])[],
  chosen: (value: Value) => void
): HTMLSelectElement {
  const made = element(
    'select',
    `duronb-choice ${className}`,
    { title: label, 'aria-label': label },
    ...options.map(([value, text]) => element('option', '', { value }, text))
  );
  made.addEventListener('change', () => {
    chosen(made.value as Value);
  });
  return made;
}
