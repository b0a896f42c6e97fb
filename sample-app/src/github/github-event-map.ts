import type { EventPayloadMap } from '@octokit/webhooks-types';

/** `github:issues.opened` for a payload with that action, `github:push` for one without. */
type TopicOf<Name extends string, Payload> = Payload extends { action: infer Action extends string }
  ? string extends Action
    ? never // the action of a repository_dispatch is whatever its sender made up: no topic to know in advance
    : `github:${Name}.${Action}`
  : `github:${Name}`;

export type GithubTopic = {
  [Name in keyof EventPayloadMap]: TopicOf<Name, EventPayloadMap[Name]>;
}[keyof EventPayloadMap];

type PayloadOf<Topic extends GithubTopic> =
  Topic extends `github:${infer Name extends keyof EventPayloadMap}.${infer Action}`
    ? Extract<EventPayloadMap[Name], { action: Action }>
    : Topic extends `github:${infer Name extends keyof EventPayloadMap}`
      ? EventPayloadMap[Name]
      : never;

type GithubEventMap = { [Topic in GithubTopic]: PayloadOf<Topic> };

/**
 * From here on the compiler knows every GitHub event: `@OnEvent('github:issues.openend')`, or a handler that takes the
 * payload of another event, doesn't compile.
 */
declare module 'nestjs-event-bus' {
  interface EventMap extends GithubEventMap {}
}
