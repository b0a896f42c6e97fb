export { type AsyncApiDocument, type AsyncApiOptions, toAsyncApi } from './asyncapi.js';
export type {
  Catalogue,
  CatalogueDefinition,
  CataloguePattern,
  CataloguePermissions,
  CatalogueSchema,
  CatalogueTopic,
  Finding,
} from './catalogue.js';
export type { Emitter } from './emitter.js';
export type { JsonSchema } from './json-schema.js';
export type { Listener, Plain } from './listener.js';
export { type MarkdownOptions, toMarkdown } from './markdown.js';
export { toMermaid } from './mermaid.js';
export { catalogue, type CatalogueOptions } from './read-catalogue.js';
export type { DeclaredRights } from './declared-rights.js';
export { SeenEmitters } from './seen-emitters.js';
