// @ts-check
// Failures of npm and pip in one sentence each, with what mends them.

/** @type {{pattern: RegExp, sentence: string}[]} */
const COMMON = [
  {
    pattern: /ENOSPC|No space left on device/i,
    sentence: 'The disk filled up. Free some space and run it again: what is done is kept.',
  },
  {
    pattern: /EDQUOT|Disk quota exceeded/i,
    sentence: 'Your disk quota is used up. Free some space and run it again: what is done is kept.',
  },
  {
    pattern: /CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)|CERT_HAS_EXPIRED/i,
    sentence:
      "The registry's certificate is not trusted here, as behind some company proxies. Point npm (npm config set cafile FILE) and pip (pip config set global.cert FILE) to the authority's certificate.",
  },
];

/** @param {string} output npm's last lines @param {string} log */
export function explainNpm(output, log) {
  return explain(output, log, 'npm could not install the packages.', [
    {
      pattern: /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/,
      sentence:
        'npm does not reach its registry. Check the network and the proxy (npm config get registry; npm config get https-proxy), then run it again.',
    },
    {
      pattern: /EACCES|EPERM/,
      sentence:
        "npm may not write here. Give this folder and npm's cache (npm config get cache) to your user.",
    },
    {
      pattern: /E401|E403|E404/,
      sentence:
        'The npm registry refuses a package. Check that it mirrors the public one: npm config get registry.',
    },
    {
      pattern: /can only install packages when your package\.json and package-lock\.json/,
      sentence: 'package.json and package-lock.json disagree. Run: npm install',
    },
  ]);
}

/** @param {string} output pip's last lines @param {string} log */
export function explainPip(output, log) {
  return explain(output, log, 'pip could not install the packages.', [
    {
      pattern:
        /Failed to establish a new connection|Temporary failure in name resolution|NewConnectionError|ConnectTimeout|Read timed out|ProxyError|Connection (refused|reset)|Network is unreachable/i,
      sentence:
        'pip does not reach its package index. Check the network and the proxy (pip config list), then run it again: finished downloads are kept.',
    },
    {
      pattern: /THESE PACKAGES DO NOT MATCH THE HASHES/,
      sentence: 'A download arrived damaged. Run it again, after: pip cache purge',
    },
    {
      pattern: /No matching distribution found for (\S+)/,
      sentence:
        'The package index lacks $1 for this Python and system. If it is a mirror, it may be behind: pip config get global.index-url.',
    },
    {
      pattern: /Permission denied/,
      sentence: 'pip may not write into .venv. Give this folder to your user.',
    },
    { pattern: /Killed|MemoryError/, sentence: 'The memory ran out. Close other programs and run it again.' },
  ]);
}

/** @param {string} output @param {string} log @param {string} fallback @param {{pattern: RegExp, sentence: string}[]} own */
function explain(output, log, fallback, own) {
  for (const { pattern, sentence } of [...COMMON, ...own]) {
    const match = pattern.exec(output);
    if (match) return `${sentence.replace('$1', match[1] ?? '')} The whole log: ${log}`;
  }
  const last = output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-8)
    .join('\n  ');
  return `${fallback} Its last lines:\n  ${last}\nThe whole log: ${log}`;
}
