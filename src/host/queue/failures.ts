import * as vscode from 'vscode';

/** What went wrong in runs that nobody watched, told one message at a time: runs of one model often fail alike. */
export class Failures {
  private isOpen = false;
  private readonly more: string[] = [];

  tell(message: string): void {
    if (this.isOpen) this.more.push(message);
    else void this.show(message);
  }

  private async show(message: string): Promise<void> {
    this.isOpen = true;
    const show = 'Show Runs';
    const answer = await vscode.window.showErrorMessage(message, show);
    this.isOpen = false;
    if (answer === show) await vscode.commands.executeCommand('dropoutStudio.runs.focus');
    const [first, ...others] = this.more.splice(0);
    if (first !== undefined) await this.show(others.length > 0 ? `${first} (and ${others.length} more)` : first);
  }
}
