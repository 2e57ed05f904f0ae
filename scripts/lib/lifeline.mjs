// Preloaded (node --import) into what our scripts start: ends it, with all it started, when the script itself is gone.
// A script killed outright runs no exit handler, but the system closes its end of the pipe that is our standard input.
if (process.env.DROPOUT_STUDIO_LIFELINE) {
  // Its own children inherit the environment and not the pipe.
  delete process.env.DROPOUT_STUDIO_LIFELINE;
  process.stdin.resume();
  process.stdin.on('close', () => {
    if (process.platform === 'win32') process.exit(0);
    process.kill(-process.pid, 'SIGKILL');
  });
}
