import { describe, expect, it } from 'vitest';
import { findUv, parsePipConfig, uvIndexOptions } from '../../../cli/setup/uv.mjs';

describe("pip's settings for uv", () => {
  it('gives the index, extra indexes and local folders', () => {
    const options = uvIndexOptions({
      'index-url': 'https://mirror.example/simple',
      'extra-index-url': 'https://a.example/simple\nhttps://b.example/simple',
      'find-links': '/wheels /more',
    });
    expect(options).toEqual([
      ...['--default-index', 'https://mirror.example/simple'],
      ...['--index', 'https://a.example/simple', '--index', 'https://b.example/simple'],
      ...['--find-links', '/wheels', '--find-links', '/more'],
    ]);
  });

  it('gives nothing where nothing is set', () => {
    expect(uvIndexOptions({})).toEqual([]);
    expect(uvIndexOptions({ 'no-index': 'false' })).toEqual([]);
    expect(uvIndexOptions({ 'no-index': 'true' })).toEqual(['--no-index']);
  });

  it('lets the environment win over the files, as pip does', () => {
    const listing = [
      ":env:.index-url='https://env.example/simple'",
      "global.index-url='https://file.example/simple'",
      "install.find-links='/one\\n/two'",
      "global.cert='/etc/ca.pem'",
      'not a setting',
    ].join('\n');
    expect(parsePipConfig(listing)).toEqual({
      'index-url': 'https://env.example/simple',
      'find-links': '/one\n/two',
      cert: '/etc/ca.pem',
    });
  });

  it('is not used against the wish of the user, nor where it is absent', () => {
    expect(findUv({ ...process.env, CONVBOOK_NO_UV: '1' })).toBeNull();
    expect(findUv({ PATH: '/nowhere' })).toBeNull();
  });
});
