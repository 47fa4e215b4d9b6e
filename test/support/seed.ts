import fc from 'fast-check';

// The same cases every time, so that a test that turns red says something about the change.
// SEED=random, or a number, draws others: for long runs, which look for what nobody thought of.
const { SEED = '1' } = process.env;
if (SEED !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(SEED) });
