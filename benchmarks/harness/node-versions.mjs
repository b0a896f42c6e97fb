import { execFileSync } from 'node:child_process';

/** The Nodes to run on: this one or, of each version asked for, the newest, which comes from npm's registry. */
export function nodesOf(versions) {
  if (versions === undefined) return [process.execPath];
  return versions.map(nodeOf);
}

function nodeOf(version) {
  if (`${process.versions.node}.`.startsWith(`${version}.`)) return process.execPath;
  const build = `node-${process.platform}-${process.arch}@${version}`;
  return execFileSync('npx', ['-y', '-p', build, '-c', 'node -p process.execPath'], {
    encoding: 'utf8',
  }).trim();
}

/** @param node a path */
export function versionOf(node) {
  return execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
}
