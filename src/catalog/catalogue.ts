import type { PermissionMode } from '../core/index.js';
import type { Emitter } from './emitter.js';
import type { JsonSchema } from './json-schema.js';
import type { Listener } from './listener.js';
import type { DeclaredRights } from './declared-rights.js';

/** Which events an application has, who emits them and who hears them: plain data, in an order that never varies. */
export interface Catalogue {
  /** `modules`: read from the classes alone, in Nest's preview mode. `app`: from an application that was made. */
  readonly source: 'modules' | 'app';
  /** Every topic that is known by its name: defined, or declared to be emitted or heard. */
  readonly topics: readonly CatalogueTopic[];
  /** Every pattern with wildcards that is declared to be emitted, or heard. */
  readonly patterns: readonly CataloguePattern[];
  readonly permissions: CataloguePermissions;
  readonly findings: readonly Finding[];
}

export interface CataloguePermissions {
  /** Undefined in preview mode where the options of the bus come from a factory; grants aren't known there either. */
  readonly mode?: PermissionMode;
  /** What modules and their providers may emit and hear, where they declare it, or are granted it. */
  readonly rights: readonly DeclaredRights[];
}

export interface CataloguePattern {
  readonly pattern: string;
  /** Those that emit something that the pattern matches, as far as they declare it. */
  readonly emitters: readonly Emitter[];
  /** Those that hear something that the pattern matches. */
  readonly listeners: readonly Listener[];
}

export interface CatalogueTopic extends Omit<CataloguePattern, 'pattern'> {
  readonly topic: string;
  readonly description?: string;
  /** Undefined for a topic that is only named. */
  readonly definition?: CatalogueDefinition;
  /** Whether no data of it may be shown: the schema then has names and types alone. */
  readonly sensitive: boolean;
}

export interface CatalogueDefinition {
  /** The modules that bring it by `forFeature()`. */
  readonly modules: readonly string[];
  /** Whether the bus keeps the last event. */
  readonly retained: boolean;
  /** Undefined where the bus doesn't check the data. */
  readonly schema?: CatalogueSchema;
}

export interface CatalogueSchema {
  /** The library that checks: `zod`. */
  readonly vendor: string;
  /** Undefined where the library gives none. */
  readonly json?: JsonSchema;
}

/** Something that is probably not meant. Never an error: what a catalogue doesn't know may be all right. */
export interface Finding {
  /**
   * - `not-emitted`: a topic is heard, and nobody declares to emit it
   * - `not-heard`: a topic is defined, or declared to be emitted, and nobody hears it
   * - `never-matches`: a pattern hears none of the topics that are defined or declared to be emitted
   * - `never-called`: a handler's provider has no instance to call
   */
  readonly kind: 'not-emitted' | 'not-heard' | 'never-matches' | 'never-called';
  /** The topic, the pattern or the handler. */
  readonly subject: string;
  readonly message: string;
}
