/** The toolkit's elements as JSX knows them: what our wrappers set, and no more. */
import type { DetailedHTMLProps, HTMLAttributes, Ref } from 'react';

type Custom = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & { ref?: Ref<HTMLElement>; class?: string };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': Custom & { appearance?: string; disabled?: boolean };
      'vscode-checkbox': Custom & { checked?: boolean; disabled?: boolean };
      'vscode-dropdown': Custom & { disabled?: boolean };
      'vscode-option': Custom & { value?: string };
      'vscode-text-field': Custom & { disabled?: boolean; placeholder?: string; type?: string };
    }
  }
}
