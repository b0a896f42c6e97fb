import { describe, expect, it } from '@jest/globals';
import type { IssuesOpenedEvent, PullRequestEvent, StarEvent } from '@octokit/webhooks-types';
import { OnEvent, RootEventBus } from 'nestjs-event-bus';

/** Held by `npm run typecheck`: each directive is an error where the compiler finds nothing wrong. */
class Handlers {
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
  ofAnotherPayload({ starred_at }: StarEvent): unknown {
    return starred_at;
  }
}

describe('The event map of GitHub', () => {
  it('types what handlers get, and refuses to compile a topic or a payload that GitHub doesn’t have', () => {
    const bus = new RootEventBus();
    const handlers = new Handlers();
    const titles: string[] = [];
    bus.on('github:issues.opened', (payload) => titles.push(handlers.ofOneTopic(payload)));
    bus.emit('github:issues.opened', { issue: { title: 'typed' } } as IssuesOpenedEvent);
    expect(titles).toEqual(['typed']);
  });

  it('leaves a topic that is known at run time only to the run time', () => {
    const bus = new RootEventBus();
    const topic: string = 'github:repository_dispatch.anything';
    const heard: string[] = [];
    bus.on(topic, (_, event) => heard.push(event.topic));
    bus.emit(topic, {});
    expect(heard).toEqual([topic]);
  });
});
