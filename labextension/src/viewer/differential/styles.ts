/** What a differential view adds to the style sheet of every flamegraph. */

export const DIFFERENTIAL_STYLES = `
.duronb-foot .duronb-choice { height: 22px; font-size: 11.5px; color: var(--muted); border-color: transparent; background: none; }
.duronb-legend .duronb-chip { border-radius: 0; width: 8px; margin-right: -5px; }
.duronb-legend .duronb-chip:last-of-type { margin-right: 0; }
.duronb-legend .duronb-hatched {
  width: 12px; border: 1px solid var(--line);
  background: repeating-linear-gradient(135deg, var(--muted) 0 1.5px, transparent 1.5px 4px);
}
.duronb-untested { color: var(--error); }
.duronb-differences td { min-width: 68px; }
.duronb-differences .duronb-kind { text-align: left; }
.duronb-differences td.duronb-kind { text-align: left; white-space: normal; max-width: 24ch; }
.duronb-changes { max-height: 260px; }
.duronb-changes thead th { white-space: normal; }
.duronb-changes tbody th { min-width: 200px; white-space: normal; }
.duronb-changes tbody .duronb-link { max-width: none; white-space: normal; overflow-wrap: anywhere; text-align: left; }
.duronb-changes td.duronb-size { white-space: normal; min-width: 118px; }
@container (min-width: 720px) { .duronb-changes td.duronb-size { white-space: nowrap; } }
.duronb-unchanged { margin: 6px 8px; font-weight: 600; }
.duronb-sentences { margin: 6px 8px; padding-left: 18px; color: var(--muted); font-size: 11.5px; overflow-wrap: anywhere; }
`;
