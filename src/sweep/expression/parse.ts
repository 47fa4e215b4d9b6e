import { create, type FactoryFunctionMap, parseDependencies } from 'mathjs/number';

/** Parses an expression into mathjs's syntax tree. The build takes in the parser and leaves out the rest. */
export const { parse } = create(parseDependencies as FactoryFunctionMap);
