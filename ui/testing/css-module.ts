// Stands for every stylesheet: a class is called as in the file.
// As a bundler gives it.
// oxlint-disable-next-line import/no-default-export
export default new Proxy<Record<string, string>>({}, { get: (_, name) => String(name) });
