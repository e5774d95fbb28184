/** The files that the flamegraph of one profile can export. */

import { Export, PAGE_EXPORT, PNG_EXPORT, PictureContext, svgExport } from '../export';
import { firefoxPieces } from '../formats/firefox';
import { foldedLines } from '../formats/folded';
import { blobOf } from '../export/pieces';
import { pprofBlob } from '../formats/pprof';
import { speedscopePieces } from '../formats/speedscope';
import { Profile } from '../payload/profile';
import { ViewName } from '../payload/state';
import { Tree } from '../tree/tree';

/** The input for a file. */
export interface ExportContext extends PictureContext {
  profile: Profile;
  view: ViewName;
  /** The call tree of the selected samples. */
  base: Tree;
}

export const EXPORTS: readonly Export<ExportContext>[] = [
  svgExport(({ profile: { unit, frequencyHz } }) => ({ unit, frequencyHz })),
  PNG_EXPORT,
  PAGE_EXPORT,
  {
    name: 'folded',
    label: 'Folded stacks of the selection',
    ending: '.folded',
    make: ({ view, base, scene: { tree, root } }) =>
      blobOf(foldedLines({ view, base, tree, root }), 'text/plain')
  },
  {
    name: 'speedscope',
    label: 'speedscope, all samples of the run',
    ending: '.speedscope.json',
    make: ({ profile }) => blobOf(speedscopePieces(profile), 'application/json')
  },
  {
    name: 'pprof',
    label: 'pprof, all samples of the run',
    ending: '.pb.gz',
    make: ({ profile }) => pprofBlob(profile)
  },
  {
    name: 'firefox',
    label: 'Firefox Profiler, all samples of the run',
    ending: '.firefox.json',
    make: ({ profile }) => blobOf(firefoxPieces(profile), 'application/json')
  }
];
