/** Absolute, real paths. */
export interface Places {
  /** Folders that are empty inside. */
  cover: readonly string[];
  /** What of them is there all the same, read-only. */
  keep: readonly string[];
  /** Folders that are empty and read-only, also where a kept one holds them. */
  hide: readonly string[];
  /** The one folder that can be written. */
  work: string;
}

/**
 * The script that `unshare` runs as the root of its own namespaces: it arranges the file system, gives up every privilege, and becomes
 * the command in its arguments. It ends with an error where one step fails, so that nothing runs uncontained.
 */
export function namespaceScript({ cover, keep, hide, work }: Places): string {
  const kept = [...keep, work];
  // Bind mounts of what is put back wait in a place that nothing here covers.
  const stage = ['/mnt', '/media', '/srv', '/opt', '/var/tmp'].filter(
    (path) => ![...cover, ...kept, ...hide].some((one) => one === path || one.startsWith(`${path}/`)),
  );
  const lines = [
    'set -e',
    'mount --make-rprivate /',
    'ip link set lo up',
    `for stage in ${stage.join(' ')}; do [ -d "$stage" ] && break; done`,
    'mount -t tmpfs -o size=1m none "$stage"',
    ...kept.map((path, i) => `mkdir "$stage/${i}" && mount --rbind ${q(path)} "$stage/${i}"`),
    ...cover.map((path) => `mount -t tmpfs -o size=256m,mode=1777 none ${q(path)}`),
    ...kept.map((path, i) => `mkdir -p ${q(path)} && mount --rbind "$stage/${i}" ${q(path)}`),
    ...hide.map((path) => `[ ! -d ${q(path)} ] || mount -t tmpfs -o size=4k,ro none ${q(path)}`),
    // Everything that is mounted becomes read-only, with the flags it has; proc and terminals stay.
    'while read -r _ _ _ _ place flags _; do',
    '  case "$place" in',
    `    ${q(work)}|${q(work)}/*|/proc|/proc/*|/dev|/dev/pts${cover.map((path) => `|${q(path)}`).join('')}) ;;`,
    '    *) mount -o "remount,bind,ro,$(printf %s "$flags" | sed "s/\\brw\\b,*//")" "$(printf %b "$place")" 2>/dev/null || [ "$place" != / ] ;;',
    '  esac',
    'done < /proc/self/mountinfo',
    'umount -l "$stage" 2>/dev/null || true',
    // No way up again: no namespaces inside this one, no privileges, none by set-user-id programs.
    'echo 0 > /proc/sys/user/max_user_namespaces 2>/dev/null || true',
    `cd ${q(work)}`,
    'exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all "$@"',
  ];
  return lines.join('\n');
}

/** For sh. */
const q = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
