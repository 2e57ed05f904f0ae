// Stands in for VS Code's native log writer, with the calls that its server makes and nothing more.
const fs = require('node:fs');
const path = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
const METHODS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

class Logger {
  constructor(_kind, _name, file) {
    this.file = file;
    this.level = LEVELS.indexOf('info');
    this.bare = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
  }

  getLevel() {
    return this.level;
  }

  setLevel(level) {
    this.level = level;
  }

  setPattern() {}

  clearFormatters() {
    this.bare = true;
  }

  flush() {}

  drop() {}

  write(level, message) {
    if (level < this.level) return;
    const line = this.bare ? message : `${new Date().toISOString()} [${LEVELS[level]}] ${message}\n`;
    try {
      fs.appendFileSync(this.file, line);
    } catch {
      // The log folder is already gone when the server is stopping: a lost line must not take the server down.
    }
  }
}

METHODS.forEach((method, level) => {
  Logger.prototype[method] = function (message) {
    this.write(level, message);
  };
});

const createLogger = async (name, file) => new Logger('rotating', name, file);

// One `exports.x =` for each name: VS Code loads this with import(), and Node finds CommonJS names in no other way.
exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = createLogger;
exports.createAsyncRotatingLogger = createLogger;
