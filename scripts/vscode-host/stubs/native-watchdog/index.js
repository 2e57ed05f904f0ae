// Stands in for VS Code's native watchdog, which ends a process whose parent died. The scripts that start the server end
// its whole process group themselves, so nothing is needed here but the two functions the server calls.
exports.start = () => {};
exports.exit = (code) => process.exit(code ?? 0);
