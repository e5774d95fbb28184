/** Creates elements. Text always becomes text nodes, never markup. */

type Child = Node | string;

/** Create an element with a class, attributes and children. */
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

/** Create a button. `tip` is its tooltip, and for a button without letters also its name for screen readers. */
export function button(text: string, tip: string, pressed: () => void): HTMLButtonElement {
  const made = element('button', 'duronb-button', { type: 'button', title: tip }, text);
  if (!/\p{L}/u.test(text)) {
    made.setAttribute('aria-label', tip);
  }
  made.addEventListener('click', pressed);
  return made;
}

/** Create a drop-down list. `label` is its tooltip and its name for screen readers. */
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
