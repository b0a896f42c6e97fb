import { describe, expect, it } from '@jest/globals';
import type { IssuesOpenedEvent, PullRequestEvent, StarEvent } from '@octokit/webhooks-types';
import { OnEvent, RootEventBus } from 'nestjs-event-bus';

/** Held by `npm run typecheck`: each directive is an error where the compiler finds nothing wrong. */
export class Handlers {
  @OnEvent('github:issues.opened')
  ofOneTopic({ issue }: IssuesOpenedEvent): string {
    return issue.title;
  }

  @OnEvent('github:pull_request.*')
  ofAPattern({ pull_request }: PullRequestEvent): string {
    return pull_request.title;
  }

  // @ts-expect-error -- no such action
  @OnEvent('github:issues.openend')
  ofAMisspeltTopic(): void {}

  // @ts-expect-error -- no such event
  @OnEvent('github:isues.*')
  ofAMisspeltPattern(): void {}

  // @ts-expect-error -- the payload of another event
  @OnEvent('github:push')
  ofAnotherPayload(_: StarEvent): void {}
}

describe('The event map of GitHub', () => {
  it('types what handlers get, and refuses to compile a topic or a payload that GitHub doesn’t have', () => {
    const bus = new RootEventBus();
    const titles: string[] = [];
    bus.on('github:issues.opened', ({ issue }) => titles.push(issue.title));
    bus.on('github:repository_dispatch.anything' as string, () => titles.push('an action of one’s own'));

    bus.emit('github:issues.opened', { issue: { title: 'typed' } } as IssuesOpenedEvent);
    bus.emit('github:repository_dispatch.anything' as string, {});
    expect(titles).toEqual(['typed', 'an action of one’s own']);
  });
});
