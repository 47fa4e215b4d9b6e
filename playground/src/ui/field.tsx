import type { Issue } from 'astra-sim-ts';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Word } from './glossary.js';
import { Help } from './help.js';

interface Common {
  readonly label: string;
  readonly word?: Word | undefined;
  /** Its problem, if any. */
  readonly issues?: readonly Issue[] | undefined;
  readonly class?: string | undefined;
  /** Whether the label is for screen readers only, because a heading above says it. */
  readonly isLabelHidden?: boolean | undefined;
}

/** The problem of a field, in the library's words. */
export function words({ expected, got, hint }: Issue): string {
  return `Expected ${expected}, got ${got}${hint === undefined ? '' : ` (${hint})`}.`;
}

function Frame({
  label,
  word,
  issues = [],
  id,
  isLabelHidden = false,
  children,
  ...rest
}: Common & { readonly id: string; readonly children: ComponentChildren }) {
  return (
    <div class={`field ${rest.class ?? ''}`}>
      <div class={isLabelHidden ? 'hidden' : 'label'}>
        <label for={id}>{label}</label>
        {word !== undefined && !isLabelHidden && <Help word={word} />}
      </div>
      {children}
      {issues.length > 0 && (
        <p class="issue" id={`${id}-issue`}>
          {issues.map(words).join(' ')}
        </p>
      )}
    </div>
  );
}

/** A text for the library to read. */
export function TextField({
  value,
  onText,
  path,
  inputMode,
  list,
  ...common
}: Common & {
  readonly value: string;
  readonly onText: (text: string) => void;
  /** The library's name for it, by which errors lead here. */
  readonly path?: string;
  readonly inputMode?: 'numeric';
  readonly list?: readonly string[];
}) {
  const id = useId();
  const isWrong = (common.issues ?? []).length > 0;
  return (
    <Frame {...common} id={id}>
      <input
        id={id}
        type="text"
        value={value}
        autocomplete="off"
        spellcheck={false}
        inputMode={inputMode ?? 'text'}
        maxLength={100}
        data-path={path}
        aria-invalid={isWrong}
        {...(isWrong ? { 'aria-describedby': `${id}-issue` } : {})}
        {...(list === undefined ? {} : { list: `${id}-list` })}
        onInput={({ currentTarget }) => onText(currentTarget.value)}
      />
      {list !== undefined && (
        <datalist id={`${id}-list`}>
          {list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </Frame>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

/** One of several choices. Keeps an unknown value, so that an error can name it. */
export function ChoiceField({
  value,
  options,
  onChoice,
  path,
  ...common
}: Common & {
  readonly value: string;
  readonly options: readonly (Option | string)[];
  readonly onChoice: (value: string) => void;
  readonly path?: string;
}) {
  const id = useId();
  const all = options.map((one) => (typeof one === 'string' ? { value: one, label: one } : one));
  const known = all.some((one) => one.value === value) ? all : [...all, { value, label: value }];
  return (
    <Frame {...common} id={id}>
      <select
        id={id}
        value={value}
        data-path={path}
        aria-invalid={(common.issues ?? []).length > 0}
        onChange={({ currentTarget }) => onChoice(currentTarget.value)}
      >
        {known.map((one) => (
          <option key={one.value} value={one.value} selected={one.value === value}>
            {one.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

/** Two or three choices side by side. */
export function Segments({
  label,
  value,
  options,
  onChoice,
  word,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChoice: (value: string) => void;
  readonly word?: Word;
}) {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class="label">
        {label}
        {word !== undefined && <Help word={word} />}
      </legend>
      <div class="segment-row">
        {options.map((one) => (
          <label key={one.value} class={one.value === value ? 'on' : ''}>
            <input type="radio" name={name} checked={one.value === value} onChange={() => onChoice(one.value)} />
            {one.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
