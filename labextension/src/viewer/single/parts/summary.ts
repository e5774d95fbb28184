/** The summary of the run above its flamegraph: header, notices, metrics and bottlenecks. */

import { element } from '../../elements/dom';
import { printable } from '../../draw/names';
import { RunSummary, TextTable } from '../../payload/payload';

/** Return the summary of a run. Everything in it is shown as text. */
export function summaryElement(run: RunSummary): HTMLElement {
  const made = element('section', 'duronb-run', { 'aria-label': 'Run' });
  if (run.header.length > 0) {
    const list = element('dl', 'duronb-header');
    for (const [key, value] of run.header) {
      const term = element('dt', '', {}, printable(key));
      list.append(element('div', '', {}, term, element('dd', '', {}, printable(value))));
    }
    made.append(list);
  }
  if (run.notices.length > 0) {
    const list = element('ul', 'duronb-notices');
    for (const notice of run.notices) {
      list.append(element('li', '', {}, printable(notice)));
    }
    made.append(list);
  }
  if (run.metrics.rows.length > 0) {
    made.append(element('div', 'duronb-metrics', {}, metricsTable(run.metrics)));
  }
  if (run.bottlenecks !== undefined) {
    const remarks = run.bottlenecks.remarks.map(remark => element('li', '', {}, printable(remark)));
    made.append(
      element(
        'details',
        'duronb-diagnosis',
        {},
        element('summary', '', {}, 'Bottlenecks by stage: CPU-ms per orchestration, and share of samples'),
        element('div', 'duronb-metrics', {}, metricsTable(run.bottlenecks)),
        element('ul', 'duronb-remarks', {}, ...remarks)
      )
    );
  }
  return made;
}

function metricsTable(metrics: TextTable): HTMLTableElement {
  const head = element('tr', '');
  for (const column of metrics.columns) {
    head.append(element('th', '', { scope: 'col' }, printable(column)));
  }
  const body = element('tbody', '');
  for (const row of metrics.rows) {
    const tr = element('tr', '');
    row.forEach((value, i) => {
      const text = printable(value);
      tr.append(i === 0 ? element('th', '', { scope: 'row' }, text) : element('td', '', {}, text));
    });
    body.append(tr);
  }
  return element('table', '', {}, element('thead', '', {}, head), body);
}
