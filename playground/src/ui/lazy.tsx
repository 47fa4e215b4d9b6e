import type { ComponentChildren, ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component whose file loads when first shown. */
export function lazy(load: () => Promise<{ readonly default: ComponentType }>): ComponentType {
  let loaded: ComponentType | undefined;
  return function Lazy() {
    const [Shown, setShown] = useState<ComponentType | undefined>(() => loaded);
    const [failure, setFailure] = useState('');
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (file) => {
          loaded = file.default;
          setShown(() => file.default);
        },
        (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)),
      );
    }, []);
    if (failure !== '') return <p class="issue">This part could not be loaded: {failure}</p>;
    return Shown === undefined ? <p class="quiet loading">Loading …</p> : <Shown />;
  };
}

/** Reserves room, so that late content does not move the rest. */
export function Suspense({ children }: { readonly children: ComponentChildren }) {
  return <div class="late">{children}</div>;
}
