import { Application } from 'typedoc';

const DOORS = [
  'workload',
  'training',
  'collectives',
  'costs',
  'synthesis',
  'topology',
  'cluster',
  'formats',
  'sweep',
  'charts',
];

/** Writes the API reference, from the comments of all exports. */
export async function reference(root, out) {
  const application = await Application.bootstrapWithPlugins({
    name: 'astra-sim-ts',
    entryPoints: ['index.ts', ...DOORS.map((door) => `${door}/index.ts`)].map((path) => `${root}src/${path}`),
    tsconfig: `${root}tsconfig.json`,
    readme: 'none',
    disableSources: true,
    hideGenerator: true,
    excludeInternal: true,
    skipErrorChecking: true,
    logLevel: 'Error',
    navigationLinks: { Site: '../index.html', Playground: '../playground/' },
  });
  const project = await application.convert();
  if (project === undefined) throw new Error('the API reference cannot be made');
  await application.generateDocs(project, out);
}
