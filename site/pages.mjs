/** The documents in the order in which one reads them, under what they are about. */
export const GROUPS = [
  ['Start', ['README', 'playground', 'own-algorithm', 'astra-sim-users']],
  ['Networks and algorithms', ['networks', 'algorithms', 'scheduling']],
  ['Decide', ['sweeps', 'training', 'costs', 'bandwidth', 'circuits', 'placement']],
  ['How far to trust it', ['model', 'model-bounds', 'parity', 'validation', 'findings', 'reliability']],
  ['Inside', ['api', 'performance', 'architecture']],
];

/** Where a document stands on the site, from its root. */
export const addressOf = (name) => (name === 'README' ? 'docs/guide.html' : `docs/${name}.html`);

/** What the side bar calls a document: its title up to the first colon; the README is a guide here. */
export const shortTitle = (name, title) => (name === 'README' ? 'Guide' : title.replace(/:.*$/, ''));
