/** Catches what breaks while drawing: the rest of VS Code goes on, and the text can still be edited. */
import { Component } from 'react';
import type { ErrorInfo, ReactNode } from 'react';
import { Button } from './controls';
import { Icon } from './icons';

interface Props {
  readonly children: ReactNode;
}

export class Boundary extends Component<Props, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};
  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }
  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }
  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="notice error" role="alert">
        <Icon name="error" />
        <div className="notice-text">
          <b>The picture could not be drawn</b>
          <span>{error.message} Training goes on, and the file can be edited as text.</span>
        </div>
        <Button onPress={() => this.setState({ error: undefined })}>Draw again</Button>
      </div>
    );
  }
}
