/** Instead of a library's code: the library as the process has it; see `lent-environment.js`. */
module.exports = {
  process: (_code, path) => ({ code: `module.exports = lent(${JSON.stringify(path)});` }),
};
