/**
 * What piscina loads: it require()s its file first, and Node 20 warns about require() of an ES module.
 */
module.exports = async (task: unknown): Promise<unknown> => {
  const { default: scanInWorker } = await import('./worker.js');
  return scanInWorker(task as Parameters<typeof scanInWorker>[0]);
};
