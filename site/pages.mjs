/** The documents in reading order, by subject. */
export const GROUPS = [
  ['Start', ['README', 'playground', 'own-algorithm', 'astra-sim-users']],
  ['Networks and algorithms', ['networks', 'algorithms', 'scheduling']],
  ['Decide', ['sweeps', 'training', 'costs', 'bandwidth', 'circuits', 'placement']],
  ['How far to trust it', ['model', 'model-bounds', 'parity', 'validation', 'findings', 'reliability']],
  ['Inside', ['api', 'performance', 'architecture']],
];

/** Path of a document on the site, from its root. */
export const addressOf = (name) => (name === 'README' ? 'docs/guide.html' : `docs/${name}.html`);

/** Name of a document in the side bar: its title up to the first colon; here the README is a guide. */
export const shortTitle = (name, title) => (name === 'README' ? 'Guide' : title.replace(/:.*$/, ''));
