import type { Command } from 'commander';
import { ConfigError, show } from '../base/errors.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

type Shell = (typeof SHELLS)[number];

/** A command and what may follow it. */
interface Node {
  /** Words after the name of the program: `trace collective`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Entry[];
  readonly options: readonly Entry[];
}

interface Entry {
  readonly word: string;
  readonly description: string;
}

/**
 * A script that completes the commands and flags of a program in a shell, and files as the
 * values of flags.
 * @throws ConfigError for an unknown shell.
 */
export function completionScript(program: Command, shell: string): string {
  if (!isShell(shell)) {
    throw new ConfigError([{ path: '--completion', expected: `one of ${SHELLS.join(', ')}`, got: show(shell) }]);
  }
  const nodes = nodesOf(program, '');
  const name = program.name();
  if (shell === 'fish') return fish(name, nodes);
  return shell === 'bash'
    ? bash(name, nodes)
    : `#compdef ${name}\nautoload -U +X bashcompinit && bashcompinit\n${bash(name, nodes)}`;
}

function isShell(text: string): text is Shell {
  return SHELLS.some((one) => one === text);
}

function nodesOf(command: Command, path: string): Node[] {
  const options = command.options.map(({ long, description }) => ({ word: long ?? '', description }));
  const commands = command.commands.map((one) => ({ word: one.name(), description: one.description() }));
  const own = { path, commands, options: [...options, { word: '--help', description: 'display help' }] };
  return [own, ...command.commands.flatMap((one) => nodesOf(one, `${path} ${one.name()}`.trim()))];
}

function bash(name: string, nodes: readonly Node[]): string {
  const id = `_${name.replaceAll('-', '_')}`;
  const words = (list: readonly Entry[]) => list.map(({ word }) => word).join(' ');
  const cases = nodes.map(({ path, commands, options }) => {
    return `    '${path}') commands='${words(commands)}' options='${words(options)}' ;;`;
  });
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  return `${id}() {
  local current=\${COMP_WORDS[COMP_CWORD]} path= word next commands options
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case $next in ${paths.join('|')}) path=$next ;; esac
  done
  case $path in
${cases.join('\n')}
  esac
  case $current in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$commands" -- "$current")) ;;
  esac
}
complete -o default -F ${id} ${name}
`;
}

function fish(name: string, nodes: readonly Node[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = nodes.flatMap(({ path, commands, options }) => {
    const seen = path === '' ? [] : path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
    const below = commands.map(({ word }) => word).join(' ');
    const none = below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`];
    const when = quoted([...seen, ...none].join('; and ') || 'true');
    return [
      ...commands.map(({ word, description }) => `complete -c ${name} -n ${when} -a ${word} -d ${quoted(description)}`),
      ...options.map(({ word, description }) => {
        return `complete -c ${name} -n ${when} -l ${word.slice(2)} -d ${quoted(description)}`;
      }),
    ];
  });
  return `${lines.join('\n')}\n`;
}
