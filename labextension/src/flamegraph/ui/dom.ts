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

/** A push button; `label` is what a screen reader says and the tooltip shows. */
export function button(text: string, label: string, pressed: () => void): HTMLButtonElement {
  const made = element(
    'button',
    'duronb-button',
    { type: 'button', title: label, 'aria-label': label },
    text
  );
  made.addEventListener('click', pressed);
  return made;
}

/** A selector; `label` is what a screen reader says and the tooltip shows. */
export function choice(
  className: string,
  label: string,
  options: readonly (readonly [string, string])[],
  chosen: (value: string) => void
): HTMLSelectElement {
  const made = element(
    'select',
    `duronb-choice ${className}`,
    { title: label, 'aria-label': label },
    ...options.map(([value, text]) => element('option', '', { value }, text))
  );
  made.addEventListener('change', () => {
    chosen(made.value);
  });
  return made;
}
