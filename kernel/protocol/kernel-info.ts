import { PROTOCOL_VERSION } from '../transport/message.ts';

export interface Versions {
  /** Of convbook. */
  implementation: string;
  /** Of TypeScript. */
  language: string;
}

/** The content of a `kernel_info_reply`. */
export function kernelInfo({ implementation, language }: Versions): object {
  return {
    status: 'ok',
    protocol_version: PROTOCOL_VERSION,
    implementation: 'convbook',
    implementation_version: implementation,
    language_info: {
      name: 'typescript',
      version: language,
      mimetype: 'text/typescript',
      file_extension: '.ts',
      pygments_lexer: 'typescript',
      codemirror_mode: { name: 'javascript', typescript: true },
      nbconvert_exporter: 'script',
    },
    banner: `convbook ${implementation}: TypeScript ${language} on Node ${process.versions.node}`,
    debugger: true,
    supported_features: ['debugger'],
    help_links: [
      { text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/' },
      { text: 'TensorFlow.js', url: 'https://js.tensorflow.org/api/latest/' },
    ],
  };
}
