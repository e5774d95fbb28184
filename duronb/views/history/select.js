// Callback of a history's plot: shows which run was clicked, and opens its flamegraph if there is one.
const chosen = source.selected.indices[0];
if (chosen !== undefined) {
  const run = source.data.run[chosen];
  const link = source.data.link[chosen];
  for (const place of document.querySelectorAll('[data-duronb-pick="' + pick + '"]')) {
    place.replaceChildren();
    const line = document.createElement('code');
    line.textContent = 'duronb.load("' + run + '")';
    line.style.userSelect = 'all';
    place.append('Selected: ', run, ' ', line);
    if (link) {
      const opener = document.createElement('a');
      opener.href = link;
      opener.target = '_blank';
      opener.rel = 'noopener';
      opener.textContent = 'open its flamegraph';
      place.append(' ', opener);
    }
  }
  if (link && opens) window.open(link, '_blank', 'noopener');
}
