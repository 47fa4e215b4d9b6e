import { create, type FactoryFunctionMap, parseDependencies } from 'mathjs/number';

/** Parses an expression into mathjs's syntax tree. The build includes only mathjs's parser. */
export const { parse } = create(parseDependencies as FactoryFunctionMap);
